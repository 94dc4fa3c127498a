"""Compile into the zip what a start compiles: python -I -S compile_ahead.py DIR PATH.

Before its first answer a Lambda compiles some 170 regular expressions, and 80 pieces of source that
Python writes itself: the methods of each dataclass, a function for each named tuple. Without the
first a start takes 1.15 times as long, without the second 1.09 times.

Python keeps no compiled expression, but its compiler makes a list of numbers on the way to one;
those are written down here, and the Lambda finishes them and puts them where `re` looks first. If
its Python gives such numbers another meaning, it leaves them alone and compiles as ever. Of a
source its bytecode is kept, for this very source: another one is compiled.
"""

import collections
import marshal
import re
import sys
from types import CodeType
from typing import Any

_sources: dict[str, CodeType] = {}


def _keeping(source: str, *names: Any) -> Any:
    """`eval` as namedtuple() calls it."""
    _sources[source] = compile(source, "<string>", "eval")
    return eval(_sources[source], *names)


collections.eval = _keeping  # type: ignore[attr-defined]

import _sre  # type: ignore[import-not-found]  # noqa: E402 (what is imported from here on is kept)
import dataclasses  # noqa: E402
from pathlib import Path  # noqa: E402

sys.path.append(str(Path(__file__).parents[1]))  # a Python that runs alone does not look here

from try_handler import start_handler  # type: ignore[import-not-found]  # noqa: E402

_MODULE = '''\
"""Made with the zip: what a start compiles, compiled. See its maker."""

import _sre  # type: ignore[import-not-found]
import collections
import marshal
import re

_EXPRESSIONS = {expressions!r}
_SOURCES = marshal.loads({sources!r})

if (_sre.MAGIC, _sre.CODESIZE) == {dialect!r} and hasattr(re, "_cache"):
    for _pattern, _asked, _flags, _code, _groups, _index, _names in _EXPRESSIONS:
        re._cache[type(_pattern), _pattern, _asked] = _sre.compile(
            _pattern, _flags, list(_code), _groups, _index, _names
        )

collections.eval = lambda source, *names: eval(_SOURCES.get(source, source), *names)

import dataclasses

dataclasses.exec = lambda source, *names: exec(_SOURCES.get(source, source), *names)
'''


def compile_ahead(folder: str, health_path: str) -> None:
    """Start the Lambda that is unpacked in `folder`, and write what was compiled for that."""
    dataclasses.exec = _executed  # type: ignore[attr-defined]
    ask = start_handler(folder, health_path)
    ask(health_path.replace("healthz", "payees/none/payments/none"))  # found wrong, not looked for
    expressions = [
        (pattern, asked, *_as_numbers(pattern, asked, found))
        for (_, pattern, asked), found in re._cache.items()  # type: ignore[attr-defined]
        if not found.flags & re.LOCALE
    ]
    source = _MODULE.format(
        expressions=expressions,
        sources=marshal.dumps(_sources, 2),  # which always writes the same
        dialect=(_sre.MAGIC, _sre.CODESIZE),
    )
    Path(folder, "compiled_ahead.py").write_text(source)


def _executed(source: str, *names: Any) -> None:
    """`exec` as dataclass() calls it."""
    _sources[source] = compile(source, "<string>", "exec")
    exec(_sources[source], *names)


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
    compile_ahead(*sys.argv[1:3])
