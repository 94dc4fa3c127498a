"""Modules become one script, and what few need a part of its own."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from sitegen.page import TEMPLATES
from sitegen.scripts.modules import join_modules, read_modules, without_unused
from sitegen.scripts.page_script import page_script

SCRIPTS = ["index.js", "missing.js", "payee.js", "posters.js"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_inlined_script_is_whole_and_its_top_level_names_differ(script: str) -> None:
    source = join_modules(read_modules(TEMPLATES / "js" / script, {}))
    names = re.findall(
        r"^(?:async )?(?:function\*?|class|const|let|var) (\w+|\$)", source, re.MULTILINE
    )
    assert len(names) == len(set(names))


@pytest.mark.parametrize("part", [path.stem for path in (TEMPLATES / "js/parts").glob("*.js")])
def test_a_parts_top_level_names_differ(part: str) -> None:
    """Of two functions of one name, the second would silently take the first one's place."""
    source = join_modules(read_modules(TEMPLATES / f"js/parts/{part}.js", {}))
    names = re.findall(
        r"^(?:async )?(?:function\*?|class|const|let|var) (\w+|\$)", source, re.MULTILINE
    )
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]


def write_modules(folder: Path, **sources: str) -> Path:
    """Modules by name; gives the one called main."""
    for name, source in sources.items():
        file = folder / f"{name.replace('__', '/')}.js"
        file.parent.mkdir(exist_ok=True)
        file.write_text(source)
    return folder / "main.js"


def test_imports_come_first_and_each_module_once(tmp_path: Path) -> None:
    main = write_modules(
        tmp_path,
        main='import { a } from "./left.js";\nimport { b } from "./right.js";\nmain(a, b);\n',
        left='import { base } from "./base.js";\nexport const a = base();\n',
        right='import { base } from "./base.js";\nexport const b = base();\n',
        base="export function base() {}\n",
    )
    assert join_modules(read_modules(main, {})) == (
        '(() => {\n"use strict";\n'
        "function base() {}\n\nconst a = base();\n\nconst b = base();\n\n\nmain(a, b);\n})();\n"
    )


def test_an_import_for_its_effect_alone_is_inlined(tmp_path: Path) -> None:
    main = write_modules(
        tmp_path, main='import "./effect.js";\nmain();\n', effect="export class Effect {}\n"
    )
    assert (
        join_modules(read_modules(main, {}))
        == '(() => {\n"use strict";\nclass Effect {}\n\nmain();\n})();\n'
    )


def test_what_no_module_of_a_page_uses_is_left_out() -> None:
    source = """/** Uses other() */
function unused() {
  return other(1);
}
function other(n) { return n ? other(n - 1) : used; }
// unused
class Gone {
  used() {}
}
const table = { unused: 1 };
function used() {
  return table.other || "Gone" || [...spread()];
}
async function spread() {
  return [];
}
used();
"""
    assert (
        without_unused(source)
        == """const table = { unused: 1 };
function used() {
  return table.other || "Gone" || [...spread()];
}
async function spread() {
  return [];
}
used();
"""
    )


@pytest.mark.parametrize("text", ["</SCRIPT ", "<!--"])
def test_a_script_that_would_end_its_element_is_refused(tmp_path: Path, text: str) -> None:
    main = write_modules(
        tmp_path, main='import "./other.js";\n', other=f"export const text = `{text}`;\n"
    )
    with pytest.raises(ValueError, match="would end the page's script element"):
        page_script(main, "/")


def test_the_end_of_a_script_element_in_a_text_is_no_end(tmp_path: Path) -> None:
    main = write_modules(tmp_path, main="show(`</script>`);\n")
    assert "</script" not in page_script(main, "/").text


def test_two_functions_of_one_name_are_told_with_the_line(tmp_path: Path) -> None:
    main = write_modules(
        tmp_path,
        main='import { a } from "./other.js";\n\na();\n\nfunction pay() {}\npay();\n',
        other="export const a = () => pay();\nfunction pay() {}\n",
    )
    with pytest.raises(ValueError, match=r"main\.js:5: pay is declared in other\.js, too"):
        page_script(main, "/")


def test_an_inlined_script_has_no_long_names_and_no_comments(tmp_path: Path) -> None:
    main = write_modules(
        tmp_path, main="// secret\nconst lengthy = document.title;\nalert(lengthy, lengthy);\n"
    )
    script = page_script(main, "/").text
    assert "secret" not in script
    assert "lengthy" not in script
    assert "document.title" in script


def test_what_cannot_be_joined_is_refused(tmp_path: Path) -> None:
    main = write_modules(tmp_path, main='import * as all from "./all.js";\n')
    with pytest.raises(ValueError, match=r"main\.js:1: can't be joined with others"):
        page_script(main, "/")


def test_a_part_is_a_file_of_its_own_that_the_page_hands_what_it_shares(tmp_path: Path) -> None:
    main = write_modules(
        tmp_path,
        main='import { say } from "./texts.js";\nsay(loadPart("kept"));\n',
        texts="export const say = (it) => alert(it);\nexport const unused = 1;\n",
        own="export const own = 1;\n",
        parts__kept='import { own } from "../own.js";\nimport { say } from "../texts.js";\n'
        "export function draw() {\n  say(own);\n}\n",
        part_files="export const PART_FILES = {};\n",
    )
    main.write_text('import { PART_FILES } from "./part_files.js";\n' + main.read_text())
    script = page_script(main, "/market/")
    [part] = script.parts
    digest = b64encode(sha256(part.body).digest()).decode()[:16].translate({43: 45, 47: 95})
    assert part.file == f"assets/kept.{digest}.js"
    assert part.integrity == f"sha256-{b64encode(sha256(part.body).digest()).decode()}"
    assert '"/market/assets/"' in script.text
    assert f'integrity:"{part.integrity}"' in script.text
    assert re.search(r"give:\(\)=>\[\w+\]", script.text)
    assert re.match(rb'payeePagesPart=e=>{"use strict";const\[\w+\]=e', part.body)
    assert b"alert" not in part.body  # the page has it


def test_a_part_may_ask_for_another(tmp_path: Path) -> None:
    main = write_modules(
        tmp_path,
        main='loadPart("a");\n',
        parts__a='export const a = () => loadPart("b");\n',
        parts__b='export const b = () => loadPart("a");\n',
    )
    assert [part.file.split(".")[0] for part in page_script(main, "/").parts] == [
        "assets/a",
        "assets/b",
    ]


def test_a_part_cannot_use_a_variable_of_the_page(tmp_path: Path) -> None:
    main = write_modules(
        tmp_path,
        main='import { locale } from "./texts.js";\nloadPart("kept", locale);\n',
        texts='export let locale = "";\n',
        parts__kept='import { locale } from "../texts.js";\nexport const kept = () => locale;\n',
    )
    with pytest.raises(
        ValueError, match=r"parts/kept\.js needs “locale” of texts\.js, which chang"
    ):
        page_script(main, "/")


def test_a_script_has_the_modules_of_the_payees_rails_only(tmp_path: Path) -> None:
    main = write_modules(
        tmp_path,
        main='import { RAILS } from "./rails.js";\nalert(RAILS);\n',
        rails="export const RAILS = {};\n",
        rails__upi='export const upiRail = { says: "U" };\n',
        rails__cash='export const cashRail = { says: "C" };\n',
    )
    assert "says" not in page_script(main, "/").text
    assert 'says:"C"' not in page_script(main, "/", ["upi"]).text
    both = page_script(main, "/", ["upi", "cash"]).text
    assert both == page_script(main, "/", ["cash", "upi"]).text
    assert re.search(r"cash:\w+,upi:\w+", both)


def test_the_minifier_writes_nothing_younger_than_our_oldest_browsers(tmp_path: Path) -> None:
    main = write_modules(
        tmp_path, main="const a = f();\ng(a === null || a === undefined ? 1 : a, a && a.b);\n"
    )
    script = page_script(main, "/").text
    assert "??" not in script
    assert "?." not in script
