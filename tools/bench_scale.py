"""What ten thousand payees and a million payments cost, beside an earlier commit, in one run.

Usage: make bench-scale [BEFORE=COMMIT]   (prints a table, keeps the docs' figures)

The earlier commit stands in a worktree of its own, and runs in this one's Python with this one's
libraries. What both can do is measured in pairs, one right after the other, and told by the median
of each and of the pairs' ratios: no machine is ever quiet. Commands are whole, Python's start
included, and told in processor time. Of the Lambda there is what `make bench-lambda` kept in
docs/figures.json last.
"""

import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

import click
import yaml

from cli.copying.copy_file import opened
from testkit.demo_process import ROOT
from tools.bench_build import PAYEES, write_roster
from tools.bench_desk import pair_of_looks
from tools.figure_pages import refresh, scale_table
from tools.figures import load_figures, save_figures
from tools.other_builders import run_hugo

FIRST = "0b72d41"  # version 0.1.0
PAIRS = 3
PAYMENTS = 1_000_000
COMMAND = "import sys; sys.argv[0] = 'payees'; from cli.main import main; main()"
_FILL = f"""
INSERT INTO copy VALUES (1, 'a bench', 1790000000000, true);
INSERT INTO payments SELECT
  'vendor-' || printf('%05d', n % {PAYEES}), printf('01KP%022d', n), 'Payer ' || n,
  100 * (1 + n % 500), 'INR', '', 1767225600000 + n * 20000, 'upi', NULL, false,
  CASE n % 3 WHEN 0 THEN 'confirmed' ELSE 'recorded' END
FROM range({PAYMENTS}) AS numbers(n);
"""

Run = Callable[[], object]


@contextmanager
def worktree(commit: str, folder: Path) -> Iterator[Path]:
    subprocess.run(
        ["git", "worktree", "add", "-q", "--detach", folder, commit], cwd=ROOT, check=True
    )
    try:
        yield folder
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", folder], cwd=ROOT, check=True)


def payees(code: Path, scratch: Path, *words: str, **environment: str) -> None:
    """`payees` with these words as the code in a folder has it, its caches kept in `scratch`."""
    subprocess.run(
        [sys.executable, "-c", COMMAND, *words],
        cwd=code,
        env={**os.environ, "XDG_CACHE_HOME": str(scratch / code.name), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def seconds(run: Run) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def processor_seconds(run: Run) -> float:
    """Of the commands that are run: a busy machine makes them wait, not compute, for longer."""
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime


def build(code: Path, scratch: Path, changed: int | None = None) -> None:
    roster = write_roster(scratch / f"{code.name}.yaml", PAYEES, changed)
    payees(code, scratch, "build", "--roster", str(roster), "--out", str(site_of(code, scratch)))


def site_of(code: Path, scratch: Path) -> Path:
    return scratch / f"site-{code.name}"


def measure_pairs(before: Path, scratch: Path) -> dict[str, dict[str, float]]:
    """Processor seconds before and now, and now's over before's."""
    tab = {"COMP_WORDS": "payees totals --", "COMP_CWORD": "2", "_PAYEES_COMPLETE": "bash_complete"}
    kinds: Mapping[str, Callable[[Path, int], object]] = {
        "change": lambda code, number: build(code, scratch, changed=number + 1),
        "version": lambda code, _: payees(code, scratch, "--version"),
        "completion": lambda code, _: payees(code, scratch, **tab),
    }
    for code in (before, ROOT):
        for run in kinds.values():  # what is kept from one to the next is there
            run(code, PAIRS)
    found = {}
    for name, run in kinds.items():
        pairs = [
            [processor_seconds(partial(run, code, n)) for code in (before, ROOT)]
            for n in range(PAIRS)
        ]
        found[name] = _told(pairs)
    return found


def _told(pairs: list[list[float]]) -> dict[str, float]:
    olds, news = zip(*pairs, strict=True)
    ratio = median(new / old for old, new in pairs)
    return {
        "before": round(median(olds), 3),
        "now": round(median(news), 3),
        "ratio": round(ratio, 3),
    }


def measure_pages(before: Path, scratch: Path) -> dict[str, float]:
    """The speed of all pages over Hugo's, both commits' and Hugo right after one another."""
    entries = yaml.load(write_roster(scratch / "all.yaml", PAYEES).read_text(), yaml.CSafeLoader)
    ratios: dict[str, list[float]] = {"before": [], "now": []}
    for number in range(PAIRS):
        place = scratch / str(number)
        place.mkdir()
        hugo = run_hugo(place / "hugo", entries["payees"])
        if hugo is None:
            return {}
        for name, code in (("before", before), ("now", ROOT)):
            ratios[name].append(hugo.seconds / seconds(partial(build, code, place)))
    return {name: round(median(ones), 3) for name, ones in ratios.items()}


def measure_copy(scratch: Path) -> float:
    copy = scratch / "copy.duckdb"
    with opened(copy, to_write=True) as connection:
        connection.execute(_FILL)
    asked = ("totals", "--by", "month", "--from", str(copy))
    return round(median(seconds(lambda: payees(ROOT, scratch, *asked)) for _ in range(PAIRS)), 2)


def first_screen(site: Path) -> int:
    return len(gzip.compress((site / "index.html").read_bytes(), 9, mtime=0))


def lambda_before(commit: str) -> dict[str, float]:
    """What that commit's own docs have of its Lambda, measured then."""
    shown = subprocess.run(
        ["git", "show", f"{commit}:docs/figures.json"], cwd=ROOT, capture_output=True, check=True
    )
    return {what: one["is"] for what, one in json.loads(shown.stdout)["lambda"]["ratios"].items()}


def main() -> None:
    commit = sys.argv[1] if len(sys.argv) > 1 else FIRST
    shm = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shm if shm.is_dir() else None) as scratch_name:
        scratch = Path(scratch_name)
        with worktree(commit, scratch / "before") as before:
            after_another, side_by_side = pair_of_looks()
            figures = {
                "commit": commit,
                "load": round(os.getloadavg()[0], 1),
                "looks": round(after_another / side_by_side, 1),
                "pairs": measure_pairs(before, scratch),
                "first_screen": [first_screen(site_of(one, scratch)) for one in (before, ROOT)],
                "hugo": measure_pages(before, scratch),
                "copy_seconds": measure_copy(scratch),
                "lambda_before": lambda_before(commit),
            }
    refresh(save_figures("scale", figures))
    click.echo(scale_table(load_figures()))


if __name__ == "__main__":
    main()
