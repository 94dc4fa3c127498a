"""`make bench-build`: building and uploading ten thousand pages, ours beside others, in one run.

Times depend on the machine, so what counts are ratios. The others get a template of 4 KB and what
the roster says; ours is the whole command, Python's start and the roster's mistakes included.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import qrcode
import yaml
from botocore.config import Config
from flask import Flask, render_template
from flask_frozen import Freezer
from jinja2 import Environment
from qrcode.image.svg import SvgPathImage

from sitegen.build import build_site
from sitegen.bulk_writer import BulkWriter
from sitegen.object_store import ObjectWriter, S3Store, StoredObject
from sitegen.publish import THREADS
from sitegen.qr import qr_svg
from sitegen.roster import load_roster
from tests.demo_process import ROOT
from tools.slow_bucket import running_bucket

PAYEES = 10_000
ROUNDS = 3  # the best one counts: something else may have been at work
NAIVE_PAYEES = 300  # the naive way is too slow for all; its time per page does not depend on it
HUGO = ROOT / ".tools/hugo/bin/hugo"
RESULTS = ROOT / "build/bench-build.json"
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
    aliases: ["{number}"]
    description: Vegetables, stall {number}
    amounts: ["20", "50", "100"]
"""
PAGE = "<!doctype html><title>{{ name }}</title>" + "<p>Pay here</p>" * 270 + "{{ code | safe }}"
OURS = """
import sys
from pathlib import Path
from sitegen.build import build_site
from sitegen.roster import load_roster
build_site(load_roster(Path(sys.argv[1])), Path(sys.argv[2]), processes=2)
"""
TARGETS = [  # what, of whom, over whose; at most, or else at least
    ("QR code: ours / qrcode", "our code", "qrcode's code", 0.1, None),
    ("full build: ours / naive Frozen-Flask", "full build", "naive", None, 12),
    ("full build: ours / Hugo without QR", "full build", "Hugo", None, 0.3),
    ("one change: ours / Frozen-Flask's skipping", "one change", "skipping", 0.3, None),
    ("reading the roster: ours / PyYAML in C", "our reading", "PyYAML", 1, None),
    ("upload at 25 ms: ours / boto3, 16 threads", "our upload", "boto3", None, 3),
]


@dataclass(frozen=True, slots=True)
class Measured:
    seconds: float
    things: int

    @property
    def per_second(self) -> float:
        return self.things / self.seconds


def measure(things: int, work: Callable[[], object]) -> Measured:
    started = time.perf_counter()
    work()
    return Measured(time.perf_counter() - started, things)


def write_roster(path: Path, payees: int, changed: int | None = None) -> Path:
    entries = [ENTRY.format(number=number) for number in range(payees)]
    if changed is not None:
        entries[changed] = entries[changed].replace("Vegetables", "Fruit")
    path.write_text(SITE + "".join(entries))
    return path


def draw_naively(url: str) -> str:
    svg: bytes = qrcode.make(url, image_factory=SvgPathImage).to_string()
    return svg.decode()


def naive_site(payees: list[dict[str, Any]], folder: Path, *, with_code: bool) -> Freezer:
    """What one writes first."""
    templates = folder.parent / "templates"
    templates.mkdir(exist_ok=True)
    (templates / "page.html").write_text(PAGE)
    app = Flask("naive", static_folder=None, template_folder=str(templates))
    app.config.update(FREEZER_DESTINATION=str(folder))
    by_id = {payee["id"]: payee for payee in payees}

    @app.get("/<payee_id>/")
    def page(payee_id: str) -> str:
        code = draw_naively(f"https://pay.example.org/{payee_id}/") if with_code else ""
        return render_template("page.html", name=by_id[payee_id]["name"], code=code)

    freezer = Freezer(app, with_static_files=False)

    @freezer.register_generator
    def urls() -> Iterable[tuple[str, dict[str, str]]]:
        return (("page", {"payee_id": payee_id}) for payee_id in by_id)

    return freezer


def run_ours(roster: Path, out: Path) -> Measured:
    command = [sys.executable, "-c", OURS, roster, out]
    return measure(PAYEES, lambda: subprocess.run(command, cwd=ROOT, check=True))


def run_hugo(folder: Path, payees: list[dict[str, Any]]) -> Measured | None:
    if not HUGO.exists():
        return None
    (folder / "layouts/_default").mkdir(parents=True)
    (folder / "content").mkdir()
    page = PAGE.replace("{{ name }}", "{{ .Title }}").replace("{{ code | safe }}", "")
    (folder / "layouts/_default/single.html").write_text(page)
    (folder / "hugo.toml").write_text(
        'baseURL = "https://pay.example.org/"\n'
        'disableKinds = ["taxonomy", "term", "RSS", "sitemap", "section", "home", "404"]\n'
    )
    for payee in payees:
        (folder / "content" / f"{payee['id']}.md").write_text(f"---\ntitle: {payee['name']}\n---\n")
    command = [HUGO, "--quiet", "--source", folder, "--destination", folder / "public"]
    measured = measure(len(payees), lambda: subprocess.run(command, check=True))
    made = len(list((folder / "public").rglob("index.html")))
    if made != len(payees):
        raise SystemExit(f"Hugo made {made} pages")
    return measured


def write_plainly(folder: Path, payees: list[dict[str, Any]]) -> None:
    template = Environment(autoescape=True).from_string(PAGE)
    for payee in payees:
        file = folder / payee["id"] / "index.html"
        file.parent.mkdir(parents=True)
        file.write_text(template.render(name=payee["name"], code=""))


def run_plain(folder: Path, payees: list[dict[str, Any]]) -> Measured:
    def run() -> None:
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(write_plainly, [folder] * 2, [payees[::2], payees[1::2]]))

    return measure(len(payees), run)


def measure_uploads() -> dict[str, Measured]:
    page = StoredObject(b"x" * 25_000, "text/html; charset=utf-8", "public, max-age=60")
    credentials = {"access_key_id": "test", "secret_access_key": "test", "expires_at": None}
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
            "boto3": measure(1000, lambda: _put_all(theirs, page, 1000, threads=16)),
            "our upload": measure(5000, lambda: _put_all(ours, page, 5000, threads=THREADS)),
        }


def _put_all(writer: ObjectWriter, page: StoredObject, count: int, *, threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda number: writer.put(f"{number}/index.html", page), range(count)))


def measure_all(folder: Path) -> dict[str, Measured]:
    roster_file = write_roster(folder / "payees.yaml", PAYEES)
    changed_file = write_roster(folder / "changed.yaml", PAYEES, changed=4711)
    payees = yaml.load(roster_file.read_text(), yaml.CSafeLoader)["payees"]
    urls = [f"https://pay.example.org/{payee['id']}/" for payee in payees]
    found = measure_uploads()
    few = urls[:NAIVE_PAYEES]
    found["qrcode's code"] = measure(NAIVE_PAYEES, lambda: [draw_naively(url) for url in few])
    found["our code"] = measure(PAYEES, lambda: [qr_svg(url, "QR code") for url in urls])
    found["PyYAML"] = measure(PAYEES, lambda: yaml.load(roster_file.read_text(), yaml.CSafeLoader))
    found["our reading"] = measure(PAYEES, lambda: load_roster(roster_file))
    few_payees = payees[:NAIVE_PAYEES]
    naive = naive_site(few_payees, folder / "naive", with_code=True)
    found["naive"] = measure(NAIVE_PAYEES, naive.freeze)
    without_code = naive_site(payees, folder / "frozen", with_code=False)
    found["Frozen-Flask without QR"] = measure(PAYEES, without_code.freeze)
    changed = load_roster(changed_file)
    without_code.app.config["FREEZER_SKIP_EXISTING"] = True
    for number in range(ROUNDS):
        out = folder / f"site-{number}"
        runs = {
            "Hugo": run_hugo(folder / f"hugo-{number}", payees),
            "plain Jinja, 2 processes": run_plain(folder / f"plain-{number}", payees),
            "full build": run_ours(roster_file, out),
            "skipping": measure(PAYEES, without_code.freeze),
            "one change": measure(PAYEES, partial(build_site, changed, out, processes=2)),
        }
        for name, run in runs.items():
            if run:
                found[name] = min(run, found.get(name, run), key=lambda run: run.seconds)
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        found = measure_all(Path(scratch))
    print(f"{'':42}{'seconds':>9}{'things':>8}{'a second':>10}")
    for name, measured in found.items():
        print(f"{name:42}{measured.seconds:9.2f}{measured.things:8}{measured.per_second:10.0f}")
    print(f"\n{'':44}measured   target")
    ratios, missed = {}, False
    for what, ours, other, most, least in TARGETS:
        if other not in found:
            print(f"{what:44}  skipped: {other} is not installed")
            continue
        ratio = found[ours].seconds / found[ours].things
        ratio /= found[other].seconds / found[other].things
        if most is None:
            ratio = 1 / ratio
        ratios[what] = round(ratio, 3)
        is_missed = ratio > most if most is not None else ratio < least
        missed |= is_missed
        target = f"≤ {most}" if most is not None else f"≥ {least}"
        print(f"{what:44}{ratio:8.2f}{target:>9}{'  missed' if is_missed else ''}")
    RESULTS.parent.mkdir(exist_ok=True)
    seconds = {name: [m.seconds, m.things] for name, m in found.items()}
    RESULTS.write_text(json.dumps({"seconds and things": seconds, "ratios": ratios}, indent=1))
    raise SystemExit(missed)


if __name__ == "__main__":
    main()
