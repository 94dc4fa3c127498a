"""What every page keeps to: one response, nothing foreign, and a policy that says so."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from sitegen.page import TEMPLATES, inline_modules, inline_script, make_page
from sitegen.page_files import page_files
from testkit.rosters import hostile_roster, make_roster, render
from tests.sitegen.html_reading import Element, parse_html

PATHS = sorted(f"/{file.removesuffix('index.html')}" for file in page_files(hostile_roster()))
SCRIPTS = ["index.js", "missing.js", "payee.js", "posters.js"]


@pytest.fixture(scope="module", params=PATHS)
def document(request: pytest.FixtureRequest) -> Element:
    return parse_html(render(hostile_roster(), request.param))


def read_policy(document: Element) -> dict[str, str]:
    [meta] = document.all("meta", **{"http-equiv": "Content-Security-Policy"})
    directives = [part.partition(" ") for part in meta.attributes["content"].split("; ")]
    assert len(directives) == len({name for name, _, _ in directives})
    return {name: value for name, _, value in directives}


def hash_source(element: Element) -> str:
    return f"'sha256-{b64encode(sha256(element.text.encode()).digest()).decode()}'"


def test_the_policy_allows_exactly_the_inlined_style_and_script(document: Element) -> None:
    policy = read_policy(document)
    [texts, script] = document.all("script")
    assert texts.attributes == {"type": "application/json", "id": "texts"}  # data, which never runs
    assert not script.attributes
    assert policy["style-src"] == hash_source(document.one("style"))
    assert policy["script-src"] == hash_source(script)


def test_everything_else_is_forbidden(document: Element) -> None:
    policy = read_policy(document)
    for directive in ("default-src", "base-uri", "form-action"):
        assert policy[directive] == "'none'"
    assert policy["img-src"] == "data:"
    assert policy["connect-src"] == "'self'"
    assert "unsafe" not in str(policy)


def test_the_policy_stands_before_what_it_governs(document: Element) -> None:
    tags = [
        "policy" if element.attributes.get("http-equiv") else element.tag
        for element in document.walk()
    ]
    governed = [tag for tag in tags if tag in ("policy", "style", "script", "link", "svg")]
    assert governed[0] == "policy"


def test_a_page_fetches_nothing(document: Element) -> None:
    for element in document.walk():
        assert element.tag not in ("iframe", "object", "embed", "img", "base", "audio", "video")
        assert not {"src", "srcset", "action", "formaction", "ping"} & element.attributes.keys()
    [icon] = document.all("link")
    assert icon.attributes["href"].startswith("data:")
    assert not re.search(r"url\(|@import", document.one("style").text)


def test_links_stay_on_the_site_but_for_the_one_at_its_foot(document: Element) -> None:
    [foot] = document.all("footer")
    [privacy] = foot.all("a")
    assert privacy.attributes["href"] == hostile_roster().site.privacy_url
    for link in document.all("a"):
        if link is privacy:
            continue
        assert re.fullmatch(r"\.\./|/|[a-z0-9-]+/", link.attributes["href"])


def test_no_attribute_carries_script_or_style(document: Element) -> None:
    for element in document.walk():
        for name, value in element.attributes.items():
            assert not name.startswith("on")
            assert name != "style"
            assert not value.strip().lower().startswith("javascript:")


def test_every_id_is_unique_and_every_label_has_its_input(document: Element) -> None:
    ids = [element.attributes["id"] for element in document.walk() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for label in document.all("label"):
        assert label.all("input") or label.attributes["for"] in ids
    for element in document.walk():
        for name in ("aria-describedby", "aria-labelledby", "for"):
            assert set(element.attributes.get(name, "").split()) <= set(ids)


@pytest.mark.parametrize(
    ("api_url", "source"),
    [
        (None, "'self'"),
        ("https://api.example.org/", "https://api.example.org"),
        ("https://api.example.org:8443/stage/v1/", "https://api.example.org:8443"),
    ],
)
def test_a_page_may_talk_to_its_api_only(api_url: str | None, source: str) -> None:
    document = parse_html(render(make_roster("a", api_url=api_url), "/a/"))
    assert read_policy(document)["connect-src"] == source


def test_the_posters_come_from_the_site_wherever_the_api_is() -> None:
    roster = make_roster("a", api_url="https://api.example.org/")
    assert read_policy(parse_html(render(roster, "/posters/")))["connect-src"] == "'self'"


def test_an_extra_script_is_allowed_too() -> None:
    page = make_page("index.css", "index.js", "/api", "extra();\n")
    assert page.script.endswith(";\nextra();\n")
    assert hash_source(Element("script", {}, [page.script])) in page.content_security_policy


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_inlined_script_is_whole_and_its_top_level_names_differ(script: str) -> None:
    source = inline_modules(TEMPLATES / "js" / script)
    assert not re.search(r"^(import|export)\b", source, re.MULTILINE)
    names = re.findall(
        r"^(?:async )?(?:function\*?|class|const|let|var) (\w+|\$)", source, re.MULTILINE
    )
    assert len(names) == len(set(names))


def write_modules(folder: Path, **sources: str) -> Path:
    """Modules by name; gives the one called main."""
    for name, source in sources.items():
        (folder / f"{name}.js").write_text(source)
    return folder / "main.js"


def test_imports_come_first_and_each_module_once(tmp_path: Path) -> None:
    main = write_modules(
        tmp_path,
        main='import { a } from "./left.js";\nimport { b } from "./right.js";\nmain(a, b);\n',
        left='import { base } from "./base.js";\nexport const a = base();\n',
        right='import { base } from "./base.js";\nexport const b = base();\n',
        base="export function base() {}\n",
    )
    assert inline_modules(main) == (
        '(() => {\n"use strict";\n'
        "function base() {}\nconst a = base();\nconst b = base();\nmain(a, b);\n})();\n"
    )


def test_an_import_for_its_effect_alone_is_inlined(tmp_path: Path) -> None:
    main = write_modules(
        tmp_path, main='import "./effect.js";\nmain();\n', effect="export class Effect {}\n"
    )
    assert inline_modules(main) == '(() => {\n"use strict";\nclass Effect {}\nmain();\n})();\n'


@pytest.mark.parametrize("text", ["</SCRIPT ", "<!--"])
def test_a_script_that_would_end_its_element_is_refused(tmp_path: Path, text: str) -> None:
    main = write_modules(
        tmp_path, main='import "./other.js";\n', other=f"export const text = `{text}`;\n"
    )
    with pytest.raises(ValueError, match="would end the page's script element"):
        inline_script(main)


def test_the_end_of_a_script_element_in_a_text_is_no_end(tmp_path: Path) -> None:
    main = write_modules(tmp_path, main="show(`</script>`);\n")
    assert "</script" not in inline_script(main)


def test_an_inlined_script_has_no_long_names_and_no_comments(tmp_path: Path) -> None:
    main = write_modules(
        tmp_path, main="// secret\nconst lengthy = document.title;\nalert(lengthy, lengthy);\n"
    )
    script = inline_script(main)
    assert "secret" not in script
    assert "lengthy" not in script
    assert "document.title" in script
