"""Templates say what the site says, most of it before anything is rendered."""

from pathlib import Path

import pytest
from jinja2 import TemplateAssertionError, UndefinedError

from sitegen.site_templates import INDEX, TILL, SiteTemplates, render
from testkit.rosters import make_roster

SITE = make_roster(title="Fish & <b>Co</b>", languages=("en", "hi")).site


def rendered(source: str, folder: Path, monkeypatch: pytest.MonkeyPatch, **values: object) -> str:
    (folder / INDEX.template).write_text(source)
    monkeypatch.setattr("sitegen.site_templates.TEMPLATES", folder)
    return render(SiteTemplates(SITE).page(INDEX).template, **values).decode()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ site.title }}", "Fish &amp; &lt;b&gt;Co&lt;/b&gt;"),
        ("{{ home }} {{ api_url }} {{ language }}", "/ /api en"),
        ("{% if site %}{{ site.limits.min.amount }}{% endif %}", "1.00"),
        ("{% for code in site.languages %}{{ code }}={{ names[code] }},{% endfor %}", None),
        ("{{ site.title | length + own }}", "17"),
        ("{{ t.nobody }}", "Nobody is listed here yet."),
        ("{{ own }}", "1"),
    ],
)
def test_a_template_says_what_is_known_of_the_site(
    source: str, text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = text or "en=English,hi=\u0939\u093f\u0928\u094d\u0926\u0940,"
    assert rendered(source, tmp_path, monkeypatch, own=1) == expected


@pytest.mark.parametrize(
    "source",
    [
        "{% set home = 1 %}{{ home }}",
        "{% for t in own %}{{ t }}{% endfor %}",
        "{% macro m(site) %}{{ site }}{% endmacro %}{{ m(1) }}",
    ],
)
def test_what_is_the_same_on_all_pages_cannot_be_hidden(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TemplateAssertionError, match="is the same on all pages"):
        rendered(source, tmp_path, monkeypatch, own=[1])


@pytest.mark.parametrize("source", ["{{ nothing }}", "{{ site.nothing }}", "{{ t.nothing }}"])
def test_what_nobody_knows_fails(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UndefinedError, match="nothing"):
        rendered(source, tmp_path, monkeypatch)


def test_what_is_known_is_text_before_anything_is_rendered() -> None:
    [first, *_] = SiteTemplates(SITE).page(TILL).template.generate()
    for known in ("<!doctype html>", 'lang="en"', "script-src 'sha256-"):
        assert known in first
