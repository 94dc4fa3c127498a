"""The maintainer's folder and the `payees` command."""

from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from cli.main import main

SITE = """\
site:
  title: Town Market
  url: https://pay.example.org/
  currency: INR
  limits: {min: "1", max: "10000"}
"""


@dataclass(frozen=True, slots=True)
class Desk:
    folder: Path

    def write_roster(self, *payee_ids: str) -> None:
        entries = [f"  - {{id: {payee_id}, name: {payee_id.title()}}}\n" for payee_id in payee_ids]
        payees = "payees:\n" + "".join(entries) if entries else "payees: []\n"
        (self.folder / "payees.yaml").write_text(SITE + payees)

    def payees(self, *arguments: str, stdin: str | bytes | None = None) -> Result:
        """Type `payees …`; a bug is raised rather than turned into an exit code."""
        result = CliRunner().invoke(main, arguments, input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result
