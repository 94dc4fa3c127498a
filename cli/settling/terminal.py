"""A terminal as a review uses it: one key after the other, and lines as wide as it is."""

import os
import re
import shutil
import sys
import termios
import tty
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import click

_WIDEST = 78
_ESCAPED = re.compile(r"\x1b(\[[0-9;?]*[@-~]|O.|.)?")

Part = tuple[str, str | None]
"""Words, and their colour."""


def at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def pressed_keys() -> Iterator[str]:
    """One key after the other, also if several were pressed at once; arrows and Enter are none."""
    while pressed := read_keys():
        keys = _ESCAPED.sub("", pressed).lower()
        if "\x04" in keys:
            break
        yield from (key for key in keys if key.isprintable() and key != " ")
    raise EOFError


def told_key(keys: Iterator[str]) -> str:
    """The next key, which is shown where it was asked for."""
    key = next(keys)
    say(key)
    return key


def read_keys() -> str:
    """What was pressed, without waiting for Enter. What is pressed early is not lost; empty once
    the terminal is gone."""
    number = sys.stdin.fileno()
    tty.setcbreak(number, termios.TCSADRAIN)
    try:
        return os.read(number, 64).decode(errors="ignore") or "\x04"
    except OSError:
        return "\x04"


@contextmanager
def reading_keys() -> Iterator[None]:
    """The terminal is afterwards as it was."""
    if not sys.stdin.isatty():
        yield
        return
    before = termios.tcgetattr(sys.stdin)
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def read_line(prompt: str) -> str:
    mode = termios.tcgetattr(sys.stdin)
    mode[3] |= termios.ICANON | termios.ECHO
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, mode)
    write(prompt)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip()


def say_parts(parts: Iterable[Part], first: str = "") -> None:
    """On lines as wide as the terminal, broken between the parts, and within one that is wider;
    all of them begin as far to the right as the `first`."""
    from wcwidth import wcswidth, wrap  # noqa: PLC0415 (slow)

    width = min(shutil.get_terminal_size().columns, _WIDEST) - 1
    indent = " " * len(first)
    line, used = first, len(first)
    for text, colour in parts:
        for piece in wrap(text, max(width - len(first), 8)):
            wide = wcswidth(piece)
            if used > len(first) and used + 2 + wide > width:
                say(line)
                line, used = indent, len(first)
            gap = "  " if used > len(first) else ""
            line, used = line + gap + _styled(piece, colour), used + len(gap) + wide
    say(line)


def _styled(text: str, colour: str | None) -> str:
    if colour is None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return click.style(text, bold=True) if colour == "bold" else click.style(text, fg=colour)


def say(text: str, colour: str | None = None) -> None:
    click.echo(_styled(text, colour), err=True)


def write(text: str) -> None:
    click.echo(text, err=True, nl=False)
