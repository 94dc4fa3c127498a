"""The `payees` command."""

import click

from cli.demo import demo
from cli.ledger_commands import payments
from cli.preview import preview
from cli.publish import publish
from cli.roster_commands import build, check


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="payee-pages", prog_name="payees")
def main() -> None:
    """Payee Pages: a page with a QR code for everyone who can be paid.

    Exit codes: 0 done, 1 something is wrong (one sentence on stderr says what), 2 wrong usage.
    """


for command in (check, build, preview, publish, payments, demo):
    main.add_command(command)
