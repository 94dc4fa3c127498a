"""Scripts: modules joined into one, and parts that a page fetches when they are asked for.

A page's script is what it needs at once. What is needed later, or by few, is a part: a script of
its own, in a file of the same origin. `loadPart("kept")` in a module brings in
`templates/js/parts/kept.js`. A part imports like any module, and brings the styles that stand
beside its modules; what the page already has of it, the page hands over.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sitegen.assets import FOLDER, Asset, make_asset
from sitegen.slips import Slip, check_braces, line_at, read_named

PART_FILES = "part_files.js"
OWN_TEXTS = "own_texts.js"
RAILS = "rails.js"
WAYS_HERE = "parts/ways_here.js"

_IMPORT = re.compile(r'^import (?:\{(.+)\} from )?"(\.\.?/.+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |class |const |let )", re.MULTILINE)
_EXPORTED = re.compile(r"^export ((?:async )?function\*?|class|const|let) ([\w$]+)", re.MULTILINE)
_UNJOINED = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_COMMENT = re.compile(r"^ *(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/)\n", re.MULTILINE | re.DOTALL)
_DECLARED = re.compile(
    r"^(?:async )?(?:function\*?|class) ([\w$]+)(?:[^\n]*\}\n|.*?^\}\n)", re.MULTILINE | re.DOTALL
)
_USED = re.compile(r"""(?<![\w$)\]]\.)(?<![\w$"'])[\w$]+(?![\w$"':])""")
_TOP_LEVEL = re.compile(r"^(?:async )?(?:function\*?|class|const|let|var) ([\w$]+)", re.MULTILINE)
_STYLE_IMPORT = re.compile(r'^@import "\./(.+)";\n', re.MULTILINE)
_PART = re.compile(r'\bloadPart\("(\w+)"')


@dataclass(frozen=True, slots=True)
class Module:
    """A module's text without its imports and exports, which are told apart from it."""

    source: str
    imports: tuple[tuple[Path, tuple[str, ...]], ...]
    exports: Mapping[str, str]
    """How each is declared: `const`, `let`, `function` …"""


Modules = Mapping[Path, Module]
"""In an order in which none comes before one that it imports."""


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


def read_modules(entry: Path, made: Mapping[Path, str]) -> Modules:
    """`entry` and the modules it imports; `made` has the texts of those that the build writes."""
    modules: dict[Path, Module] = {}
    seen: set[Path] = set()

    def add(path: Path, named_in: Path, line: int) -> None:
        if path in seen:
            return
        seen.add(path)
        text = made.get(path) or read_named(path, named_in, line)
        imports = []
        for found in _IMPORT.finditer(text):
            imported = _resolved(path, found[2])
            add(imported, path, line_at(text, found.start()))
            imports.append((imported, tuple(re.findall(r"[\w$]+", found[1] or ""))))
        exports = {name: kind for kind, name in _EXPORTED.findall(text)}
        source = _EXPORT.sub("", _IMPORT.sub("\n", text))
        if other := _UNJOINED.search(source):
            line = line_at(source, other.start())
            raise Slip(path, line, f"can't be joined with others: {other[0]}")
        modules[path] = Module(source, tuple(imports), exports)

    add(entry, entry, 1)
    return modules


def join_modules(modules: Modules) -> str:
    """The modules as one script.

    They share one function's scope then, so their top-level names must differ. The script is
    no module itself: those run once the page is painted, and what they change then would jump.
    """
    sources = "".join(module.source for module in modules.values())
    return f'(() => {{\n"use strict";\n{sources}}})();\n'


def without_unused(source: str) -> str:
    """Modules are shared by pages that use half of them: functions and classes that nothing else in
    `source` names are left out, and then those that only these named. As our modules are written,
    one begins and ends at the start of a line, and a property or a text of its name is no use."""
    source = _COMMENT.sub("", source)
    named = Counter(_USED.findall(source))
    declared = [
        (one[1], one.span(), Counter(_USED.findall(one[0]))) for one in _DECLARED.finditer(source)
    ]
    unused: list[tuple[int, int]] = []
    while gone := [one for one in declared if named[one[0]] <= one[2][one[0]]]:
        for one in gone:
            declared.remove(one)
            unused.append(one[1])
            named -= one[2]
    for start, end in sorted(unused, reverse=True):
        source = source[:start] + source[end:]
    return source


def minify_script(source: str, modules: Modules, name: str) -> str:
    """`source`, made of `modules`, minified. Raises ValueError for a mistake in one of them, or for
    what would end a script element."""
    _check_names(modules)
    try:
        script = minify("text/javascript", source)
    except ValueError as error:
        _find_slip(modules)
        raise ValueError(f"{name}, joined with what it imports: {error}") from error
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError(f"{name} would end the page's script element")
    return script


def _check_names(modules: Modules) -> None:
    """Raises Slip for a module that declares what another one does: of two functions of one name,
    the second would silently take the first one's place."""
    declared: dict[str, Path] = {}
    for path, module in modules.items():
        for found in _TOP_LEVEL.finditer(module.source):
            if (other := declared.setdefault(found[1], path)) != path:
                line = line_at(module.source, found.start())
                raise Slip(path, line, f"{found[1]} is declared in {other.name}, too")


def _find_slip(modules: Modules) -> None:
    """Raises Slip for a module that is wrong by itself."""
    for path, module in modules.items():
        try:
            minify("text/javascript", f"(() => {{{module.source}}})();")
        except ValueError as error:
            message, _, place = str(error).partition(" on line ")
            raise Slip(path, int(place.split()[0]), message) from error


@cache
def minify(media_type: str, text: str) -> str:
    """`text` without comments and spaces, a script also with short names inside its functions.

    What forked processes will need must be asked for before the fork: the minifier is written in
    Go, whose threads are not in the copy.
    """
    import minify as minifier  # noqa: PLC0415 (slow to load, and only building needs it)

    minifier.config({"js-version": 2019})  # else it may write what our oldest browsers can't read
    minified: str = minifier.string(media_type, text)
    return minified


def inline_styles(entry: Path) -> str:
    """`entry` as one style sheet, with those that it imports in their places. Raises Slip."""
    return _inline_styles(entry, entry, 1)


def _inline_styles(file: Path, named_in: Path, line: int) -> str:
    css = read_named(file, named_in, line)
    check_braces(file, css)
    return _STYLE_IMPORT.sub(
        lambda found: _inline_styles(file.parent / found[1], file, line_at(css, found.start())), css
    )


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
    for path, imported in (one for module in own for one in module.imports):
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


def _resolved(module: Path, name: str) -> Path:
    folder, rest = module.parent, name
    while rest.startswith("../"):
        folder, rest = folder.parent, rest.removeprefix("../")
    return folder / rest.removeprefix("./")
