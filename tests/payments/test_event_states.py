"""The till's page derives a payment's status from its events as `payments.events` does: both are
held against tests/js/event_states.json."""

import json
from itertools import product

from payments.events import EventRefused, EventStatus, History, plan_event
from testkit.demo_process import ROOT
from testkit.factories import NOW, make_payment

CASES = ROOT / "tests/js/event_states.json"
TILLS = (EventStatus.CONFIRMED, EventStatus.REVERSED, EventStatus.UNDONE)


def after(history: History, status: EventStatus) -> History | None:
    try:
        event = plan_event(history, status, by="till", why="seen", now=NOW)
    except EventRefused:
        return None
    return History(history.payment, (*history.events, event))


def every_history(longest: int) -> list[History]:
    """All that events can make of a payment, up to so many of them."""
    histories = [History(make_payment())]
    level = histories
    for _ in range(longest):
        level = [new for old, status in product(level, EventStatus) if (new := after(old, status))]
        histories = histories + level
    return histories


def test_the_pages_cases_are_what_events_make_of_a_payment() -> None:
    cases = [
        {
            "events": [event.status for event in history.events],
            "status": history.status,
            "allowed": [status for status in TILLS if after(history, status)],
        }
        for history in every_history(5)
    ]
    assert json.loads(CASES.read_text()) == cases
