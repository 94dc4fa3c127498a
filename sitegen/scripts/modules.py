"""Modules as people write them, read, joined into one script, and freed of what nothing uses."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sitegen.slips import Slip, line_at, read_named

_IMPORT = re.compile(r'^import (?:\{(.+)\} from )?"(\.\.?/.+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |class |const |let )", re.MULTILINE)
_EXPORTED = re.compile(r"^export ((?:async )?function\*?|class|const|let) ([\w$]+)", re.MULTILINE)
_UNJOINED = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_COMMENT = re.compile(r"^ *(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/)\n", re.MULTILINE | re.DOTALL)
_DECLARED = re.compile(
    r"^(?:async )?(?:function\*?|class) ([\w$]+)(?:[^\n]*\}\n|.*?^\}\n)", re.MULTILINE | re.DOTALL
)
_USED = re.compile(r"""(?<![\w$)\]]\.)(?<![\w$"'])[\w$]+(?![\w$"':])""")


@dataclass(frozen=True, slots=True)
class Module:
    """A module's text without its imports and exports, which are told apart from it."""

    source: str
    imports: tuple[tuple[Path, tuple[str, ...], int], ...]
    """Each with its names and its line."""
    exports: Mapping[str, str]
    """How each is declared: `const`, `let`, `function` …"""


Modules = Mapping[Path, Module]
"""In an order in which none comes before one that it imports."""


def read_modules(entry: Path, made: Mapping[Path, str]) -> Modules:
    """`entry` and the modules it imports; `made` has the texts of those that the build writes."""
    modules: dict[Path, Module] = {}
    seen: set[Path] = set()

    def add(path: Path, named_in: Path, line: int) -> None:
        if path in seen:
            return
        seen.add(path)
        read = _read_module(path, made.get(path) or read_named(path, named_in, line))
        for imported, _, at in read.imports:
            add(imported, path, at)
        modules[path] = read

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
    declared = [(one[1], one.span(), _uses(one[0])) for one in _DECLARED.finditer(source)]
    unused: list[tuple[int, int]] = []
    while gone := [one for one in declared if named[one[0]] <= one[2][one[0]]]:
        for one in gone:
            declared.remove(one)
            unused.append(one[1])
            named -= one[2]
    for start, end in sorted(unused, reverse=True):
        source = source[:start] + source[end:]
    return source


@lru_cache(maxsize=500)  # most are in several pages
def _read_module(path: Path, text: str) -> Module:
    imports = [
        (
            _resolved(path, found[2]),
            tuple(re.findall(r"[\w$]+", found[1] or "")),
            line_at(text, found.start()),
        )
        for found in _IMPORT.finditer(text)
    ]
    exports = {name: kind for kind, name in _EXPORTED.findall(text)}
    source = _EXPORT.sub("", _IMPORT.sub("\n", text))
    if other := _UNJOINED.search(source):
        line = line_at(source, other.start())
        raise Slip(path, line, f"can't be joined with others: {other[0]}")
    return Module(source, tuple(imports), exports)


@lru_cache(maxsize=5000)  # a site's pages share most of their functions
def _uses(declaration: str) -> Counter[str]:
    return Counter(_USED.findall(declaration))


def _resolved(module: Path, name: str) -> Path:
    folder, rest = module.parent, name
    while rest.startswith("../"):
        folder, rest = folder.parent, rest.removeprefix("../")
    return folder / rest.removeprefix("./")
