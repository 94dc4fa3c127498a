"""What is told, as JSON: each document names what it tells, and which kind it is."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from payments.addressee import NoticeKind
from payments.documents import full_document
from payments.events import Event, EventStatus, History, PaymentStatus
from payments.money import Money
from payments.payee import PayeeId
from payments.times import format_time


@dataclass(frozen=True, slots=True)
class Sum:
    """So many payments, and what they are together in each currency."""

    payments: int
    money: tuple[Money, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.money)) or "0"


@dataclass(frozen=True, slots=True)
class Day:
    """A payee's day from `since` until just before `until`: what payers said in it, what was
    confirmed and reversed in it, and what is open at its end of all that was said lately."""

    payee_id: PayeeId
    since: datetime
    until: datetime
    said: Sum
    confirmed: Sum
    reversed: Sum
    open: Sum


@dataclass(frozen=True, slots=True)
class Settled:
    """What one batch of a statement confirmed for a payee, and still stands."""

    payee_id: PayeeId
    batch: str
    confirmed: Sum
    newest: datetime
    references: tuple[str, ...]


def cut(history: History, number: int) -> History | None:
    """The payment as it was when its event of that number was new, whatever became of it since;
    None if it has no such event, or not yet."""
    if number > len(history.events):
        return None
    return History(history.payment, history.events[:number])


def add_up(histories: Iterable[History]) -> Sum:
    count, amounts = 0, Counter[str]()
    for history in histories:
        count += 1
        amounts[history.payment.money.currency] += history.payment.money.amount_minor
    return Sum(count, tuple(Money(minor, code) for code, minor in sorted(amounts.items())))


def sum_up_day(
    payee_id: PayeeId, histories: Iterable[History], since: datetime, until: datetime
) -> Day:
    known = [
        History(one.payment, tuple(e for e in one.events if e.recorded_at < until))
        for one in histories
        if one.payment.recorded_at < until
    ]
    return Day(
        payee_id,
        since,
        until,
        said=add_up(one for one in known if one.payment.recorded_at >= since),
        confirmed=add_up(_became(known, PaymentStatus.CONFIRMED, since)),
        reversed=add_up(_became(known, PaymentStatus.REVERSED, since)),
        open=add_up(one for one in known if one.status is PaymentStatus.CLAIMED),
    )


def _became(histories: Iterable[History], status: PaymentStatus, since: datetime) -> list[History]:
    """Those that are it by an event since then."""
    return [
        one
        for one in histories
        if one.status is status
        and any(
            event.status is EventStatus(status) and event.recorded_at >= since
            for event in one.events
        )
    ]


def sum_up_batch(payee_id: PayeeId, batch: str, histories: Iterable[History]) -> Settled | None:
    """None if nothing of it stands."""
    found = [
        (one, event)
        for one in histories
        if one.status is PaymentStatus.CONFIRMED
        for event in one.events
        if _is_of(event, batch)
    ]
    if not found:
        return None
    return Settled(
        payee_id,
        batch,
        add_up(one for one, _ in found),
        max(event.recorded_at for _, event in found),
        tuple(one.payment.payment_id.reference for one, _ in found),
    )


def _is_of(event: Event, batch: str) -> bool:
    return event.status is EventStatus.CONFIRMED and event.why.endswith(f"; batch {batch}")


def payment_document(kind: NoticeKind, history: History) -> dict[str, object]:
    """What happened last in `history`, which is cut there."""
    moment = history.events[-1].recorded_at if history.events else history.payment.recorded_at
    return _document(f"payment.{kind}", moment, full_document(history))


def day_document(day: Day) -> dict[str, object]:
    return _document(
        "payee.day",
        day.until,
        {
            "payee_id": day.payee_id,
            "since": format_time(day.since),
            "until": format_time(day.until),
            "said": _sum_document(day.said),
            "confirmed": _sum_document(day.confirmed),
            "reversed": _sum_document(day.reversed),
            "open": _sum_document(day.open),
        },
    )


def settled_document(settled: Settled) -> dict[str, object]:
    return _document(
        "payee.settled",
        settled.newest,
        {
            "payee_id": settled.payee_id,
            "batch": settled.batch,
            "confirmed": _sum_document(settled.confirmed),
            "references": list(settled.references),
        },
    )


def trial_document(payee_id: PayeeId, now: datetime) -> dict[str, object]:
    """What `payees notices --test` sends: of no payment, and it says so."""
    return _document("test", now, {"payee_id": payee_id})


def _document(kind: str, moment: datetime, data: dict[str, object]) -> dict[str, object]:
    """The form that Standard Webhooks recommends."""
    return {"type": kind, "timestamp": format_time(moment), "data": data}


def _sum_document(one: Sum) -> dict[str, object]:
    amounts = [{"amount": money.amount, "currency": money.currency} for money in one.money]
    return {"payments": one.payments, "amounts": amounts}
