"""Which payments people mean by many references: found together, with all mistakes at once."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import click

from cli.failure import Failure
from cli.reading import SEARCHED, find_each
from cli.system import System
from desk.fields import local_time, phrase
from desk.reference_list import read_reference_list
from desk.spreadsheet import NotRows
from payments.events import History
from payments.references import Reference, parse_reference
from payments.refusals import InvalidValue

_STDIN = "-"


class Mistake(NamedTuple):
    """What was typed, and why no one payment is meant by it."""

    typed: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """The payments that are meant, each once and in order, by what was first typed for it."""

    histories: list[tuple[str, History]]
    mistakes: list[Mistake]


def tell_mistakes(mistakes: Sequence[Mistake]) -> str:
    """A line or more for each; the same explanation is given once."""
    lines, told = [], set()
    for typed, why in mistakes:
        explanation = why.removeprefix(f"“{typed}”: ")
        lines.append(f"“{typed}”: likewise." if explanation in told else why)
        told.add(explanation)
    return "\n".join(lines)


def typed_references(words: Sequence[str]) -> list[str]:
    """What was given as arguments, and for `-` what stdin has. Raises Failure."""
    typed = [word for word in words if word != _STDIN]
    if _STDIN in words:
        if sys.stdin.isatty():
            click.echo("Reading references, one a line, until Ctrl-D …", err=True)
        try:
            typed += read_reference_list(sys.stdin.buffer.read().decode())
        except NotRows as error:
            raise Failure(f"stdin:{error}. Nothing was changed.") from error
        except UnicodeDecodeError as error:
            raise Failure(f"stdin is no text in UTF-8: {error.reason}.") from error
    if not typed:
        raise Failure("There are no references on stdin: nothing was changed.")
    return typed


def find_all(
    system: System, typed: Sequence[str], payee_id: str | None, since: datetime | None
) -> Found:
    """Raises Failure if the ledger cannot be read, or there is no such payee."""
    references: dict[str, Reference] = {}
    mistakes: list[Mistake] = []
    for text in dict.fromkeys(typed):
        try:
            references[text] = parse_reference(text)
        except InvalidValue as error:
            mistakes.append(Mistake(text, f"“{text}”: {error}."))
    histories: dict[tuple[str, str], tuple[str, History]] = {}
    found = find_each(system, list(references.values()), payee_id, since) if references else []
    for (text, reference), meant in zip(references.items(), found, strict=True):
        if len(meant) == 1:
            payment = meant[0].payment
            key = (payment.payee_id, payment.payment_id.text)
            histories.setdefault(key, (text, meant[0]))
        elif meant:
            mistakes.append(Mistake(text, _ask_which(reference, meant)))
        else:
            mistakes.append(Mistake(text, not_found(system, reference, payee_id, since)))
    return Found(list(histories.values()), mistakes)


def not_found(
    system: System, reference: Reference, payee_id: str | None, since: datetime | None
) -> str:
    whose = f" for {payee_id}" if payee_id else ""
    if reference.payment_id:
        return (
            f"No payment {reference.text} is recorded{whose} in {system}: compare it letter "
            "by letter with what the payer's page shows."
        )
    when = f"since {local_time(since)}" if since else f"in the last {SEARCHED.days} days"
    return (
        f"No payment {reference.text} was recorded{whose} {when} in {system}: --since looks "
        "further back, the whole reference of 25 characters everywhere."
    )


def _ask_which(reference: Reference, histories: list[History]) -> str:
    same_id = len({history.payment.payment_id for history in histories}) == 1
    found = "\n".join(
        f"  {phrase(history)}, {local_time(history.payment.recorded_at)}" for history in histories
    )
    ways = ["--payee"] if len({one.payment.payee_id for one in histories}) > 1 else []
    if not same_id:
        ways.append("its whole reference")
    return (
        f"{len(histories)} payments have the reference {reference.text}:\n{found}\n"
        f"Nothing was changed. Say which, by {' or '.join(ways)}."
    )
