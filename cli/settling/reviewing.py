"""A plan's questions, one by one, on a terminal. Lines are written below each other and none is
taken back, so that any terminal will do, and what was asked can be scrolled to."""

import os
import re
import shutil
import sys
import termios
import tty
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from cli.failure import Failure
from cli.files import ending_in_order, replacing
from cli.system import same_system
from desk.deciding.plan import NO, PART, YES
from desk.deciding.review import Candidate, Question, Review, difference
from desk.names import isolated
from payments.payee import parse_payee_id
from payments.refusals import InvalidValue

_KEYS = "123456789"
_WIDEST = 78
_DIFFERS = "≠ "  # also where there is no colour
_ESCAPED = re.compile(r"\x1b(\[[0-9;?]*[@-~]|O.|.)?")
_HELP = """\
1 2 …  the line pays for this claim, and for none of the others
p      it pays for several: say which
n      for none of them
s      not now: it is asked again at the end, and the next time
u      take the last answer back
q      stop: all answers are in the plan, and the same command goes on
"""

Part = tuple[str, str | None]
"""Words, and their colour."""


def at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def review_plan(review: Review, path: Path) -> None:
    """Ask all that is open; each answer stands in the plan at `path` before the next question.

    Ends when nothing is open, by q, or by Ctrl-C or a signal, which end the command."""
    keys = _keys()
    try:
        with ending_in_order(), _reading_keys():
            _ask_all(review, path, keys)
    except (KeyboardInterrupt, EOFError):
        _say("")
        _tell_left(review, path)
        raise SystemExit(128 + 2) from None
    except SystemExit:  # by a signal; a terminal that was closed takes no words
        with suppress(OSError):
            _say("")
            _tell_left(review, path)
        raise
    _tell_left(review, path)


def _ask_all(review: Review, path: Path, keys: Iterator[str]) -> None:
    queue = review.open()
    total = len(queue)
    skipped: list[Question] = []
    while queue or skipped:
        if not queue:
            _say(f"{len(skipped)} skipped, again:" if len(skipped) < total else "Again:", "bold")
            queue, skipped = skipped, []
        question = queue[0]
        _show(review, question, total - len(queue) - len(skipped) + 1, total)
        answer = _answer(review, question, keys)
        if answer == "q":
            return
        if answer == "u":
            former = review.undo()
            if former is None:
                _say("There is no answer to take back.", "yellow")
                continue
            if former not in queue and former not in skipped:
                queue.insert(0, former)
            total = max(total, len(queue) + len(skipped))
            _say("Taken back.", "yellow")
        elif answer == "s":
            skipped.append(queue.pop(0))
            continue
        else:
            queue.pop(0)
        with replacing(path, private=True) as file:
            file.write(review.sheet.content())


def _answer(review: Review, question: Question, keys: Iterator[str]) -> str:
    """What was pressed, once it is one of the answers and, for a choice, is in the plan."""
    some = question.candidates[: len(_KEYS)]
    numbers = "1" if len(some) == 1 else f"1-{len(some)}"
    parts = "p parts · " if len(some) > 1 else ""
    prompt = f"{numbers} choose · {parts}n none · s skip · u undo · q quit · ? help "
    while True:
        _write(prompt)
        key = next(keys)
        _say(key if key.isprintable() else "")
        if key in ("s", "u", "q"):
            return key
        if key == "n":
            review.choose(question, [])
            return key
        if key == "p" and len(some) > 1:
            chosen = _parts(question, some)
        elif key in _KEYS[: len(some)]:
            chosen = [some[int(key) - 1]]
        else:
            _say(_HELP.rstrip())
            continue
        if chosen and _may_be(review, question, chosen, keys):
            return key


def _parts(question: Question, some: Sequence[Candidate]) -> list[Candidate]:
    every = " ".join(_KEYS[: len(some)])
    default = "" if difference(question, some) else every
    asked = f"Which, such as 1 2{f' [{default}]' if default else ''}: "
    typed = (_read_line(asked) or default).replace(",", " ").replace("+", " ").split()
    if len(set(typed)) > 1 and all(one in _KEYS[: len(some)] for one in typed):
        return [some[int(one) - 1] for one in sorted(set(typed))]
    _say("Two or more of the numbers above make parts.", "yellow")
    return []


def _may_be(
    review: Review, question: Question, chosen: list[Candidate], keys: Iterator[str]
) -> bool:
    """Whether it is meant; if so, it is in the plan."""
    for one in chosen:
        if line := review.taken_by(question, one):
            _say(f"{one.reference} is settled by {line} already: undo that first.", "yellow")
            return False
    differs = difference(question, chosen)
    if differs and len(chosen) > 1:
        _say(f"Parts have to be what arrived: {differs}.", "red")
        return False
    if any(one.claimed is None for one in chosen) and len(chosen) > 1:
        _say("A payment that nobody recorded is no part.", "yellow")
        return False
    if differs:
        _write(f"{differs}. Confirm it all the same? y/n ")
        key = next(keys)
        _say(key)
        if key != "y":
            return False
    payee_id = chosen[0].payee_id or _ask_payee()
    if not payee_id:
        return False
    review.choose(question, chosen)
    if not chosen[0].payee_id:
        review.name_payee(chosen[0], payee_id)
    return True


def _ask_payee() -> str:
    try:
        return parse_payee_id(_read_line("Whose is it? The payee's id: "))
    except InvalidValue as error:
        _say(f"{error}.", "yellow")
        return ""


def _keys() -> Iterator[str]:
    """One key after the other, also if several were pressed at once; arrows and Enter are none."""
    while pressed := read_keys():
        keys = _ESCAPED.sub("", pressed).lower()
        if "\x04" in keys:
            break
        yield from (key for key in keys if key.isprintable() and key != " ")
    raise EOFError


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
def _reading_keys() -> Iterator[None]:
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


def _read_line(prompt: str) -> str:
    mode = termios.tcgetattr(sys.stdin)
    mode[3] |= termios.ICANON | termios.ECHO
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, mode)
    _write(prompt)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip()


def _show(review: Review, question: Question, number: int, total: int) -> None:
    evidence = question.evidence
    _say("")
    _say_parts([(f"{number} of {total}", "bold"), (isolated(question.place), None)])
    line: list[Part] = [(str(evidence.booked_on), None), (str(evidence.money), "bold")]
    line += [(isolated(question.name), "bold")] if question.name else []
    _say_parts(line)
    if question.text:
        _say_parts([(isolated(question.text), None)])
    for key, one in zip(_KEYS, question.candidates, strict=False):
        _say_parts(_told(one, question), f" {key}  ")
        taken = review.taken_by(question, one)
        why = f"settled by {taken} already" if taken else one.why
        _say_parts([(isolated(why), "yellow" if taken else None)], "    ")
    if more := question.candidates[len(_KEYS) :]:
        _say(f"    and {len(more)} more, which the plan has")


def _told(one: Candidate, question: Question) -> list[Part]:
    """A claim beside its line: what differs is coloured and marked."""
    money = one.claimed or question.evidence.money
    parts = [
        _part(isolated(one.payer_id) or "not recorded", differs=one.is_other_name),
        _part(str(money), differs=money != question.evidence.money),
    ]
    if one.days:
        days = f"{abs(one.days)} day{'s' if abs(one.days) > 1 else ''}"
        parts.append(_part(f"{days} {'before' if one.days > 0 else 'after'}", differs=True))
    return [*parts, (f"for {one.payee_id}" if one.payee_id else "for whom?", None)]


def _part(text: str, *, differs: bool) -> Part:
    return (f"{_DIFFERS}{text}", "red") if differs else (text, None)


def _say_parts(parts: Iterable[Part], first: str = "") -> None:
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
                _say(line)
                line, used = indent, len(first)
            gap = "  " if used > len(first) else ""
            line, used = line + gap + _styled(piece, colour), used + len(gap) + wide
    _say(line)


def _styled(text: str, colour: str | None) -> str:
    if colour is None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return click.style(text, bold=True) if colour == "bold" else click.style(text, fg=colour)


def _say(text: str, colour: str | None = None) -> None:
    click.echo(_styled(text, colour), err=True)


def _write(text: str) -> None:
    click.echo(text, err=True, nl=False)


def _tell_left(review: Review, path: Path) -> None:
    said = {YES: "yes", PART: "part", NO: "no"}
    counts = [f"{word} {review.count(one)}" for one, word in said.items() if review.count(one)]
    left = len(review.open())
    _say(f"{path} says: {', '.join(counts) or 'nothing yet'}; open {left}.")
    apply = f"payees reconcile --apply {path}{same_system()}"
    if left:
        _say(f"To go on: payees reconcile --review --plan {path}{same_system()}")
        apply = f"to confirm what says yes: {apply}"
    _say(f"{'Or, ' if left else 'Next: '}{apply}")


def refuse_without_terminal() -> None:
    """Raises Failure."""
    if not at_terminal():
        raise Failure(
            "--review asks at a terminal, and this is none: write the --plan, and open it in a "
            "spreadsheet. Nothing was changed."
        )
