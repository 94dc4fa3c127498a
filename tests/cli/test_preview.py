"""The live site: a copy of the product, so that its templates can be edited."""

import http.client
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from testkit.demo_process import ROOT
from tests.cli.desk import Desk


@dataclass(frozen=True, slots=True)
class Preview:
    desk: Desk
    url: str

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    folder = tmp_path_factory.mktemp("preview")
    for part in ("backend", "cli", "payments", "sitegen", "templates"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    desk = Desk(folder)
    desk.write_roster("mahantesh")
    with subprocess.Popen(
        [sys.executable, "-c", "from cli.main import main; main()", "preview", "--port", "0"],
        cwd=folder,
        env={**os.environ, "PYTHONWARNINGS": "default"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            line = process.stdout.readline()
            assert line.startswith("Preview: http://127.0.0.1:")
            yield Preview(desk, line.split()[1])
        finally:
            process.terminate()
            assert process.wait(5) == 0


@pytest.fixture(autouse=True)
def _same_start(preview: Preview) -> None:
    preview.desk.write_roster("mahantesh")


def test_a_page_carries_the_address_of_the_preview(preview: Preview) -> None:
    status, page = preview.get("mahantesh/")
    assert status == 200
    assert f"QR code of {preview.url}mahantesh/" in page
    assert "EventSource" in page


def test_an_edited_roster_shows_at_once(preview: Preview) -> None:
    assert preview.get("shilpa/")[0] == 404
    preview.desk.write_roster("shilpa")
    assert preview.get("shilpa/")[0] == 200
    assert preview.get("mahantesh/")[0] == 404


@pytest.mark.parametrize(
    "name", ["payee.html", "base.html", "page.css", "payee.css", "js/payee.js"]
)
def test_an_edited_template_shows_at_once(preview: Preview, name: str) -> None:
    template = preview.desk.folder / "templates" / name
    former = template.read_text()
    edited = (
        former.replace("</", " EDITED</", 1)
        if "html" in name
        else former + (".EDITED{top:0}" if "css" in name else "'EDITED';")
    )
    template.write_text(edited)
    assert "EDITED" in preview.get("mahantesh/")[1]
    template.write_text(former)
    assert "EDITED" not in preview.get("mahantesh/")[1]


def break_the_roster(folder: Path) -> None:
    (folder / "payees.yaml").write_text("payees: [<b>")


def remove_the_roster(folder: Path) -> None:
    (folder / "payees.yaml").unlink()


def break_a_template(folder: Path) -> None:
    (folder / "templates/payee.html").write_text("{% if <b> %}")


def break_a_script(folder: Path) -> None:
    script = folder / "templates/js/payee.js"
    script.write_text(f"{script.read_text()}let x = = '<b>';\n")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (break_a_script, "js/payee.js:"),
        (break_the_roster, "payees.yaml:1:9: "),
        (remove_the_roster, "cannot be read (No such file or directory)"),
        (break_a_template, "payee.html:1: "),
    ],
)
def test_a_mistake_is_shown_until_it_is_mended(
    preview: Preview, damage: Callable[[Path], None], words: str
) -> None:
    templates = preview.desk.folder / "templates"
    former = {
        file: file.read_text() for file in (templates / "payee.html", templates / "js/payee.js")
    }
    damage(preview.desk.folder)
    status, page = preview.get("mahantesh/")
    assert status == 500
    assert words in page
    assert "<b>" not in page
    assert "EventSource" in page
    for file, text in former.items():
        file.write_text(text)
    preview.desk.write_roster("mahantesh")
    assert preview.get("mahantesh/")[0] == 200


def test_a_payment_waits_while_the_roster_is_broken(preview: Preview) -> None:
    break_the_roster(preview.desk.folder)
    request = urllib.request.Request(
        f"{preview.url}api/payees/mahantesh/payments/01ARZ3NDEKTSV4RRFFQ69G5FAV",
        data=b'{"payer_id": "Asha", "amount": 50}',
        headers={"Content-Type": "application/json"},
        method="PUT",
    )
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(request, timeout=5)
    with raised.value:
        assert raised.value.code == 503
    preview.desk.write_roster("mahantesh")


def test_browsers_are_told_of_a_change(preview: Preview) -> None:
    host = preview.url.split("/")[2]
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request("GET", "/_preview/changes")
    response = connection.getresponse()
    assert response.headers["Content-Type"].startswith("text/event-stream")
    assert response.readline() == b": waiting\n"
    deadline = time.monotonic() + 8
    line = b""
    while line != b"data: changed\n" and time.monotonic() < deadline:
        preview.desk.write_roster("mahantesh", "shilpa")
        line = response.readline()
    response.close()
    connection.close()
    assert line == b"data: changed\n"


def test_a_payment_can_be_tried(preview: Preview) -> None:
    request = urllib.request.Request(
        f"{preview.url}api/payees/mahantesh/payments/01ARZ3NDEKTSV4RRFFQ69G5FAV", method="PUT"
    )
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(request, timeout=5)
    with raised.value:
        assert raised.value.headers["Content-Type"] == "application/problem+json"


def test_a_broken_roster_is_told_before_anything_starts(desk: Desk) -> None:
    break_the_roster(desk.folder)
    result = desk.payees("preview", "--port", "0")
    assert result.exit_code == 1
    assert "payees.yaml:1:9: " in result.stderr
