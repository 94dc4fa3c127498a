"""Which pages of the docs hold figures, and what makes each block of them."""

from typing import Any

from tools import build_pages, capacity_pages, cost_pages, lambda_pages, payer_pages
from tools.figures import DOCS, Render, fill_in

BLOCKS: dict[str, Render] = {
    **build_pages.BLOCKS,
    **capacity_pages.BLOCKS,
    **cost_pages.BLOCKS,
    **lambda_pages.BLOCKS,
    **payer_pages.BLOCKS,
}
NAMES = ("capacity", "cost", "lambda-zip", "payers-page", "performance")
PAGES = [DOCS / f"{name}.md" for name in NAMES]


def refresh(figures: dict[str, Any]) -> None:
    """Write the figures into the pages, as far as they were measured."""
    for page in PAGES:
        page.write_text(fill_in(page.read_text(), figures, BLOCKS))
