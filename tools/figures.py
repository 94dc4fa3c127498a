"""The figures that docs quote: measured by `make cost`, `bench` and `load`, kept in
docs/figures.json, and written into the docs between `<!-- figures: NAME -->` and `<!-- end -->`."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent.parent / "docs"
FILE = DOCS / "figures.json"
_BLOCK = re.compile(r"(<!-- figures: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)

Render = Callable[[dict[str, Any]], str]


def load_figures() -> dict[str, Any]:
    figures: dict[str, Any] = json.loads(FILE.read_text())
    return figures


def save_figures(section: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Replace what one command measured; gives all figures."""
    figures = (load_figures() if FILE.exists() else {}) | {section: values}
    FILE.write_text(json.dumps(figures, indent=2) + "\n")
    return figures


def fill_in(page: str, figures: dict[str, Any], blocks: Mapping[str, Render]) -> str:
    """The page with its blocks made anew. Raises KeyError for a block that nobody makes."""
    return _BLOCK.sub(lambda found: found[1] + blocks[found[2]](figures) + found[3], page)


def table(rows: list[list[str]]) -> str:
    """A Markdown table; the first row is its head, and all columns but the first are numbers."""
    head, *body = [f"| {' | '.join(row)} |\n" for row in rows]
    rule = "|---|" + "---:|" * (len(rows[0]) - 1) + "\n"
    return head + rule + "".join(body)
