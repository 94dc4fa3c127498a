"""`make bench-build`: building and uploading ten thousand pages, ours beside others, in one run.

Times depend on the machine, so what counts are ratios of what was measured one after the other,
and of several such pairs the median: no machine is ever quiet. The others get a template of 4 KB
and what the roster says; ours is the whole command, Python's start and the roster's mistakes
included. Everybody's files go to memory where there is /dev/shm: ext4 takes several times as long
to make a file for minutes after many were removed, as the last run did, and that is nobody's merit.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import boto3
import yaml
from botocore.config import Config

from publishing.bulk_writer import BulkWriter
from publishing.object_store import THREADS, ObjectWriter, S3Store, StoredObject
from roster.model import load_roster
from sitegen.build import build_site
from sitegen.qr import qr_svg
from testkit.demo_process import ROOT
from tools import build_pages
from tools.build_pages import Way
from tools.figure_pages import refresh
from tools.figures import save_figures
from tools.other_builders import (
    HUGO_EXTRAS,
    Measured,
    draw_naively,
    measure,
    naive_site,
    run_codes,
    run_hugo,
    run_plain,
)
from tools.slow_bucket import running_bucket

if TYPE_CHECKING:
    from obstore.store import S3Credential

PAYEES = 10_000
ROUNDS = 5  # the best time of each way is told: something else may have been at work
NAIVE_PAYEES = 300  # the naive way is too slow for all; its time per page does not depend on it
SITE = """\
site:
  title: Town Market
  url: https://pay.example.org/
  currency: INR
  limits: {min: "1", max: "10000"}
payees:
"""
ENTRY = """\
  - id: vendor-{number:05}
    name: Vendor {number}
    aliases: ["user {number}"]
    description: Vegetables, stall {number}
    amounts: ["20", "50", "100"]
"""
OURS = """
import sys
from pathlib import Path
from cli.roster_file import read_roster
from sitegen.build import build_site
build_site(read_roster(Path(sys.argv[1])), Path(sys.argv[2]), processes=2)
"""
MEMORY = f"""{OURS}
import re, resource
print(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
MANY_PAYEES = 100_000

TARGETS: dict[str, tuple[Way, Way, dict[str, float]]] = {  # with `most` of times, else of speeds
    "code": (Way.OUR_CODE, Way.QRCODE, {"most": 0.1}),
    "naive": (Way.OUR_PAGES, Way.NAIVE, {"least": 12}),
    "hugo": (Way.OUR_PAGES, Way.HUGO, {"least": 0.6}),
    "bare_hugo": (Way.OUR_PAGES, Way.BARE_HUGO, {}),
    "change": (Way.OUR_CHANGE, Way.SKIPPING, {"most": 0.3}),
    "reading": (Way.OUR_READING, Way.PYYAML, {"most": 1}),
    "upload": (Way.OUR_UPLOAD, Way.BOTO3, {"least": 3}),
}


def write_roster(path: Path, payees: int, changed: int | None = None) -> Path:
    entries = [ENTRY.format(number=number) for number in range(payees)]
    if changed is not None:
        entries[changed] = entries[changed].replace("Vegetables", "Fruit")
    path.write_text(SITE + "".join(entries))
    return path


def run_ours(roster: Path, out: Path) -> Measured:
    """What is kept of a roster that was read before is beside it."""
    command = [sys.executable, "-c", OURS, str(roster), str(out)]
    kept = {**os.environ, "XDG_CACHE_HOME": str(roster.parent / "cache")}
    return measure(PAYEES, lambda: subprocess.run(command, cwd=ROOT, check=True, env=kept))


def measure_uploads() -> dict[Way, Measured]:
    page = StoredObject(b"x" * 25_000, "text/html; charset=utf-8", "public, max-age=60")
    credentials: S3Credential = {
        "access_key_id": "test",
        "secret_access_key": "test",
        "expires_at": None,
    }
    with running_bucket() as url:
        client = boto3.client(
            "s3",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(max_pool_connections=16),
        )
        ours = BulkWriter(
            "pages", region="us-east-1", credentials=lambda: credentials, endpoint_url=url
        )
        theirs = S3Store(client, "pages")
        return {
            Way.BOTO3: measure(1000, lambda: _put_all(theirs, page, 1000, threads=16)),
            Way.OUR_UPLOAD: measure(5000, lambda: _put_all(ours, page, 5000, threads=THREADS)),
        }


def _put_all(writer: ObjectWriter, page: StoredObject, count: int, *, threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda number: writer.put(f"{number}/index.html", page), range(count)))


def measure_all(folder: Path) -> tuple[dict[Way, Measured], list[dict[Way, Measured]]]:
    """The best of each way, and the rounds in which some were measured one after the other."""
    roster_file = write_roster(folder / "payees.yaml", PAYEES)
    changed_file = write_roster(folder / "changed.yaml", PAYEES, changed=4711)
    payees = yaml.load(roster_file.read_text(), yaml.CSafeLoader)["payees"]
    urls = [f"https://pay.example.org/{payee['id']}/" for payee in payees]
    found = measure_uploads()
    few = urls[:NAIVE_PAYEES]
    found[Way.QRCODE] = measure(NAIVE_PAYEES, lambda: [draw_naively(url) for url in few])
    found[Way.ONE_MASK] = measure(
        NAIVE_PAYEES, lambda: [draw_naively(url, mask_pattern=2) for url in few]
    )
    found[Way.OUR_CODE] = measure(PAYEES, lambda: [qr_svg(url, "QR code") for url in urls])
    found[Way.PYYAML] = measure(
        PAYEES, lambda: yaml.load(roster_file.read_text(), yaml.CSafeLoader)
    )
    found[Way.OUR_READING] = measure(PAYEES, lambda: load_roster(roster_file))
    few_payees = payees[:NAIVE_PAYEES]
    naive = naive_site(few_payees, folder / "naive", with_code=True)
    found[Way.NAIVE] = measure(NAIVE_PAYEES, naive.freeze)
    without_code = naive_site(payees, folder / "frozen", with_code=False)
    found[Way.FROZEN] = measure(PAYEES, without_code.freeze)
    changed = load_roster(changed_file)
    without_code.app.config["FREEZER_SKIP_EXISTING"] = True
    rounds = []
    for number in range(ROUNDS):
        out = folder / f"site-{number}"
        (folder / str(number)).mkdir()
        ours = write_roster(folder / str(number) / "payees.yaml", PAYEES)
        runs = {
            Way.HUGO: run_hugo(folder / f"hugo-{number}", payees),
            Way.BARE_HUGO: run_hugo(folder / f"bare-{number}", payees, HUGO_EXTRAS),
            Way.PLAIN: run_plain(folder / f"plain-{number}", payees),
            Way.CODES: run_codes(folder / f"codes-{number}", urls),
            Way.OUR_PAGES: run_ours(ours, out),
            Way.SKIPPING: measure(PAYEES, without_code.freeze),
            Way.OUR_CHANGE: measure(PAYEES, partial(build_site, changed, out, processes=2)),
            Way.OUR_COMMAND: run_ours(write_roster(ours, PAYEES, changed=42), out),
        }
        rounds.append({way: run for way, run in runs.items() if run})
        for name, run in rounds[-1].items():
            found[name] = min(run, found.get(name, run), key=lambda run: run.seconds)
    return found, rounds


def measure_memory(folder: Path) -> dict[str, float]:
    roster = write_roster(folder / "many.yaml", MANY_PAYEES)
    started = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-c", MEMORY, str(roster), str(folder / "many")],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - started
    reading, making = map(int, run.stdout.split())
    return {
        "payees": MANY_PAYEES,
        "seconds": round(seconds),
        "reading_mb": round(reading * 1024 / 1e6),
        "making_mb": round(making * 1024 / 1e6),
    }


def ratios_of(
    found: Mapping[Way, Measured], rounds: Sequence[Mapping[Way, Measured]]
) -> dict[str, dict[str, float]]:
    """Each ratio whose two sides were measured, with its target: the median of the rounds in which
    both were, else that of the best."""
    ratios = {}
    for what, (ours, other, target) in TARGETS.items():
        if other in found:
            pairs = [one for one in rounds if ours in one and other in one] or [found]
            ratio = median(one[ours].per_second / one[other].per_second for one in pairs)
            ratios[what] = {"is": round(1 / ratio if "most" in target else ratio, 4), **target}
    return ratios


def main() -> None:
    shm = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shm if shm.is_dir() else None) as scratch:
        found, rounds = measure_all(Path(scratch))
        page = (Path(scratch) / "site-0/vendor-00000/index.html").stat().st_size
    with tempfile.TemporaryDirectory() as scratch:
        memory = measure_memory(Path(scratch))
    times = {way: (round(found[way].seconds, 2), found[way].things) for way in Way if way in found}
    ratios = ratios_of(found, rounds)
    figures = {"page_bytes": page, "times": times, "ratios": ratios, "memory": memory}
    refresh(saved := save_figures("build", figures))
    for block in build_pages.BLOCKS.values():
        print(block(saved).replace("**", ""))
    if Way.HUGO not in found:
        print("Hugo is not installed, so nothing is compared with it.")
    missed = [what for what, ratio in ratios.items() if build_pages.is_missed(ratio)]
    for what in missed:
        print(f"Missed: {build_pages.RATIOS[what]}", file=sys.stderr)
    raise SystemExit(bool(missed))


if __name__ == "__main__":
    main()
