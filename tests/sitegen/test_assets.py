"""What pages fetch from their site is beside them, and goes with them."""

import json
import re
import shutil
from pathlib import Path

import pytest

from sitegen.app import create_site
from sitegen.build import MARKER, Build, build_site
from sitegen.catalogs import language_name
from sitegen.page_files import is_asset
from testkit.demo_process import ROOT
from testkit.rosters import make_roster, page_files
from tests.sitegen.html_reading import parse_html
from tests.sitegen.test_freeze import contents

ROSTER = make_roster("a", "b")


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The site's templates, and in the payee's page a part that is asked for."""
    folder = shutil.copytree(ROOT / "templates", tmp_path / "templates")
    payee = folder / "js/payee.js"
    payee.write_text(
        f'import {{ loadPart }} from "./parts.js";\n{payee.read_text()}\nloadPart("extra");\n'
    )
    (folder / "js/parts").mkdir(exist_ok=True)
    write_part(folder, "first")
    for module in ("site_templates", "page"):
        monkeypatch.setattr(f"sitegen.{module}.TEMPLATES", folder)
    monkeypatch.setattr("sitegen.inputs.FOLDERS", (folder,))
    return folder


def write_part(templates: Path, says: str) -> None:
    (templates / "js/parts/extra.js").write_text(f'export const extra = () => alert("{says}");\n')


def part_of(build: Build) -> str:
    [part] = [file for file in build.files if file.startswith("assets/extra.")]
    return part


def part_with(integrity: str) -> str:
    """The file of that hash, if it is the part: as the page's script makes its name."""
    return f"assets/extra.{integrity[7:23].replace('+', '-').replace('/', '_')}.js"


@pytest.mark.usefixtures("templates")
def test_a_build_has_what_its_pages_fetch(tmp_path: Path) -> None:
    build = build_site(ROSTER, tmp_path / "site")
    part = part_of(build)
    assert b"first" in build.read(part)
    page = parse_html((tmp_path / "site/a/index.html").read_text())
    [policy] = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    integrities = re.findall(r'integrity:"([^"]+)"', page.all("script")[-1].text)
    for integrity in integrities:
        assert f"'{integrity}'" in policy.attributes["content"]
    assert part in map(part_with, integrities)


@pytest.mark.usefixtures("templates")
def test_an_unchanged_build_keeps_it_and_a_lost_file_comes_back(tmp_path: Path) -> None:
    first = build_site(ROSTER, tmp_path / "site")
    before = contents(tmp_path / "site")
    assert build_site(ROSTER, tmp_path / "site").made == 0
    (tmp_path / "site" / part_of(first)).unlink()
    assert part_of(build_site(ROSTER, tmp_path / "site")) == part_of(first)
    assert contents(tmp_path / "site") == before


@pytest.mark.parametrize("few", [0, 100])
def test_what_no_page_fetches_any_more_goes(
    templates: Path, tmp_path: Path, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether pages are replaced one by one or the folder is."""
    monkeypatch.setattr("sitegen.build._FEW", few)
    old = part_of(build_site(ROSTER, tmp_path / "site"))
    write_part(templates, "second")
    new = part_of(build_site(ROSTER, tmp_path / "site"))
    assert old != new
    parts = {file for file in contents(tmp_path / "site") if "assets/extra." in file}
    assert parts == {new}


def test_a_build_without_any_has_no_folder_for_them(templates: Path, tmp_path: Path) -> None:
    build_site(ROSTER, tmp_path / "site")
    shutil.copy(ROOT / "templates/js/payee.js", templates / "js/payee.js")
    build = build_site(ROSTER, tmp_path / "site")
    assets = {file for file in build.files if is_asset(file)}
    assert contents(tmp_path / "site").keys() == page_files(ROSTER) | assets | {MARKER}


@pytest.mark.usefixtures("templates")
def test_the_live_site_serves_it_and_nothing_of_the_kind_else() -> None:
    client = create_site(lambda: ROSTER).test_client()
    integrities = re.findall(r'integrity:"([^"]+)"', client.get("/a/").text)
    answers = [client.get(f"/{part_with(one)}") for one in integrities]
    [answer] = [answer for answer in answers if answer.status_code == 200]
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert b"first" in answer.data
    for gone in ("/assets/extra.0123456789abcdef.js", "/assets/", "/assets/index.html"):
        assert client.get(gone).status_code == 404


def test_the_texts_of_languages_are_files_of_the_site(tmp_path: Path) -> None:
    roster = make_roster("a", languages=("en", "hi", "ar"), url="https://example.org/pay/")
    build = build_site(roster, tmp_path / "site")
    texts = {file for file in build.files if file.startswith("assets/texts-")}
    assert {file.split(".")[0] for file in texts} == {
        f"assets/texts-{language}" for language in ("en", "hi", "ar")
    }
    for file in texts:
        document = json.loads(build.read(file))
        assert {"site", "payee", "index", "missing"} <= set(document)
        assert document["site"]["name"] == language_name(file[13:15])
