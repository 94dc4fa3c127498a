"""The docs quote nothing that the figures don't say, and the figures are as a payment is today."""

import json
import re
from pathlib import Path

import pytest

from cli.stage import with_extends
from infra.stage import SETTINGS
from testkit.demo_process import ROOT
from tools import capacity_pages, cost_pages, pricing
from tools.figure_pages import BLOCKS, PAGES
from tools.figures import DOCS, fill_in, load_figures

FIGURES = load_figures()
PROSE = [ROOT / "README.md", *DOCS.glob("*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_says_what_the_figures_say(page: Path) -> None:
    text = page.read_text()
    assert fill_in(text, FIGURES, BLOCKS) == text, "run the make target named on the page"


def test_the_chart_shows_the_figures() -> None:
    assert (DOCS / "images/cost.svg").read_text() == cost_pages.chart(FIGURES)


def test_every_page_with_figures_is_kept_up() -> None:
    assert {page for page in PROSE if "<!-- figures: " in page.read_text()} == set(PAGES)


def test_prices_of_a_million_are_quoted_nowhere_otherwise() -> None:
    known = {f"{usd:.2f}" for usd in cost_pages.dollars(FIGURES["cost"]).values()}
    for page in PROSE:
        quoted = set(re.findall(r"\$(\d+\.\d\d)(?: per| a|/) ?(?:million|M)\b", page.read_text()))
        assert quoted <= known, page.name


def test_the_stages_cost_what_they_are_to_cost() -> None:
    usd = cost_pages.dollars(FIGURES["cost"])
    for stage, most in cost_pages.TARGETS.items():
        assert round(usd[stage], 2) <= most
    assert usd["production_lean"] / usd["floor"] <= cost_pages.MOST_ABOVE_FLOOR


def test_sums_are_made_with_the_templates_limit() -> None:
    template = (ROOT / "infra/payee-pages.yaml").read_text()
    [default] = re.findall(r"MaxWritesPerSecond:\n +Type: Number\n +Default: (\d+)\n", template)
    assert int(default) == capacity_pages.WRITES_PER_SECOND


def test_the_stages_have_the_memory_that_was_priced() -> None:
    settings = json.loads(SETTINGS.read_text())
    memory = {name: with_extends(name, settings)["memory_size"] for name in pricing.MEMORY_MB}
    assert memory == pricing.MEMORY_MB
