"""Confirming, reversing and undoing many payments, one after the other. What an earlier try wrote
counts as done, so that the same command goes on where it was stopped."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cli.failure import Failure
from cli.guards import while_writing
from cli.progress import progress_bar
from cli.system import same_system
from desk.fields import local_time, phrase
from payments.events import (
    Event,
    EventRefused,
    EventStatus,
    EvidenceTaken,
    History,
    plan_event,
    standing_events,
)
from payments.ledger import Ledger
from payments.refusals import LedgerUnavailable

_PAUSES = (1.0, 2.0)  # seconds before a write whose outcome is unknown is sent again


class Outcome(StrEnum):
    """ALREADY: an event that says the same stands there. WAITING: it was not tried."""

    DONE = "done"
    ALREADY = "already"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one payment, found by what was `typed`; `history` has what is known of it
    now, and `detail` is a sentence or two."""

    outcome: Outcome
    typed: str
    history: History
    detail: str


def plan_events(
    histories: Sequence[tuple[str, History]],
    status: EventStatus,
    *,
    by: str,
    why: str,
    now: datetime,
) -> list[Event | Result]:
    """For each payment the event to write, or the result if there is nothing to write.

    Raises InvalidValue for a `by` or a `why` that breaks a rule.
    """
    planned: list[Event | Result] = []
    for typed, history in histories:
        # What is only claimed may be reversed, so this says no more than whether the words do.
        words = plan_event(History(history.payment), EventStatus.REVERSED, by=by, why=why, now=now)
        last = _last(history)
        if last and (last.status, last.by, last.why) == (status, words.by, words.why):
            planned.append(
                Result(Outcome.ALREADY, typed, history, _done("Already ", history, last))
            )
            continue
        try:
            planned.append(plan_event(history, status, by=by, why=why, now=now))
        except EventRefused as error:
            detail = _refusal(history, error.standing)
            planned.append(Result(Outcome.REFUSED, typed, history, detail))
    return planned


def write_events(
    ledger: Ledger, histories: Sequence[tuple[str, History]], planned: Sequence[Event | Result]
) -> list[Result]:
    """Write what is `planned` for each payment; after the first whose outcome remains unknown, and
    after Ctrl-C, nothing more."""
    results: list[Result] = []
    begun = 0
    try:
        with progress_bar("Writing") as show:
            for begun, ((typed, history), event) in enumerate(
                zip(histories, planned, strict=True), 1
            ):
                results.append(
                    event if isinstance(event, Result) else _write(ledger, typed, history, event)
                )
                show(begun, len(planned))
                if results[-1].outcome is Outcome.UNKNOWN:
                    break
    except KeyboardInterrupt:
        pass  # what was begun and has no result is unknown
    done = len(results)
    for place in range(done, len(planned)):
        (typed, history), event = histories[place], planned[place]
        if isinstance(event, Result):
            results.append(event)
        elif place < begun:
            detail = (
                f"Stopped. Whether it was recorded is unknown: `{look_command(history)}` tells."
            )
            results.append(Result(Outcome.UNKNOWN, typed, history, detail))
        else:
            detail = f"{phrase(history)}: was not tried."
            results.append(Result(Outcome.WAITING, typed, history, detail))
    return results


def count_outcomes(results: Sequence[Result], done: str) -> tuple[Counter[Outcome], list[str]]:
    """How many came out how, and the same in words: `confirmed 3`, `refused 1`."""
    counts = Counter(result.outcome for result in results)
    words = {
        Outcome.DONE: done, Outcome.ALREADY: f"already {done}", Outcome.REFUSED: "refused",
        Outcome.UNKNOWN: "unknown", Outcome.WAITING: "not tried",
    }  # fmt: skip
    said = [f"{words[one]} {counts[one]}" for one in words if counts[one] or one is Outcome.DONE]
    return counts, said


def look_command(history: History) -> str:
    return f"payees show {history.payment.payment_id.reference}{same_system()}"


def _write(ledger: Ledger, typed: str, history: History, event: Event) -> Result:
    try:
        with while_writing("it was recorded", f"`{look_command(history)}` tells"):
            standing = _append(ledger, event)
    except EvidenceTaken as error:
        detail = (
            f"{phrase(history)}: the line of the statement settles "
            f"{error.payment_id.reference} of {error.payee_id} already. Nothing was changed."
        )
        return Result(Outcome.REFUSED, typed, history, detail)
    except Failure as failure:
        return Result(Outcome.UNKNOWN, typed, history, failure.message)
    after = History(history.payment, (*history.events, standing or event))
    if standing is None or standing == event:  # one's own is the answer to a resend
        return Result(Outcome.DONE, typed, after, _done("", after, event))
    if (standing.status, standing.by, standing.why) == (event.status, event.by, event.why):
        return Result(Outcome.ALREADY, typed, after, _done("Already ", after, standing))
    return Result(Outcome.REFUSED, typed, after, _refusal(after, standing))


def _append(ledger: Ledger, event: Event) -> Event | None:
    """Sent again if nobody knows whether it was written: the same event twice is one."""
    for pause in _PAUSES:
        try:
            return ledger.append(event)
        except LedgerUnavailable:
            time.sleep(pause)
    return ledger.append(event)


def _last(history: History) -> Event | None:
    told: Iterator[Event] = reversed(history.events)
    return next((event for event in told if event.status is not EventStatus.ERASED), None)


def _done(already: str, history: History, event: Event) -> str:
    said = f"{already}{event.status}".capitalize()
    detail = f"{said}: {phrase(history)}, by {event.by}."
    if event.status is not EventStatus.UNDONE:
        return detail
    standing = standing_events(history.events)
    if not standing:
        return f"{detail} It is claimed, as it was recorded."
    last = standing[-1]
    return f"{detail} It is {last.status}, as {last.by} said: “{last.why}”."


def _refusal(history: History, standing: Event | None) -> str:
    if standing is None:
        return f"{phrase(history)}: there is nothing to undo."
    when = local_time(standing.recorded_at)
    return (
        f"{phrase(history)}: {standing.by} has already {standing.status} it, at {when} "
        f"(“{standing.why}”). Nothing was changed."
    )
