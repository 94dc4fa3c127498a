"""Other ways to build the pages, and to draw their codes, to compare ours with."""

import subprocess
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import qrcode
from flask import Flask, render_template
from flask_frozen import Freezer
from jinja2 import Environment
from qrcode.image.svg import SvgPathImage

from sitegen.qr import qr_svg
from sitegen.qr_proof import check_codes
from testkit.demo_process import ROOT

HUGO = ROOT / ".tools/hugo/bin/hugo"
PAGE = "<!doctype html><title>{{ name }}</title>" + "<p>Pay here</p>" * 270 + "{{ code | safe }}"
_LIKE_OURS = b"<p>Pay here</p>" * 1300
HUGO_LIST = "{{ range .Site.RegularPages }}<a href='{{ .RelPermalink }}'>{{ .Title }}</a>{{ end }}"
HUGO_EXTRAS = '"taxonomy", "term", "RSS", "sitemap", "section"'


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


def draw_naively(url: str, **options: int) -> str:
    svg: bytes = qrcode.make(url, image_factory=SvgPathImage, **options).to_string()
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

    @freezer.register_generator  # type: ignore[untyped-decorator]
    def urls() -> Iterable[tuple[str, dict[str, str]]]:
        return (("page", {"payee_id": payee_id}) for payee_id in by_id)

    return freezer


def run_hugo(folder: Path, payees: list[dict[str, Any]], left_out: str = "") -> Measured | None:
    """Hugo making a page for each payee and a list of them all; `left_out` are kinds of pages."""
    if not HUGO.exists():
        return None
    (folder / "layouts/_default").mkdir(parents=True)
    (folder / "content").mkdir()
    page = PAGE.replace("{{ name }}", "{{ .Title }}").replace("{{ code | safe }}", "")
    (folder / "layouts/_default/single.html").write_text(page)
    (folder / "layouts/index.html").write_text(HUGO_LIST)
    (folder / "hugo.toml").write_text(
        f'baseURL = "https://pay.example.org/"\ndisableKinds = [{left_out}]\n'
    )
    for payee in payees:
        (folder / "content" / f"{payee['id']}.md").write_text(f"---\ntitle: {payee['name']}\n---\n")
    command = [str(HUGO), "--quiet", "--source", str(folder), "--destination", f"{folder}/public"]
    measured = measure(len(payees), lambda: subprocess.run(command, check=True))
    made = len(list((folder / "public").glob("vendor-*/index.html")))
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


def write_codes(folder: Path, urls: list[str]) -> None:
    """What of our pages cannot be left out: the code, shown twice on each, is drawn, read back
    from the finished page and compared, and the page hashed and written."""
    for url in urls:
        code = qr_svg(url, "QR code").encode()
        page = code + _LIKE_OURS + code
        check_codes(page, (url,), required=True)
        sha256(page).hexdigest()
        file = folder / url.split("/")[-2] / "index.html"
        file.parent.mkdir(parents=True)
        file.write_bytes(page)


def run_codes(folder: Path, urls: list[str]) -> Measured:
    def run() -> None:
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(write_codes, [folder] * 2, [urls[::2], urls[1::2]]))

    return measure(len(urls), run)
