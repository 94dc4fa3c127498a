"""What the workflow for roster pull requests puts into its comment."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from testkit.browser import CHROMIUM
from testkit.rosters import make_entry, make_roster
from tools.roster_change import comment, plan_change, take_pictures

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_change_is_shown_as_a_diff_with_pictures(tmp_path: Path) -> None:
    if not CHROMIUM.exists():
        pytest.skip("no browser is installed: run make test")
    before = make_roster("kept", "leaves", make_entry("changes", description="Fish"))
    after = make_roster("kept", "comes", make_entry("changes", description="Fruit"))
    plan, *builds = plan_change(before, after, tmp_path)
    with ThreadPoolExecutor(1) as apart:  # from the browser that the other tests share
        shots = apart.submit(lambda: list(take_pictures(plan, (builds[0], builds[1]), tmp_path)))
    pictured = shots.result()
    text = comment(plan, pictured, tmp_path, "https://example.org/pictures")
    diff = text.split("```")[1].splitlines()[1:]
    assert diff == [
        "+ payee comes",
        "~ page  changes/index.html",
        "+ page  comes/index.html",
        "~ page  index.html",
        "~ page  posters/index.html",
        "- page  leaves/index.html",
        "- payee leaves",
    ]
    rows = dict(line.split(" | ", 1) for line in text.splitlines() if line.startswith("| `"))
    assert set(rows) == {"| `changes`", "| `comes`", "| `leaves`"}
    assert rows["| `comes`"].startswith("no page | <img")
    assert rows["| `leaves`"].endswith("| no page |")
    assert 'src="https://example.org/pictures/changes-after.png"' in rows["| `changes`"]
    pictures = {path.stem: path.read_bytes() for path in tmp_path.glob("*.png")}
    assert set(pictures) == {"changes-after", "changes-before", "comes-after", "leaves-before"}
    assert pictures["changes-before"] != pictures["changes-after"]


def test_no_change_is_one_sentence(tmp_path: Path) -> None:
    plan, *_ = plan_change(make_roster("a"), make_roster("a"), tmp_path)
    assert comment(plan, [], tmp_path, "") == "This changes nothing that is published.\n"
