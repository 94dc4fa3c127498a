"""Standard streams as every command may use them: there, and able to write any letter."""

import codecs
import os
import sys
from io import TextIOWrapper
from typing import Literal, TextIO

_UNSEEN = dict.fromkeys("\u2066\u2067\u2068\u2069", "")  # isolates: nothing that is to be read
_PLAIN = {"\u201c": "'", "\u201d": "'", "\u2019": "'", "\u2026": "...", "→": "->", "·": "-"}


def prepare_streams() -> None:
    """What was closed before we began takes no writing, and says so, instead of being None; its
    number is taken, so that no file that is opened later gets it.

    Where a terminal or pipe has fewer letters than Unicode, others are written as JSON writes them,
    such as `\\u0928`: two names stay two, and JSON stays what it is. What is told on stderr has
    plain quotes there.
    """
    if sys.stdin is None:
        sys.stdin = _stand_in(0, os.O_RDONLY, "r")
    if sys.stdout is None:
        sys.stdout = _stand_in(1, os.O_RDONLY, "w")  # writing raises EBADF
    if sys.stderr is None:
        sys.stderr = _stand_in(2, os.O_WRONLY, "w")
    for stream, errors in ((sys.stdout, "payees-data"), (sys.stderr, "payees-told")):
        if isinstance(stream, TextIOWrapper) and codecs.lookup(stream.encoding).name != "utf-8":
            stream.reconfigure(errors=errors)


def _stand_in(number: int, flags: int, mode: Literal["r", "w"]) -> TextIO:
    found = os.open(os.devnull, flags)
    if found != number:
        os.dup2(found, number)
        os.close(found)
    return open(number, mode, encoding="utf-8", closefd=False)


def _escaped(error: UnicodeError, known: dict[str, str]) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(known.get(one, _as_json(one)) for one in letters), error.end


def _as_json(letter: str) -> str:
    units = letter.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


codecs.register_error("payees-data", lambda error: _escaped(error, _UNSEEN))
codecs.register_error("payees-told", lambda error: _escaped(error, _UNSEEN | _PLAIN))
