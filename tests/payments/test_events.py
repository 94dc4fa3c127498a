"""What became of a payment follows from its events."""

from dataclasses import replace

import pytest

from payments.events import (
    Event,
    EventRefused,
    EventStatus,
    Fingerprint,
    History,
    PaymentStatus,
    parse_fingerprint,
    plan_event,
    standing_events,
    undoing_event,
)
from payments.refusals import InvalidValue
from testkit.factories import BAKERY, NOW, PAYMENT_ID, make_event, make_evidence, make_payment


def history_of(*statuses: str) -> History:
    """A payment of which this became, one after the other."""
    events = enumerate(statuses, start=1)
    return History(
        make_payment(), tuple(make_event(number=n, status=status) for n, status in events)
    )


CLAIMED = history_of()
CONFIRMED = history_of("confirmed")
REVERSED = history_of("reversed")


@pytest.mark.parametrize(
    ("history", "status"),
    [
        (CLAIMED, EventStatus.CONFIRMED),
        (CLAIMED, EventStatus.REVERSED),
        (CONFIRMED, EventStatus.REVERSED),
        (history_of("confirmed", "undone"), EventStatus.CONFIRMED),
        (history_of("reversed", "undone"), EventStatus.CONFIRMED),
        (history_of("confirmed", "reversed", "undone"), EventStatus.REVERSED),
        (history_of("erased"), EventStatus.CONFIRMED),
    ],
)
def test_what_a_payment_may_become(history: History, status: EventStatus) -> None:
    event = plan_event(
        history, status, by=" Ravi ", why="line 14", now=NOW.replace(microsecond=123_456)
    )
    number = len(history.events) + 1
    assert event == Event(BAKERY, PAYMENT_ID, number, status, "Ravi", "line 14", NOW)
    assert History(history.payment, (*history.events, event)).status is PaymentStatus(status)


@pytest.mark.parametrize(
    ("history", "status", "standing"),
    [
        (CONFIRMED, EventStatus.CONFIRMED, 1),
        (REVERSED, EventStatus.REVERSED, 1),
        (REVERSED, EventStatus.CONFIRMED, 1),
        (history_of("confirmed", "reversed"), EventStatus.CONFIRMED, 2),
        (history_of("confirmed", "reversed", "undone"), EventStatus.CONFIRMED, 1),
        (history_of("confirmed", "erased"), EventStatus.CONFIRMED, 1),
        (history_of("confirmed", "erased", "reversed"), EventStatus.ERASED, 2),
    ],
)
def test_what_it_may_not_and_who_made_it_so(
    history: History, status: EventStatus, standing: int
) -> None:
    with pytest.raises(EventRefused, match=r"already [a-z]+ by ravi") as refused:
        plan_event(history, status, by="meena", why="w", now=NOW)
    assert refused.value.standing == history.events[standing - 1]


@pytest.mark.parametrize(
    "history",
    [
        CLAIMED,
        history_of("confirmed", "undone"),
        history_of("erased"),
        history_of("confirmed", "reversed", "undone", "undone"),
    ],
)
def test_where_nothing_stands_nothing_is_undone(history: History) -> None:
    with pytest.raises(EventRefused, match="nothing to undo") as refused:
        plan_event(history, EventStatus.UNDONE, by="meena", why="w", now=NOW)
    assert refused.value.standing is None


@pytest.mark.parametrize(
    ("statuses", "status", "standing"),
    [
        ((), "claimed", ()),
        (("confirmed",), "confirmed", (1,)),
        (("confirmed", "reversed"), "reversed", (1, 2)),
        (("confirmed", "undone"), "claimed", ()),
        (("reversed", "undone"), "claimed", ()),
        (("confirmed", "reversed", "undone"), "confirmed", (1,)),
        (("confirmed", "reversed", "undone", "undone"), "claimed", ()),
        (("confirmed", "undone", "reversed"), "reversed", (3,)),
        (("confirmed", "erased"), "confirmed", (1,)),
        (("confirmed", "erased", "undone"), "claimed", ()),
        (("erased",), "claimed", ()),
    ],
)
def test_the_status_is_what_the_last_standing_event_says(
    statuses: tuple[str, ...], status: str, standing: tuple[int, ...]
) -> None:
    history = history_of(*statuses)
    assert history.status is PaymentStatus(status)
    assert tuple(event.number for event in standing_events(history.events)) == standing


def test_an_undoing_takes_back_the_last_event_that_stands() -> None:
    events = history_of(
        *("confirmed", "reversed", "undone", "erased", "undone", "reversed", "undone")
    ).events
    undoings = [undoing_event(events, event.number) for event in events]
    numbers = [undoing and undoing.number for undoing in undoings]
    assert numbers == [5, 3, None, None, None, 7, None]
    assert undoing_event(events[:4], 1) is None


def test_a_confirmation_may_name_the_line_that_settles_it() -> None:
    given = make_evidence(bank_id=" 4372 ")
    event = plan_event(CLAIMED, EventStatus.CONFIRMED, by="ravi", why="w", now=NOW, evidence=given)
    assert event.evidence == make_evidence(bank_id="4372")


@pytest.mark.parametrize("status", [EventStatus.REVERSED, EventStatus.UNDONE, EventStatus.ERASED])
def test_nothing_else_has_evidence(status: EventStatus) -> None:
    with pytest.raises(InvalidValue, match="only a confirmation has evidence"):
        plan_event(CONFIRMED, status, by="ravi", why="w", now=NOW, evidence=make_evidence())


def test_a_line_without_a_number_of_the_banks_own_is_evidence_too() -> None:
    given = make_evidence(bank_id="")
    event = plan_event(CLAIMED, EventStatus.CONFIRMED, by="ravi", why="w", now=NOW, evidence=given)
    assert event.evidence == given


@pytest.mark.parametrize("text", ["x", "X" * 64, "2026-03-02_00014", "-_-"])
def test_a_fingerprint_is_letters_digits_and_joints(text: str) -> None:
    assert parse_fingerprint(text) == text


@pytest.mark.parametrize("text", ["", "x" * 65, "a b", "a#b", "a\n", "\u0661", "\u00e9"])
def test_no_other_fingerprint_is_taken(text: str) -> None:
    message = "a line's fingerprint is 1 to 64 characters of A-Z, a-z, 0-9, _ and -"
    with pytest.raises(InvalidValue, match=message):
        parse_fingerprint(text)
    evidence = replace(make_evidence(), fingerprint=Fingerprint(text))
    with pytest.raises(InvalidValue, match=message):
        plan_event(CLAIMED, EventStatus.CONFIRMED, by="r", why="w", now=NOW, evidence=evidence)


@pytest.mark.parametrize(
    ("bank_id", "problem"),
    [
        ("x" * 65, "the bank's own number: at most 64 characters, not 65"),
        ("4\n2", "the bank's own number: remove the hidden or unknown character"),
    ],
)
def test_the_banks_own_number_is_one_line_of_text(bank_id: str, problem: str) -> None:
    evidence = make_evidence(bank_id=bank_id)
    with pytest.raises(InvalidValue, match=problem):
        plan_event(CLAIMED, EventStatus.CONFIRMED, by="r", why="w", now=NOW, evidence=evidence)


@pytest.mark.parametrize(
    ("by", "why", "problem"),
    [
        ("", "w", "who: must not be empty"),
        ("ravi", " ", "why: must not be empty"),
        ("ravi", "w" * 501, "why: at most 500 characters, not 501"),
        ("ra\nvi", "w", "who: remove the hidden or unknown character U+000A"),
    ],
)
def test_who_and_why_are_said_in_words(by: str, why: str, problem: str) -> None:
    with pytest.raises(InvalidValue, match=problem.replace("+", r"\+")):
        plan_event(CLAIMED, EventStatus.REVERSED, by=by, why=why, now=NOW)
