"""Compile the Lambda's regular expressions into its zip: python -I -S compile_regexes.py DIR PATH.

A Lambda compiles some 170 of them before its first answer: without this a cold start takes 1.15
times as long. Python keeps no compiled expression, but its compiler makes a list of numbers on the
way to one; those are written down here, and the Lambda finishes them and puts them where `re` looks
first. If its Python gives such numbers another meaning, it leaves them alone and compiles as ever.
"""

import _sre  # type: ignore[import-not-found]
import re
import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1]))  # a Python that runs alone does not look here

from try_handler import start_handler  # type: ignore[import-not-found]

_MODULE = '''\
"""Made with the zip: the regular expressions that a start needs, as numbers. See its maker."""

import _sre  # type: ignore[import-not-found]
import re

_COMPILED = {compiled!r}

if (_sre.MAGIC, _sre.CODESIZE) == {dialect!r} and hasattr(re, "_cache"):
    for _pattern, _asked, _flags, _code, _groups, _index, _names in _COMPILED:
        re._cache[type(_pattern), _pattern, _asked] = _sre.compile(
            _pattern, _flags, list(_code), _groups, _index, _names
        )
'''


def compile_regexes(folder: str, health_path: str) -> None:
    """Start the Lambda that is unpacked in `folder`, and write what `re` has in its cache then."""
    start_handler(folder, health_path)
    compiled = [
        (pattern, asked, *_as_numbers(pattern, asked, found))
        for (_, pattern, asked), found in re._cache.items()  # type: ignore[attr-defined]
        if not found.flags & re.LOCALE
    ]
    source = _MODULE.format(compiled=compiled, dialect=(_sre.MAGIC, _sre.CODESIZE))
    Path(folder, "compiled_regexes.py").write_text(source)


def _as_numbers(
    pattern: str | bytes, asked: int, found: re.Pattern[Any]
) -> tuple[int, tuple[int, ...], int, dict[str, int], tuple[str | None, ...]]:
    """What `re._compiler.compile` hands to `_sre.compile`, in its order, but for the pattern."""
    compiler = re._compiler  # type: ignore[attr-defined]
    code = compiler._code(compiler._parser.parse(pattern, asked), asked)
    names: list[str | None] = [None] * (found.groups + 1)
    for name, number in found.groupindex.items():
        names[number] = name
    return found.flags, tuple(map(int, code)), found.groups, dict(found.groupindex), tuple(names)


if __name__ == "__main__":
    compile_regexes(*sys.argv[1:3])
