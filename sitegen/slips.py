"""Where a mistake is in what pages are made of: the file and the line, for who just edited it."""

import re
import traceback
from pathlib import Path

from jinja2 import TemplateSyntaxError

_BRACES = re.compile(r"/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'|[{}]", re.DOTALL)


class Slip(ValueError):
    """A mistake in a template, style, script or catalog; `str()` says what, and where."""

    def __init__(self, file: Path, line: int, message: str) -> None:
        super().__init__(f"{_short(file)}:{line}: {message}")


def describe_slip(error: Exception) -> str:
    """What is wrong, and, if a template is to blame, its file and line."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name}:{error.lineno}: {error.message}"
    message = str(error) or type(error).__name__
    if isinstance(error, KeyError | IndexError):
        message = f"{type(error).__name__}: {message}"
    # Jinja shows the templates' own lines in the traceback.
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame for frame in frames if frame.filename.endswith(".html")]
    return f"{_short(Path(lines[-1].filename))}:{lines[-1].lineno}: {message}" if lines else message


def check_braces(file: Path, css: str) -> None:
    """Raises Slip for a style sheet with a block that is not closed, or was never opened: browsers
    say nothing, and leave out all that follows."""
    opened: list[int] = []
    for found in _BRACES.finditer(css):
        line = line_at(css, found.start())
        if found[0] == "{":
            opened.append(line)
        elif found[0] == "}":
            if not opened:
                raise Slip(file, line, "this } closes nothing")
            opened.pop()
    if opened:
        raise Slip(file, opened[-1], "this { is never closed")


def read_named(file: Path, named_in: Path, line: int) -> str:
    """The text of a file that another one names in a line. Raises Slip if it is not there."""
    try:
        return file.read_text("utf-8")
    except FileNotFoundError as error:
        raise Slip(named_in, line, f"there is no file {_short(file)}") from error


def line_at(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _short(file: Path) -> str:
    """As it is called in the folder of templates."""
    return file.as_posix().partition("/templates/")[2] or file.name
