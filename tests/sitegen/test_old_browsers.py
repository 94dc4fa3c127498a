"""Everything that pages run can be read by the oldest browsers that we promise something, and asks
for nothing that they don't have."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from rails import RAILS
from sitegen.page import TEMPLATES
from sitegen.scripts.minified import inline_styles, minify
from sitegen.scripts.page_script import page_script
from testkit.demo_process import ROOT

CHECKER = Path(__file__).with_name("old_browsers.cjs")
FLOOR = {"chrome": 80, "safari": 13, "safari_ios": 13, "firefox": 75}

# Members that some of them lack, or that are called like a member that they lack. Who writes such a
# name asks first whether it is there; a browser test takes these away and pays.
KNOWN = {
    "locks": "tabs.js goes without",
    "query": "only where there are locks",
    "share": "offered where it is",
    "clipboard": "offered where it is",
    "writeText": "only where there is a clipboard",
    "readText": "only where there is a clipboard",
    "requestIdleCallback": "parts come a little later without",
    "wakeLock": "the till's screen goes dark without",
    "AudioContext": "or webkitAudioContext",
    "vibrate": "where there is one",
    "speechSynthesis": "the till is mute without",
}
OURS = {
    "actions",
    "storage",
    "watch",
    "address",
    "city",
    "country",
    "errors",
    "opened",
    "run",
    "since",
}

NEWER_STYLES = {
    "inset": "Safari 14.1",
    "aspect-ratio": "Safari 15",
    "rotate": "Chrome 104, Safari 14.1",
    "scale": "Chrome 104, Safari 14.1",
    "translate": "Chrome 104, Safari 14.1",
    "margin-block": "Chrome 87, Safari 14.1; margin-block-start and -end are older",
    "margin-inline": "Chrome 87, Safari 14.1; margin-inline-start and -end are older",
    "padding-block": "Chrome 87, Safari 14.1; padding-block-start and -end are older",
    "padding-inline": "Chrome 87, Safari 14.1; padding-inline-start and -end are older",
    "content-visibility": "Chrome 85, Safari 18",
}
NEWER_VALUES = r"\bclamp\(|[\d.](?:dvh|svh|lvh|cqw|lh|rlh)\b|color-mix|light-dark|oklch"
NEWER_SELECTORS = r":(?:is|where|has|focus-visible|modal|user-invalid)\b"
RULE = re.compile(r"([^{}@]+)\{([^{}]*)\}")


def pages() -> list[str]:
    """The scripts that pages begin with."""
    templates = "".join(path.read_text("utf-8") for path in ROOT.glob("sitegen/*.py"))
    return sorted(set(re.findall(r'"(\w+\.js)"', templates)) - {"rails.js", "part_files.js"})


@cache
def built_scripts() -> Mapping[str, str]:
    """Each page's script as it is sent, with every way to pay, and every part."""
    scripts = {}
    for page in pages():
        made = page_script(TEMPLATES / "js" / page, "/", tuple(RAILS))
        scripts[page] = made.text
        scripts |= {asset.file: asset.body.decode() for asset in made.parts}
    return scripts


def check(scripts: Mapping[str, str]) -> dict[str, list[str]]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    done = subprocess.run(
        [node, CHECKER],
        input=json.dumps({"scripts": scripts, "floor": FLOOR, "known": [*KNOWN, *OURS]}),
        env={"NODE_PATH": str(ROOT / ".tools/node/node_modules")},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    told: dict[str, list[str]] = json.loads(done.stdout)
    return {name: found for name, found in told.items() if found}


def test_every_script_that_is_sent_runs_in_the_oldest_browsers() -> None:
    assert {"payee.js", "index.js", "posters.js", "missing.js"} <= set(built_scripts())
    assert check(built_scripts()) == {}


TOO_YOUNG = {
    "a?.b;": "Unexpected token",
    "a ?? b;": "Unexpected token",
    "a.replaceChildren();": ".replaceChildren",
    "BigInt(1);": "BigInt",
    "x = AbortSignal.timeout(1);": "AbortSignal.timeout",
    "a.ariaLabel = 1;": ".ariaLabel",
    "a.showModal();": ".showModal",
    "a.findLast(b);": ".findLast",
    "Object.hasOwn(a, b);": ".hasOwn",
    "structuredClone(a);": "structuredClone",
    "crypto.randomUUID();": ".randomUUID",
    "a.replaceAll(b, c);": ".replaceAll",
    "/(?<=a)b/.test(c);": "/(?<=a)b/",
    "new Intl.Segmenter();": "Intl.Segmenter",
    "new WeakRef(a);": "WeakRef",
}


def test_what_is_too_young_is_found() -> None:
    told = check({script: script for script in TOO_YOUNG})
    for script, found in TOO_YOUNG.items():
        assert any(found in one for one in told.get(script, [])), script


def test_what_is_old_enough_is_not_found() -> None:
    fine = """
      fetch(a, { signal: new AbortController().signal }).then((b) => b.json());
      [..."ab"].flatMap((x) => x).includes("a");
      try { localStorage.setItem("a", "b"); } catch { Object.fromEntries([]); }
      const { a, ...rest } = b;
      element.append(...children); element.closest("p").hidden = true;
      new Intl.NumberFormat("en").formatToParts(1); "a".padStart(3); /\\p{Nd}/u.test("a");
    """
    assert check({"it": fine}) == {}


def newer_styles(css: str) -> list[str]:
    """What the oldest browsers don't know in a minified style sheet."""
    found = re.findall(r"@(?:layer|container|property|scope)\b|" + NEWER_VALUES, css)
    for selectors, block in RULE.findall(css):
        properties = dict(line.partition(":")[::2] for line in block.split(";"))
        found += [f"{selectors}: {name}" for name in properties if name in NEWER_STYLES]
        # Grids have had gaps for longer than flex boxes, since Chrome 66 and Safari 12.
        if {"gap", "column-gap", "row-gap"} & set(properties) and "grid" not in block:
            found.append(f"{selectors}: a gap that may be of a flex box")
        # A rule of which they don't know a selector is lost: it may be, alone.
        if "," in selectors and re.search(NEWER_SELECTORS, selectors):
            found.append(f"{selectors}: lost for all of them")
    return found


@pytest.mark.parametrize("style", sorted(path.name for path in TEMPLATES.glob("*.css")))
def test_styles_ask_for_nothing_that_the_oldest_lack(style: str) -> None:
    assert newer_styles(minify("text/css", inline_styles(TEMPLATES / style))) == []


@pytest.mark.parametrize(
    "css",
    [
        "a{display:flex;gap:1px}",
        "a{inset:0}",
        "a{width:clamp(1px,2px,3px)}",
        "a:hover,a:focus-visible{color:red}",
        "a{margin-block:1px}",
        "@layer a{b{color:red}}",
        "a{height:100dvh}",
    ],
)
def test_a_style_that_is_too_young_is_found(css: str) -> None:
    assert newer_styles(css)


def test_a_style_that_is_old_enough_is_not_found() -> None:
    assert not newer_styles(
        "a{display:grid;gap:1px}b:focus-visible{color:red}c{margin-inline-start:auto;width:min(1px,2vw)}"
    )
