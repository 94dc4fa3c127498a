"""The script of a page, and its parts: which there are, what they are given and what they bring."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sitegen.assets import FOLDER, Asset, make_asset
from sitegen.scripts.minified import inline_styles, minify, minify_script
from sitegen.scripts.modules import Module, Modules, join_modules, read_modules, without_unused

PART_FILES = "part_files.js"
OWN_TEXTS = "own_texts.js"
RAILS = "rails.js"
WAYS_HERE = "parts/ways_here.js"

_PART = re.compile(r'\bloadPart\("(\w+)"')


@dataclass(frozen=True, slots=True)
class Script:
    """A page's script, the parts that it may ask for, and what people wrote of the script."""

    text: str
    parts: tuple[Asset, ...]
    source: str


class _Part(NamedTuple):
    """`given` are the names of what the page hands over to it."""

    asset: Asset
    given: Sequence[str]


def page_script(
    entry: Path,
    home: str,
    rails: Collection[str] = (),
    texts: Callable[[str], Mapping[str, object]] = lambda _: {},
) -> Script:
    """The script of a page at whose `home` the site begins, with the modules of `rails` only.
    `texts` tells which of the page's own texts a part needs, by what people wrote of it.

    Raises ValueError for a mistake in a module, and OSError for one that is not there.
    """
    made = {
        entry.parent / RAILS: _rails_module(rails),
        entry.parent / WAYS_HERE: _WAYS if rails else _NO_WAYS,
    }
    modules = read_modules(entry, made)
    parts = dict(_parts(modules, entry.parent, made, texts))
    made[entry.parent / PART_FILES] = _part_files_module(parts, home)
    modules = read_modules(entry, made)
    source = without_unused(join_modules(modules))
    assets = [part.asset for part in parts.values()]
    script = minify_script(source, modules, entry.name)
    return Script(script, tuple(assets), source)


def _parts(
    page: Modules,
    folder: Path,
    made: Mapping[Path, str],
    texts: Callable[[str], Mapping[str, object]],
) -> Iterable[tuple[str, _Part]]:
    """Each part that the page's modules ask for, by its name."""
    wanted = [name for module in page.values() for name in _PART.findall(module.source)]
    for name in wanted:  # it grows: a part may ask for others
        entry = folder / "parts" / f"{name}.js"
        own = {path: m for path, m in read_modules(entry, made).items() if path not in page}
        wanted += [
            one
            for module in own.values()
            for one in _PART.findall(module.source)
            if one not in wanted
        ]
        given = sorted(_imported(own.values(), page, entry))
        written = "".join(
            module.source for path, module in own.items() if path != folder / OWN_TEXTS
        )
        said = ""
        if folder / OWN_TEXTS in own:
            said = f"const OWN_TEXTS = {json.dumps(texts(written), ensure_ascii=False)};\n"
        exports = ", ".join(own[entry].exports)
        script = minify_script(
            'payeePagesPart = (page) => {\n"use strict";\n'
            f"const [{', '.join(given)}] = page;\n{_bring(own)}{said}"
            f"{written}return {{ {exports} }};\n}};\n",
            own,
            f"parts/{entry.name}",
        )
        yield name, _Part(make_asset(name, "js", script), given)


def _bring(modules: Modules) -> str:
    """What puts the styles beside a part's modules into the page: as one rule of the sheet that it
    has, since a new one would have to be known to its policy."""
    sheets = [path.with_suffix(".css") for path in modules]
    css = "".join(inline_styles(sheet) for sheet in sheets if sheet.exists())
    if not css:
        return ""
    rule = json.dumps(minify("text/css", f"@media all{{{css}}}"))
    return (  # after the page's own, which it refines
        "const partSheet = document.styleSheets[0];\n"
        f"partSheet.insertRule({rule}, partSheet.cssRules.length);\n"
    )


def _imported(own: Iterable[Module], page: Modules, entry: Path) -> set[str]:
    """What modules of a part use of the page's. Raises ValueError for a variable: it would be
    handed over as it is at one time, and not change any more."""
    names: set[str] = set()
    for path, imported, _ in (one for module in own for one in module.imports):
        if path in page:
            names.update(imported)
            for name in imported:
                if page[path].exports.get(name) == "let":
                    raise ValueError(
                        f"parts/{entry.name} needs “{name}” of {path.name}, which changes: "
                        "export a function that tells it."
                    )
    return names


def _part_files_module(parts: Mapping[str, _Part], home: str) -> str:
    """Where the parts are. It needs no imports: all modules are in one scope."""
    lines = [
        f'{name}: {{ integrity: "{part.asset.integrity}", '
        f"give: () => [{', '.join(part.given)}] }},\n"
        for name, part in parts.items()
    ]
    return (
        f'export const ASSETS = "{home}{FOLDER}/";\n'
        f"export const PART_FILES = {{\n{''.join(lines)}}};\n"
    )


_WAYS = """import { drawPaying, startPaying, startToPay, takeBankNumber } from "./paying.js";
export const paying = { drawPaying, startPaying, startToPay, takeBankNumber };
"""
_NO_WAYS = "export const paying = undefined;\n"


def _rails_module(rails: Collection[str]) -> str:
    kinds = sorted(rails)
    imports = [f'import {{ {kind}Rail }} from "./rails/{kind}.js";\n' for kind in kinds]
    table = ", ".join(f"{kind}: {kind}Rail" for kind in kinds)
    return f"{''.join(imports)}export const RAILS = {{ {table} }};\n"
