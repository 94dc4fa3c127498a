"""What ten thousand payees and a million payments cost, beside an earlier commit, in one run.

Usage: make bench-scale [BEFORE=COMMIT]   (prints a table, keeps the docs' figures; a few minutes)

The earlier commit stands in a worktree of its own, and runs in this one's Python with this one's
libraries. What both can do is measured in pairs, one right after the other, now this first and now
that, and told by the median of each and of the pairs' ratios: no machine is ever quiet. A target is
missed only if such a median misses it. Commands are whole, Python's start included; what both do is
told in processor time, which other work disturbs least, all else by the clock.
"""

import gzip
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
import yaml

from cli.copying.copy_file import FORMAT, opened
from cli.local.emulator import CREDENTIALS
from desk.settling.matching import match
from testkit.demo_process import ROOT
from testkit.dynamodb_local import find_program
from tools import bench_desk, bench_settling
from tools.bench_build import PAYEES, write_roster
from tools.bench_cold_start import measure_lambda
from tools.figure_pages import refresh
from tools.figures import save_figures
from tools.other_builders import run_hugo
from tools.scale_pages import Row, missed, scale_block, scale_table

FIRST = "0b72d41"  # version 0.1.0
PAIRS = 5
PAYMENTS = 1_000_000
COMMAND = "import sys; sys.argv[0] = 'payees'; from cli.main import main; main()"
_FILL = f"""
INSERT INTO copy (format, source, synced_ms, is_clear)
  VALUES ({FORMAT}, 'a bench', 1790000000000, true);
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


def in_turn(number: int, before: Path) -> list[tuple[str, Path]]:
    pair = [("before", before), ("now", ROOT)]
    return pair if number % 2 else pair[::-1]


def measure_pairs(before: Path, scratch: Path) -> list[Row]:
    tab = {"COMP_WORDS": "payees totals --", "COMP_CWORD": "2", "_PAYEES_COMPLETE": "bash_complete"}
    kinds: Mapping[Row, Callable[[Path, int], object]] = {
        Row("one payee changed: the whole command", "s", most=0.5, of="ratio"): (
            lambda code, number: build(code, scratch, changed=number + 1)
        ),
        Row("`payees --version`", "s", most=0.15): lambda code, _: payees(
            code, scratch, "--version"
        ),
        Row("a command's options, by Tab", "s", most=0.15): lambda code, _: payees(
            code, scratch, **tab
        ),
    }
    for code in (before, ROOT):
        for run in kinds.values():  # what is kept from one to the next is there
            run(code, PAIRS)
    rows = []
    for row, run in kinds.items():
        found: dict[str, list[float]] = {"before": [], "now": []}
        for number in range(PAIRS):
            for name, code in in_turn(number, before):
                found[name].append(processor_seconds(partial(run, code, number)))
        rows.append(row.told(found["now"], found["before"]))
    return rows


def measure_pages(before: Path, scratch: Path) -> list[Row]:
    """The speed of all pages over Hugo's, both commits' and Hugo right after one another."""
    entries = yaml.load(write_roster(scratch / "all.yaml", PAYEES).read_text(), yaml.CSafeLoader)
    found: dict[str, list[float]] = {"before": [], "now": []}
    for number in range(PAIRS):
        place = scratch / str(number)
        place.mkdir()
        hugo = run_hugo(place / "hugo", entries["payees"])
        if hugo is None:
            return []
        for name, code in in_turn(number, before):
            found[name].append(hugo.seconds / seconds(partial(build, code, place)))
    return [Row("all pages: speed / Hugo's", "", least=0.6).told(found["now"], found["before"])]


def measure_screens(before: Path, scratch: Path) -> list[Row]:
    then, now = (
        len(gzip.compress((site_of(code, scratch) / "index.html").read_bytes(), 9, mtime=0)) / 1000
        for code in (before, ROOT)
    )
    return [Row("the list's first screen, compressed", "KB", most=14.6).told([now], [then])]


def measure_looks() -> list[Row]:
    pairs = [bench_desk.pair_of_looks() for _ in range(2)]
    ratios = [one_by_one / side_by_side for one_by_one, side_by_side in pairs]
    what = f"{bench_desk.PAYEES:,} payees at 25 ms: times as fast as one by one"
    rows = [Row(what, "", least=10).told(ratios)]
    if find_program():
        found = bench_desk.whole_commands()
        many, followed = f"{bench_desk.MANY:,}", bench_desk.FOLLOWED
        rows += [
            Row(f"{many} payees at 25 ms: who paid today", "s", most=3).told(
                [found["today_seconds"]]
            ),
            Row(f"{followed} payees at 25 ms: the first row of `--follow`", "s", most=1).told(
                [found["followed_seconds"]]
            ),
        ]
    return rows


def measure_copy(scratch: Path) -> list[Row]:
    copy = scratch / "copy.duckdb"
    with opened(copy, to_write=True) as connection:
        connection.execute(_FILL)
    asked = ("totals", "--by", "month", "--from", str(copy))
    found = [seconds(lambda: payees(ROOT, scratch, *asked)) for _ in range(PAIRS)]
    return [Row("a million payments: totals by month, from a copy", "s", most=1).told(found)]


def measure_settling() -> list[Row]:
    large = bench_settling.LARGE
    found = [bench_settling.measured(large, match)[0] for _ in range(2)]
    return [Row(f"{large:,} lines settled with as many claims", "s", most=10).told(found)]


def lambda_rows(figures: Mapping[str, Any]) -> list[Row]:
    """Of the same run: `make bench-lambda` measures the same."""
    return [
        Row(
            f"Lambda: {what}", "", one["before"], one["is"], one["is"] / one["before"],
            floor=one["floor"], most=one["most"],
        )
        for what, one in figures["ratios"].items()
    ]  # fmt: skip


def main() -> None:
    commit = sys.argv[1] if len(sys.argv) > 1 else FIRST
    os.environ |= CREDENTIALS
    began, load = time.monotonic(), os.getloadavg()[0]
    shm = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shm if shm.is_dir() else None) as scratch_name:
        scratch = Path(scratch_name)
        with worktree(commit, scratch / "before") as before:
            lambdas = measure_lambda(before)
            rows = [
                *measure_pairs(before, scratch),
                *measure_screens(before, scratch),
                *measure_pages(before, scratch),
                *lambda_rows(lambdas),
                *measure_looks(),
                *measure_copy(scratch),
                *measure_settling(),
            ]
    figures = {
        "commit": commit,
        "day": f"{datetime.now(UTC):%-d %B %Y}",
        "minutes": round((time.monotonic() - began) / 60),
        "cores": os.cpu_count(),
        "load": round(load, 1),
        "rows": [asdict(row) for row in rows],
    }
    save_figures("lambda", lambdas)
    refresh(saved := save_figures("scale", figures))
    click.echo(scale_table(saved) + "\n" + scale_block(saved))
    for what in missed(rows):
        click.echo(f"Missed: {what}", err=True)
    raise SystemExit(bool(missed(rows)))


if __name__ == "__main__":
    main()
