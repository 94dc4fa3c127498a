"""A slip in what pages are made of is told with its file and line, whoever meets it."""

import re
import shutil
from pathlib import Path

import pytest

from sitegen.app import create_site
from sitegen.build import build_site
from sitegen.freezing.freeze import BuildFailed
from sitegen.slips import Slip, check_braces, describe_slip
from testkit.demo_process import ROOT
from testkit.rosters import make_roster

ROSTER = make_roster("a", languages=("en", "de"))

SLIPS = [
    ("404.html", "<h1", "{{ nothing.at.all }}<h1", "404.html:{}: 'nothing' is undefined"),
    ("404.html", "<h1", "{% if %}<h1", "404.html:{}: Expected an expression"),
    (
        "404.html",
        "<h1",
        "{{ t.nobody_wrote_this }}<h1",
        "404.html:{}: .*attribute 'nobody_wrote",
    ),
    ("404.html", "<h1", '{{ "{x}".format(y=1) }}<h1', "404.html:{}: KeyError: 'x'"),
    ("404.html", '"base.html"', '"bass.html"', "404.html:{}: there is no file bass.html"),
    ("base.html", "<header", "{% for %}<header", "base.html:{}: "),
    ("index.html", "<ul", "{{ entries.first.name }}<ul", "index.html:{}: .*no attribute 'first'"),
    ("payee.html", "<form", "{{ entry.nothing }}<form", "payee.html:{}: .*no attribute 'nothing'"),
    ("page.css", "body {", "body { {", r"page.css:\d+: this {{ is never closed"),
    ("page.css", "body {", "} body {", "page.css:{}: this }} closes nothing"),
    ("index.css", "./page.css", "./sage.css", "index.css:1: there is no file sage.css"),
    ("js/language.js", "const ", "const = ", "js/language.js:{}: unexpected = "),
    ("js/payee.js", "./dom.js", "./doom.js", "js/payee.js:{}: there is no file js/doom.js"),
    (
        "js/dom.js",
        "export const $",
        "let chooseLanguage;\nexport const $",
        "chooseLanguage is d",
    ),
    (
        "js/dom.js",
        "export const $",
        "export default 1;\nexport const $",
        "js/dom.js:{}: can't be",
    ),
    ("catalogs/de.po", "msgctxt", "msgcontext", "catalogs/de.po:{}: Unknown or misformatted"),
]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip[3])
def test_a_slip_is_told_with_its_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slip: tuple[str, str, str, str]
) -> None:
    file, place, slipped, told = slip
    templates = shutil.copytree(ROOT / "templates", tmp_path / "templates")
    for module in ("site_templates", "page"):
        monkeypatch.setattr(f"sitegen.{module}.TEMPLATES", templates)
    monkeypatch.setattr("sitegen.catalogs.TEMPLATES", templates)
    monkeypatch.setattr("sitegen.catalogs.CATALOGS", templates / "catalogs")
    text = (templates / file).read_text("utf-8")
    (templates / file).write_text(text.replace(place, slipped, 1), "utf-8")
    expected = told.format(text.count("\n", 0, text.index(place)) + 1)
    with pytest.raises(BuildFailed, match=expected):
        build_site(ROSTER, tmp_path / "site")

    app = create_site(lambda: ROSTER, reload=True)  # as the preview does

    @app.errorhandler(Exception)
    def show(error: Exception) -> str:
        return f"Slip: {describe_slip(error)}"

    client = app.test_client()
    answers = [client.get(path).text for path in ("/", "/a/", "/404.html")]
    assert any(re.match(f"Slip: .*{expected}", answer) for answer in answers)


@pytest.mark.parametrize(
    ("css", "told"),
    [
        ("a { b: c }\n\nd { e: f", "x.css:3: this { is never closed"),
        ("a { b: c }\n}", "x.css:2: this } closes nothing"),
    ],
)
def test_a_block_of_a_style_sheet_must_be_closed(css: str, told: str) -> None:
    with pytest.raises(Slip, match=re.escape(told)):
        check_braces(Path("x.css"), css)


def test_braces_in_comments_and_texts_are_none() -> None:
    check_braces(Path("x.css"), "/* { */ a::after { content: '}' } b { content: \"{\" }")


def test_what_is_no_templates_fault_is_told_as_it_is() -> None:
    assert describe_slip(ValueError("too heavy")) == "too heavy"
    assert describe_slip(ValueError()) == "ValueError"
