"""`payees verify-site`: what somebody changed on the live pages, found and told."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import Result

from cli.local.local_cdn import bucket_site
from cli.local.serving import free_port
from publishing.object_store import MemoryStore, StoredObject
from roster.model import load_roster
from sitegen.build import build_site
from sitegen.qr import qr_svg
from testkit.serving import served
from tests.cli.desk import SITE, Desk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAHANTESH = "mahantesh/index.html"
_SVG = re.compile(r"<svg viewBox.*?</svg>", re.DOTALL)


@dataclass
class Live:
    """A roster's folder and the site that was published from it, on a server of this machine."""

    desk: Desk
    url: str
    store: MemoryStore

    def publish(self, folder: str) -> None:
        build = build_site(load_roster(Path("payees.yaml")), Path(folder), processes=1)
        self.store.objects.clear()
        for file in build.files:
            self.put(file, build.read(file))

    def put(self, file: str, body: bytes) -> None:
        kind = "text/javascript" if file.endswith(".js") else "text/html; charset=utf-8"
        self.store.put(file, StoredObject(body, kind, "no-store"))

    def change(self, file: str, change: Callable[[str], str]) -> None:
        before = self.store.objects[file].body.decode()
        after = change(before)
        assert after != before
        self.put(file, after.encode())

    def verify(self, *arguments: str) -> Result:
        return self.desk.payees("verify-site", *arguments)


@pytest.fixture
def live(desk: Desk) -> Iterator[Live]:
    store = MemoryStore()
    with served(bucket_site(store)) as url:
        site = SITE.replace("https://pay.example.org/", url)
        payees = (
            "payees:\n"
            "  - {id: mahantesh, name: Mahantesh}\n"
            "  - {id: shilpa, name: Shilpa}\n"
            "  - {id: ravi, name: Ravi, status: closed}\n"
        )
        Path("payees.yaml").write_text(site + payees)
        live = Live(desk, url, store)
        live.publish("build/site")  # which `verify-site` uses
        yield live


def test_a_site_as_it_was_published_is_all_right(live: Live) -> None:
    result = live.verify()
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    count = len(live.store.objects)
    assert result.stderr.endswith(f"{count} pages, all as this roster makes them.\n")
    assert live.verify("--json").stdout == "[]\n"


def test_a_code_that_was_swapped_is_found(live: Live) -> None:
    other = "https://pay.example.com/mahantesh/"
    live.change(MAHANTESH, lambda page: _SVG.sub(str(qr_svg(other, "QR code")), page))
    result = live.verify("--payee", "mahantesh")
    assert result.exit_code == 1
    assert (
        f"{live.url}mahantesh/: shows a code that leads to another site, pay.example.com: "
        f"“{other}”\n" in result.stdout
    )
    assert "lacks the code that leads to the page of Mahantesh (mahantesh)\n" in result.stdout


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda page: page.replace("</body>", "<script>steal()</script></body>"),
            "runs a script that was not built: sha256-",
        ),
        (
            lambda page: page.replace("</body>", '<script src="//evil.example/x.js"></script>'),
            "runs a script that was not built: “//evil.example/x.js”",
        ),
        (
            lambda page: page.replace("<h1>", '<h1 onclick="steal()">'),
            "runs a script in an attribute: “onclick=\"steal()\"”",
        ),
        (
            lambda page: page.replace("<h1>", '<a href=" java\nscript:steal()">x</a><h1>'),
            "runs a script in an attribute: “href=\" java",
        ),
        (
            lambda page: page.replace("script-src ", "script-src 'unsafe-inline' "),
            "lets the browser do what it should not: “script-src 'unsafe-inline' 'sha256-",
        ),
        (
            lambda page: re.sub(r"<meta http-equiv[^>]*>", "", page),
            "lacks the policy “default-src 'none'”",
        ),
        (
            lambda page: page.replace('data-api="/api"', 'data-api="https://evil.example"'),
            "sends payments to “https://evil.example”",
        ),
        (lambda page: page.replace("<style>", "<style>b{}"), "is drawn by a style that was not"),
        (lambda page: page.replace("Mahantesh", "Mahant\u0435sh"), "says “Mahant\u0435sh”"),
        (
            lambda page: page.replace("<h1>", '<img src="data:image/png;base64,AA"><h1>'),
            "has “<img src=\"data:image/png;base64,AA\">”",
        ),
        (lambda page: page.replace("M0 .5", "M0 1.5"), "draws what was not built: sha256-"),
        (lambda page: f"{page} ", "is not byte for byte what was built"),
        (lambda _: "", "does not say “Mahantesh”"),
        (lambda _: "\ufffd<" * 5000, "says “"),
    ],
)  # fmt: skip
def test_what_was_changed_on_a_page_is_told(
    live: Live, change: Callable[[str], str], problem: str
) -> None:
    live.change(MAHANTESH, change)
    result = live.verify()
    assert result.exit_code == 1
    assert problem in result.stdout
    lines = result.stdout.splitlines()
    assert {line.split(": ")[0] for line in lines} == {f"{live.url}mahantesh/"}
    pages = len(live.store.objects)
    assert f"Not as this roster makes them: 1 of {pages} pages. " in result.stderr
    assert "payees publish --verify" in result.stderr


def test_a_page_that_hides_escape_codes_moves_no_cursor(live: Live) -> None:
    live.change(MAHANTESH, lambda page: page.replace("<h1>", "<p>\x1b[2J\u202eevil</p><h1>"))
    assert "\x1b" not in (stdout := live.verify().stdout)
    assert "\u202e" not in stdout
    assert "says “\\u001b[2J\\u202eevil”" in stdout


def test_json_tells_the_same(live: Live) -> None:
    live.change(MAHANTESH, lambda page: page.replace("Mahantesh", "Mahadev"))
    [verdict] = json.loads(live.verify("--json").stdout)
    assert (verdict["address"], verdict["payee_id"]) == (f"{live.url}mahantesh/", "mahantesh")
    assert "says “Mahadev”" in verdict["problems"]


def test_only_the_payees_that_are_named_are_looked_at(live: Live) -> None:
    live.change(MAHANTESH, lambda page: page + " ")
    assert live.verify("--payee", "shilpa", "--payee", "ravi").exit_code == 0
    assert live.verify("--payee", "shilpa", "--payee", "mahantesh").exit_code == 1


def test_pages_that_are_missing_or_too_many_are_told(live: Live) -> None:
    del live.store.objects["shilpa/index.html"]
    live.put("ghost/index.html", b"a page that nobody has")
    live.change("index.html", lambda page: page.replace("</ul>", '<a href="ghost/">G</a></ul>'))
    result = live.verify()
    assert f"{live.url}shilpa/: is not there\n" in result.stdout
    assert f'{live.url}: has “<a href="ghost/">”\n' in result.stdout
    ghost = live.verify("--payee", "ghost")
    assert ghost.exit_code == 1
    assert f"But {live.url}ghost/ is out there" in ghost.stderr
    gone = live.verify("--payee", "shilp")
    assert (gone.exit_code, "did you mean “shilpa”?" in gone.stderr) == (1, True)
    assert "is out there" not in gone.stderr


def test_a_closed_payees_page_that_still_takes_payments_is_found(live: Live) -> None:
    roster = Path("payees.yaml").read_text()
    Path("payees.yaml").write_text(roster.replace(", status: closed", ""))
    live.publish("open")
    Path("payees.yaml").write_text(roster)
    result = live.verify("--payee", "ravi")
    assert f"{live.url}ravi/: sends payments to “/api”\n" in result.stdout


def test_the_page_for_what_is_not_there_is_looked_at_as_well(live: Live) -> None:
    live.change("404.html", lambda page: page.replace("<h1", '<a href="//evil.example">x</a><h1'))
    result = live.verify()
    assert result.exit_code == 1
    assert re.search(r"/no-page-\w+/: has “<a href=\"//evil\.example\">”", result.stdout)


def test_a_page_that_leads_away_is_not_followed(live: Live) -> None:
    def site(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        if environ["PATH_INFO"] == "/mahantesh/":
            start_response("302 Found", [("Location", "https://evil.example/")])
            return []
        if environ["PATH_INFO"] == "/shilpa/":
            start_response("503 Service Unavailable", [("Content-Type", "text/html")])
            return []
        if environ["PATH_INFO"] == "/ravi/":
            start_response("200 OK", [("Content-Type", "image/png")])
            return []
        return bucket_site(live.store)(environ, start_response)

    with served(site) as url:
        result = live.verify("--url", url)
    assert f"{url}mahantesh/: leads away, to “https://evil.example/”\n" in result.stdout
    assert f"{url}shilpa/: answers with status 503\n" in result.stdout
    assert f"{url}ravi/: is no page, but “image/png”\n" in result.stdout


def test_a_site_that_cannot_be_reached_is_one_sentence(live: Live) -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    result = live.verify("--url", url)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1].startswith(f"{url} cannot be reached: ")
    assert "Traceback" not in result.stderr
