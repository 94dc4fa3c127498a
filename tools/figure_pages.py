"""Which pages of the docs hold figures, and what makes each block of them."""

from typing import Any

from tools import capacity_pages, cost_pages, lambda_pages
from tools.figures import DOCS, Render, fill_in

BLOCKS: dict[str, Render] = {**cost_pages.BLOCKS, **capacity_pages.BLOCKS, **lambda_pages.BLOCKS}
PAGES = [DOCS / "capacity.md", DOCS / "cost.md", DOCS / "lambda-zip.md"]


def refresh(figures: dict[str, Any]) -> None:
    """Write the figures into the pages, as far as they were measured."""
    for page in PAGES:
        page.write_text(fill_in(page.read_text(), figures, BLOCKS))
