"""Scripts and style sheets made small, with the file and the line of a mistake in one."""

import re
from functools import cache
from pathlib import Path

from sitegen.scripts.modules import Modules
from sitegen.slips import Slip, check_braces, line_at, read_named

_TOP_LEVEL = re.compile(r"^(?:async )?(?:function\*?|class|const|let|var) ([\w$]+)", re.MULTILINE)
_STYLE_IMPORT = re.compile(r'^@import "\./(.+)";\n', re.MULTILINE)


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
