"""Each key has one row, and the docs repeat it."""

from collections.abc import Iterator
from pathlib import Path

from roster.grammar import Keys, ListOf
from roster.keys import ROSTER

ROOT = Path(__file__).parent.parent.parent


def rows(keys: Keys, path: str = "") -> Iterator[str]:
    """The rows of the table in docs/roster.md: the site's keys, then a payee's."""
    for name, key in keys.keys.items():
        inside = key.kind.item if isinstance(key.kind, ListOf) else key.kind
        if isinstance(inside, Keys) and not path:
            yield from rows(inside, f"{name}.")
        else:
            required = "yes" if key.required else ""
            yield f"| `{path}{name}` | {required} | `{key.kind.example}` | {key.about} |"


def test_the_docs_have_the_table_of_keys() -> None:
    table = "\n".join(
        ["| key | required | such as | what it is |", "|---|---|---|---|", *rows(ROSTER)]
    )
    assert table in (ROOT / "docs/roster.md").read_text("utf-8"), f"Put this there:\n{table}"
