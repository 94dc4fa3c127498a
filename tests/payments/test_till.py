"""What a till may ask, and how its events are noted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.local.memory import MemoryLedger
from payments.events import Event, EventStatus, PaymentStatus
from payments.payee import PayeeId
from payments.payment_id import PaymentId, mint_payment_id, minted_bounds
from payments.refusals import InvalidFields, InvalidValue, UnknownPayment
from payments.till import (
    EventConflict,
    EventNotAllowed,
    EventRequest,
    Listed,
    latest_of,
    note_event,
    parse_event,
    parse_listing,
)
from payments.times import format_time, parse_time
from testkit.factories import (
    BAKERY,
    NOW,
    PAYMENT_ID,
    make_event,
    make_evidence,
    make_payment,
    make_payment_id,
    make_till_key,
)

DAY = timedelta(days=1)
MS = timedelta(milliseconds=1)
KEY = make_till_key(label="Counter 1")


def listed(**parameters: str) -> Listed:
    return parse_listing({name: [value] for name, value in parameters.items()}, NOW)


def is_listed(payment_id: PaymentId, asked: Listed) -> bool:
    return asked.bounds is not None and asked.bounds[0] <= payment_id <= asked.bounds[1]


def least(moment: datetime) -> PaymentId:
    return mint_payment_id(moment, bytes(10))


def greatest(moment: datetime) -> PaymentId:
    return mint_payment_id(moment, b"\xff" * 10)


def pointers(read: Callable[[], object]) -> list[str]:
    with pytest.raises(InvalidFields) as raised:
        read()
    assert all(field.detail for field in raised.value.fields)
    return [field.pointer for field in raised.value.fields]


class TestTheRange:
    def test_it_has_its_first_moment_and_not_its_last(self) -> None:
        asked = listed(since="2026-03-01T09:00:00Z", until="2026-03-01T10:00:00Z")
        start, end = (
            NOW.replace(minute=0, microsecond=0),
            NOW.replace(hour=10, minute=0, microsecond=0),
        )
        assert is_listed(least(start), asked)
        assert is_listed(greatest(end - MS), asked)
        assert not is_listed(greatest(start - MS), asked)
        assert not is_listed(least(end), asked)

    def test_a_moment_within_a_millisecond_is_after_it(self) -> None:
        inside = "2026-03-01T09:30:00.1235Z"  # NOW and a half millisecond
        assert not is_listed(greatest(NOW), listed(since=inside))
        assert is_listed(least(NOW + MS), listed(since=inside))
        assert is_listed(greatest(NOW), listed(until=inside))
        assert not is_listed(least(NOW + MS), listed(until=inside))

    def test_left_out_it_is_from_a_day_ago_to_what_clocks_ahead_may_mint(self) -> None:
        asked = listed()
        assert asked.limit == 100
        assert is_listed(least(NOW - DAY), asked)
        assert not is_listed(greatest(NOW - DAY - MS), asked)
        assert is_listed(greatest(NOW + DAY - MS), asked)

    def test_the_last_31_days_are_a_range_by_since_alone(self) -> None:
        since = NOW - 31 * DAY
        asked = listed(since=format_time(since))
        assert is_listed(least(since), asked)
        assert is_listed(greatest(NOW - MS), asked)
        assert not is_listed(least(NOW), asked)
        a_little_later = listed(since=format_time(since + DAY))
        assert is_listed(greatest(NOW + DAY - MS), a_little_later)

    def test_it_is_at_most_31_days_to_the_millisecond(self) -> None:
        listed(since="2026-01-29T00:00:00Z", until="2026-03-01T00:00:00Z")
        for wrong in (
            {"since": "2026-01-28T23:59:59.999Z", "until": "2026-03-01T00:00:00Z"},
            {"since": "0001-01-01T00:00:00Z", "until": "9999-12-31T23:59:59Z"},
            {"until": "9999-12-31T23:59:59-23:59"},
            {"until": "7" + "Z" * 25},
        ):
            assert pointers(lambda: listed(**wrong)) == ["/since"]  # noqa: B023

    def test_a_range_that_ends_before_it_begins_is_told(self) -> None:
        wrong = {"since": "2026-03-01T09:00:00.001Z", "until": "2026-03-01T09:00:00Z"}
        assert pointers(lambda: listed(**wrong)) == ["/since"]
        empty = listed(since="2026-03-01T09:00:00Z", until="2026-03-01T09:00:00Z")
        assert empty.bounds is None
        assert listed(until="1970-01-01T00:00:00Z").bounds is None

    @pytest.mark.parametrize("since", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59"])
    def test_a_range_in_a_far_future_is_empty(self, since: str) -> None:
        assert listed(since=since).bounds is None

    def test_a_past_before_1970_begins_with_the_first_id(self) -> None:
        asked = listed(since="1969-12-31T23:59:59Z", until="1970-01-02T00:00:00Z")
        assert is_listed(least(datetime(1970, 1, 1, tzinfo=UTC)), asked)
        assert listed(since="0001-01-01T00:00:00+23:59").bounds is None

    def test_an_id_as_until_is_what_is_older_than_that_payment(self) -> None:
        third = make_payment_id(NOW, random=3)
        asked = listed(until=third.text)
        assert is_listed(make_payment_id(NOW, random=2), asked)
        assert not is_listed(third, asked)
        assert not is_listed(make_payment_id(NOW, random=4), asked)
        assert listed(until="0" * 26).bounds is None

    def test_paging_on_beyond_a_moved_default_is_empty_and_no_mistake(self) -> None:
        oldest = make_payment_id(NOW - DAY)
        later = parse_listing({"until": [oldest.text]}, NOW + timedelta(hours=1))
        assert later.bounds is None

    @given(
        st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        st.timedeltas(timedelta(0), timedelta(seconds=1)),
        st.integers(-3, 1003),
    )
    def test_between_two_milliseconds_nothing_is_lost_or_listed_twice(
        self, since: datetime, length: timedelta, step: int
    ) -> None:
        """What a range has is what was minted in it, and two that meet share nothing."""
        minted = since.replace(microsecond=0) + step * MS
        if minted < datetime(1970, 1, 1, tzinfo=UTC):
            return
        middle = since + length
        parts = (minted_bounds(since, middle), minted_bounds(middle, middle + length))
        for payment_id in (least(minted), greatest(minted)):
            found = [bool(part and part[0] <= payment_id <= part[1]) for part in parts]
            assert found == [since <= minted < middle, middle <= minted < middle + length]


class TestWrongParameters:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "yesterday",
            "2026-03-01",
            "2026-03-01T09:30:00",
            "2026-03-01 09:30:00Z",
            "2026-03-01T09:30:00 05:30",  # a + that an address turned into a space
            "2026-03-01T24:00:00Z",
            "2026-03-01T23:59:60Z",
            "2026-02-30T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2026-03-01T09:30:00+24:00",
            "20260301T093000Z",
            "2026-W09-7T09:30:00Z",
            "\u0662026-03-01T09:30:00Z",
            "1772357400",
            "2026-03-01T09:30:00Z\n",
        ],
    )
    def test_a_time_is_as_rfc_3339_writes_it(self, text: str) -> None:
        assert pointers(lambda: listed(since=text)) == ["/since"]
        assert pointers(lambda: listed(until=text)) == ["/until"]
        with pytest.raises(InvalidValue, match="%2B"):
            parse_time(text)

    def test_times_may_be_of_any_zone_and_precision(self) -> None:
        same = ["2026-03-01T09:30:00.123Z", "2026-03-01T15:00:00.123+05:30"]
        assert {listed(since=text) for text in same} == {
            listed(since="2026-03-01t09:30:00.123000z")
        }
        assert parse_time("2026-03-01T09:30:00.123456789Z").microsecond == 123456

    @pytest.mark.parametrize(
        "text", ["", "0", "201", "01", "1.0", "+1", "-1", "1e2", "\u0661", "999999999", "1\n"]
    )
    def test_a_limit_is_a_whole_number_up_to_200(self, text: str) -> None:
        assert pointers(lambda: listed(limit=text)) == ["/limit"]
        assert [listed(limit=text).limit for text in ("1", "99", "200")] == [1, 99, 200]

    def test_all_that_is_wrong_is_told_at_once(self) -> None:
        parameters = {"since": ["x"], "until": ["y", "z"], "limit": ["0"], "a/b": ["1"]}
        assert pointers(lambda: parse_listing(parameters, NOW)) == [
            *("/a~1b", "/limit", "/since", "/until")
        ]


class TestReadingAnEvent:
    def read(self, number: str = "1", /, **document: object) -> EventRequest:
        return parse_event(PAYMENT_ID.text, number, document)

    def test_it_has_a_status_and_a_why_which_usual_ones_need_not_say(self) -> None:
        assert self.read(status="reversed", why=" never  arrived ") == EventRequest(
            PAYMENT_ID, 1, EventStatus.REVERSED, "never arrived"
        )
        assert self.read(status="confirmed").why == "seen at the till"
        assert self.read("99", status="undone").why == "taken back at the till"

    @pytest.mark.parametrize(
        ("document", "wrong"),
        [
            ({}, ["/status"]),
            ({"status": "reversed"}, ["/why"]),
            ({"status": "erased", "why": "x"}, ["/status"]),
            ({"status": "claimed"}, ["/status"]),
            ({"status": None}, ["/status"]),
            ({"status": ["confirmed"]}, ["/status"]),
            ({"status": "confirmed", "why": ""}, ["/why"]),
            ({"status": "confirmed", "why": None}, ["/why"]),
            ({"status": "confirmed", "why": 5}, ["/why"]),
            ({"status": "confirmed", "why": "x" * 501}, ["/why"]),
            ({"status": "confirmed", "why": "a\u202eb"}, ["/why"]),
            ({"status": "confirmed", "by": "somebody else"}, ["/by"]),
            ({"status": "confirmed", "evidence": None}, ["/evidence"]),
            ({"why": 1, "n/a": 1}, ["/n~1a", "/status", "/why"]),
        ],
    )
    def test_anything_else_is_told(self, document: dict[str, object], wrong: list[str]) -> None:
        assert pointers(lambda: self.read(**document)) == wrong

    @pytest.mark.parametrize("number", ["0", "01", "100", "-1", "1.0", "x", "", "\u0661", " 1"])
    def test_a_number_has_one_spelling(self, number: str) -> None:
        assert pointers(lambda: self.read(number, status="confirmed")) == ["/n"]
        bad = pointers(lambda: parse_event("x", number, {"status": "no"}))
        assert bad == ["/n", "/payment_id", "/status"]


class TestNoting:
    @pytest.fixture
    def ledger(self) -> MemoryLedger:
        ledger = MemoryLedger()
        ledger.record(make_payment())
        return ledger

    def note(
        self, ledger: MemoryLedger, number: int, status: str, why: str = "w", by: str = "Counter 1"
    ) -> tuple[Event, PaymentStatus, bool]:
        request = EventRequest(PAYMENT_ID, number, EventStatus(status), why)
        noted = note_event(request, make_till_key(label=by), [BAKERY], ledger=ledger, now=NOW)
        return noted.event, noted.status, noted.replayed

    def test_an_event_says_by_whose_key_it_is(self, ledger: MemoryLedger) -> None:
        confirmed = make_event(status="confirmed", by="Counter 1", why="w")
        assert self.note(ledger, 1, "confirmed") == (confirmed, PaymentStatus.CONFIRMED, False)
        [history] = ledger.histories(KEY.payee_id)
        assert history.events == (confirmed,)

    def test_the_way_of_a_payment_at_the_till(self, ledger: MemoryLedger) -> None:
        steps = ["confirmed", "undone", "confirmed", "reversed", "undone", "undone"]
        told = [self.note(ledger, n, step)[1] for n, step in enumerate(steps, 1)]
        assert told == ["confirmed", "claimed", "confirmed", "reversed", "confirmed", "claimed"]

    def test_an_equal_one_is_a_replay_and_tells_what_the_payment_is_now(
        self, ledger: MemoryLedger
    ) -> None:
        event = self.note(ledger, 1, "confirmed")[0]
        self.note(ledger, 2, "reversed")
        assert self.note(ledger, 1, "confirmed") == (event, PaymentStatus.REVERSED, True)

    @pytest.mark.parametrize(
        "other",
        [
            {"status": "reversed"},
            {"why": "other words"},
            {"by": "Counter 2"},
        ],
    )
    def test_another_under_a_taken_number_is_a_conflict(
        self, ledger: MemoryLedger, other: dict[str, str]
    ) -> None:
        self.note(ledger, 1, "confirmed")
        with pytest.raises(EventConflict) as raised:
            self.note(ledger, 1, **({"status": "confirmed"} | other))
        assert raised.value.status is PaymentStatus.CONFIRMED

    def test_a_settled_one_is_another_even_in_the_same_words(self, ledger: MemoryLedger) -> None:
        ledger.append(
            make_event(status="confirmed", by="Counter 1", why="w", evidence=make_evidence())
        )
        with pytest.raises(EventConflict):
            self.note(ledger, 1, "confirmed")

    @pytest.mark.parametrize(
        ("before", "number", "status", "detail"),
        [
            ([], 1, "undone", "nothing to undo"),
            ([], 2, "confirmed", "next event is number 1"),
            (["confirmed"], 2, "confirmed", "already confirmed by ravi"),
            (["confirmed"], 3, "reversed", "next event is number 2"),
            (["reversed"], 2, "confirmed", "already reversed by ravi"),
            (["confirmed", "undone"], 3, "undone", "nothing to undo"),
        ],
    )
    def test_what_the_payment_is_may_forbid_it(
        self, ledger: MemoryLedger, before: list[str], number: int, status: str, detail: str
    ) -> None:
        for n, one in enumerate(before, 1):
            ledger.append(make_event(number=n, status=one))
        [history] = ledger.histories(KEY.payee_id)
        with pytest.raises(EventNotAllowed, match=detail) as raised:
            self.note(ledger, number, status)
        assert raised.value.status is history.status
        assert list(ledger.histories(KEY.payee_id)) == [history]

    def test_a_payment_of_another_payee_is_unknown(self, ledger: MemoryLedger) -> None:
        request = EventRequest(PAYMENT_ID, 1, EventStatus.CONFIRMED, "w")
        with pytest.raises(UnknownPayment):
            note_event(
                request,
                make_till_key(payee_id="florist"),
                [PayeeId("florist")],
                ledger=ledger,
                now=NOW,
            )

    @pytest.mark.parametrize("by", ["Counter 1", "ravi"])
    def test_somebody_may_be_quicker_between_the_look_and_the_write(self, by: str) -> None:
        class Quicker(MemoryLedger):
            def append(self, event: Event) -> Event | None:
                super().append(make_event(status="confirmed", by=by, why="w"))
                return super().append(event)

        ledger = Quicker()
        ledger.record(make_payment())
        if by == KEY.label:
            assert self.note(ledger, 1, "confirmed")[1:] == (PaymentStatus.CONFIRMED, True)
            return
        with pytest.raises(EventConflict) as raised:
            self.note(ledger, 1, "reversed")
        assert raised.value.status is PaymentStatus.CONFIRMED


@given(
    st.lists(st.tuples(st.sampled_from(["baker", "bakery"]), st.integers(0, 30)), unique=True),
    st.integers(1, 8),
)
def test_a_till_of_several_ids_gives_the_newest_of_all_and_misses_none(
    paid: list[tuple[str, int]], limit: int
) -> None:
    """Page after page, as a till asks: every payment once, the newest first."""
    ledger = MemoryLedger()
    for payee_id, minute in {minute: (one, minute) for one, minute in paid}.values():
        moment = NOW + timedelta(minutes=minute)
        ledger.record(make_payment(make_payment_id(moment, random=minute), payee_id))
    ids = [PayeeId("baker"), PayeeId("bakery")]
    everything = [one.payment for payee_id in ids for one in ledger.histories(payee_id)]
    everything.sort(key=lambda payment: payment.payment_id, reverse=True)
    found = []
    until: datetime | PaymentId = NOW + timedelta(hours=1)
    while bounds := minted_bounds(NOW - timedelta(hours=1), until):
        latest = latest_of(ledger, ids, bounds, limit)
        assert latest.is_all or latest.histories
        found += [history.payment for history in latest.histories]
        if latest.is_all:
            break
        until = found[-1].payment_id
    assert found == everything
