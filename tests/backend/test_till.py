"""A till's part of the API's contract, row by row: in memory and in every DynamoDB."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from werkzeug.test import TestResponse

from payments.documents import full_document
from payments.events import Event
from payments.payee import PayeeId, PayeeStatus
from payments.refusals import LedgerThrottled, LedgerUnavailable
from payments.till_keys import TillKey
from payments.times import format_time
from testkit.factories import (
    BAKERY,
    NOW,
    PAYMENT_ID,
    TILL_KEY,
    make_event,
    make_evidence,
    make_payee,
    make_payment,
    make_payment_id,
)
from tests.backend.api import ADDRESS, LIST, Api, problem
from tests.backend.stores import ATOMIC_STORES, Stores

OTHER_KEY = "0" * 32
FLORIST = "/payees/florist/payments"
MS = timedelta(milliseconds=1)


@pytest.fixture
def api(stores: Stores) -> Api:
    """The API on stores of each kind, with a payment and a key to the bakery's till."""
    ledger, registry = stores
    api = Api(ledger, registry)
    api.make_key()
    ledger.record(make_payment())
    return api


def pointers(response: TestResponse) -> list[str]:
    return [error["pointer"] for error in problem(response, 422, "invalid-fields")["errors"]]


def listed(response: TestResponse) -> list[str]:
    assert response.status_code == 200, response.get_data()
    return [payment["payment_id"] for payment in response.get_json()["payments"]]


class TestListing:
    def test_everything_about_each_payment_and_the_servers_time(self, api: Api) -> None:
        paid = make_payment(
            make_payment_id(NOW - timedelta(hours=1)), method="upi", bank_reference="437276589036"
        )
        settled = make_event(paid.payment_id, status="confirmed", evidence=make_evidence())
        api.ledger.record(paid)
        api.ledger.append(settled)
        response = api.listing()
        assert (response.status_code, response.content_type) == (200, "application/json")
        assert response.headers["Cache-Control"] == "no-store"
        older, newest = api.ledger.histories(BAKERY)
        assert response.get_json() == {
            "payments": [full_document(newest), full_document(older)],
            "next": None,
            "now": format_time(NOW),
        }
        assert response.get_json()["payments"][1]["events"][0]["evidence"]["bank_id"]

    def test_head_tells_whether_the_key_opens(self, api: Api) -> None:
        for key, status in ((TILL_KEY, 200), (OTHER_KEY, 401)):
            response = api.client.head(LIST, headers={"Till-Key": key})
            assert (response.status_code, response.data) == (status, b"")

    def test_the_range_has_its_first_millisecond_and_not_its_last(self, api: Api) -> None:
        hour = timedelta(hours=1)
        minted = [NOW - 2 * hour - MS, NOW - 2 * hour, NOW - hour - MS, NOW - hour]
        ids = [make_payment_id(moment, random=n) for n, moment in enumerate(minted)]
        for payment_id in ids:
            api.ledger.record(make_payment(payment_id))
        found = api.listing(since=format_time(minted[1]), until=format_time(minted[3]))
        assert listed(found) == [ids[2].text, ids[1].text]
        assert listed(api.listing(since=format_time(minted[3] + MS), until=format_time(NOW))) == []

    def test_without_a_range_it_is_a_day_and_what_clocks_ahead_minted(self, api: Api) -> None:
        day = timedelta(days=1)
        ids = [make_payment_id(NOW + shift) for shift in (-day - MS, -day, day - MS)]
        for payment_id in ids:
            api.ledger.record(make_payment(payment_id))
        assert listed(api.listing()) == [ids[2].text, PAYMENT_ID.text, ids[1].text]

    def test_pages_meet_exactly_also_within_a_millisecond(self, api: Api) -> None:
        """Whoever mints ids chooses their time: many of the same hide nothing."""
        ids = [make_payment_id(random=n) for n in range(20_000, 20_023)]
        for n, payment_id in enumerate(ids):
            api.ledger.record(make_payment(payment_id))
            for number in range(1, n % 4 + 1):
                api.ledger.append(make_event(payment_id, number=number))
        found: list[str] = []
        query = {"limit": "5"}
        for _ in range(20):
            page = api.listing(**query)
            found += listed(page)
            assert 1 <= len(page.get_json()["payments"]) <= 5
            for payment in page.get_json()["payments"]:
                number = payment["payment_id"]
                expected = (
                    0 if number == PAYMENT_ID.text else [i.text for i in ids].index(number) % 4
                )
                assert len(payment["events"]) == expected
            if page.get_json()["next"] is None:
                break
            query = {"limit": "5", "until": page.get_json()["next"]}
        assert found == [payment_id.text for payment_id in reversed(ids)] + [PAYMENT_ID.text]

    def test_a_page_that_is_just_full_is_the_last(self, api: Api) -> None:
        other = make_payment_id(random=1)
        api.ledger.record(make_payment(other))
        assert api.listing(limit="2").get_json()["next"] is None
        assert api.listing(limit="1").get_json()["next"] == PAYMENT_ID.text
        assert listed(api.listing(limit="1", until=PAYMENT_ID.text)) == [other.text]
        assert listed(api.listing(limit="1", until=other.text)) == []

    @pytest.mark.parametrize(
        ("query", "wrong"),
        [
            ({"since": "yesterday"}, ["/since"]),
            ({"until": "2026-03-01"}, ["/until"]),
            ({"limit": "0"}, ["/limit"]),
            ({"limit": "201"}, ["/limit"]),
            ({"since": "2026-01-01T00:00:00Z", "until": "2026-03-01T00:00:00Z"}, ["/since"]),
            ({"since": "2026-03-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}, ["/since"]),
            ({"sicne": "x", "limit": "x"}, ["/limit", "/sicne"]),
        ],
    )
    def test_wrong_parameters_are_named(
        self, api: Api, query: dict[str, str], wrong: list[str]
    ) -> None:
        assert pointers(api.listing(**query)) == wrong

    def test_a_parameter_said_twice_is_no_riddle(self, api: Api) -> None:
        assert pointers(api.listing(address=f"{LIST}?limit=1&limit=2")) == ["/limit"]

    def test_no_other_payees_payments_are_in_it(self, api: Api) -> None:
        """Whose ids begin alike, too."""
        for payee_id in ("town-baker", "town-bakery2", "town-bakery-2", "florist", "town"):
            api.ledger.record(make_payment(make_payment_id(random=1), payee_id))
            api.make_key(OTHER_KEY, payee_id)
        assert listed(api.listing()) == [PAYMENT_ID.text]
        assert {p["payee_id"] for p in api.listing().get_json()["payments"]} == {BAKERY}
        assert listed(api.listing(OTHER_KEY, FLORIST)) == [make_payment_id(random=1).text]

    def test_a_closed_payee_still_sees_what_was_recorded(self, api: Api) -> None:
        api.registry.register(make_payee(status=PayeeStatus.CLOSED))
        assert listed(api.listing()) == [PAYMENT_ID.text]
        assert api.note().status_code == 201


class TestNoting:
    def test_a_new_event_is_noted_by_the_keys_label(self, api: Api) -> None:
        response = api.note("confirmed")
        assert response.status_code == 201
        assert response.headers["Cache-Control"] == "no-store"
        assert response.get_json() == {
            "payee_id": BAKERY,
            "payment_id": PAYMENT_ID.text,
            "n": 1,
            "status": "confirmed",
            "event": {
                "status": "confirmed",
                "by": "Till",
                "why": "seen at the till",
                "recorded_at": format_time(NOW),
                "evidence": None,
            },
        }
        [payment] = api.listing().get_json()["payments"]
        assert payment["status"] == "confirmed"
        assert payment["events"] == [response.get_json()["event"]]
        assert api.get().get_json()["status"] == "confirmed"

    def test_a_replay_gets_the_event_as_it_stands(self, api: Api) -> None:
        first = api.note("confirmed")
        api.now += timedelta(minutes=5)
        again = api.note("confirmed", why="seen at the till")
        assert (again.status_code, again.data) == (200, first.data)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert "Idempotency-Replayed" not in first.headers

    def test_the_same_number_with_another_event_is_a_conflict(self, api: Api) -> None:
        api.note("confirmed")
        for response in (
            api.note("reversed", why="x"),
            api.note("confirmed", why="other words"),
            self.by_another_key(api),
        ):
            document = problem(response, 409, "event-conflict")
            assert document["payment_status"] == "confirmed"
        assert len(api.listing().get_json()["payments"][0]["events"]) == 1

    @staticmethod
    def by_another_key(api: Api) -> TestResponse:
        api.make_key(OTHER_KEY, label="Counter 2")
        return api.note("confirmed", key=OTHER_KEY)

    def test_what_the_state_does_not_allow_is_refused(self, api: Api) -> None:
        for response in (api.note("undone"), api.note("confirmed", n=2)):
            document = problem(response, 409, "event-refused")
            assert (document["payment_status"], bool(document["detail"])) == ("claimed", True)
        api.note("confirmed")
        document = problem(api.note("confirmed", n=2), 409, "event-refused")
        assert document["payment_status"] == "confirmed"
        assert document["detail"] == "already confirmed by Till"

    def test_a_mistake_is_taken_back(self, api: Api) -> None:
        told = [
            api.note("confirmed"),
            api.note("reversed", n=2, why="a false note"),
            api.note("undone", n=3),
            api.note("undone", n=4),
        ]
        assert [response.status_code for response in told] == [201] * 4
        statuses = [response.get_json()["status"] for response in told]
        assert statuses == ["confirmed", "reversed", "confirmed", "claimed"]
        [payment] = api.listing().get_json()["payments"]
        whys = [event["why"] for event in payment["events"]]
        assert whys == ["seen at the till", "a false note", *["taken back at the till"] * 2]

    def test_a_payment_never_recorded_is_unknown(self, api: Api) -> None:
        nowhere = f"{LIST}/{make_payment_id(random=1)}"
        problem(api.note(address=nowhere), 404, "unknown-payment")

    def test_a_key_writes_to_its_own_payee_only(self, api: Api) -> None:
        """The florist has a payment of the same id; the bakery's key does not reach it."""
        api.registry.register(make_payee("florist"))
        api.ledger.record(make_payment(payee_id="florist"))
        problem(api.note(address=f"{FLORIST}/{PAYMENT_ID}"), 401, "till-key")
        api.note()
        [history] = api.ledger.histories(PayeeId("florist"))
        assert history.events == ()

    @pytest.mark.parametrize(
        ("n", "document", "wrong"),
        [
            ("0", {}, ["/n"]),
            ("01", {}, ["/n"]),
            ("100", {}, ["/n"]),
            ("1", {"by": "the boss"}, ["/by"]),
            ("1", {"why": ""}, ["/why"]),
            ("1", {"why": "a\u200bb"}, ["/why"]),
            ("x", {"why": 1, "note": 1}, ["/n", "/note", "/why"]),
        ],
    )
    def test_invalid_fields_are_named_all_at_once(
        self, api: Api, n: str, document: dict[str, Any], wrong: list[str]
    ) -> None:
        assert pointers(api.note(n=n, **document)) == wrong

    @pytest.mark.parametrize(
        ("body", "kind", "status", "code"),
        [
            (b"{", "application/json", 400, "malformed-json"),
            (b'{"status": "confirmed", "status": "undone"}', "application/json", 400, None),
            (b"[]", "application/json", 400, "malformed-json"),
            (b" " * 4097, "application/json", 413, "body-too-large"),
            (b"{}", "text/plain", 415, "unsupported-media-type"),
            (b"{}", "application/json", 422, "invalid-fields"),
        ],
    )
    def test_a_body_is_read_as_strictly_as_a_payments(
        self, api: Api, body: bytes, kind: str, status: int, code: str | None
    ) -> None:
        headers = {"Till-Key": TILL_KEY, "Content-Type": kind}
        response = api.client.put(f"{ADDRESS}/events/1", data=body, headers=headers)
        problem(response, status, code or "malformed-json")


class TestTheKey:
    @pytest.fixture
    def api(self, api: Api) -> Api:
        api.registry.register(make_payee("florist"))
        api.make_key(OTHER_KEY, "florist")
        api.make_key("1" * 32)
        api.registry.revoke_till_key(BAKERY, 2, NOW)
        return api

    def refused(self, api: Api) -> Iterator[TestResponse]:
        """Every kind of wrong, of both requests."""
        every: list[tuple[str | None, str]] = [
            (None, BAKERY),
            ("", BAKERY),
            ("2" * 32, BAKERY),
            (TILL_KEY[:-1], BAKERY),
            (TILL_KEY + "0", BAKERY),
            ("\u00e9" * 32, BAKERY),
            ("x" * 7000, BAKERY),
            (OTHER_KEY, BAKERY),  # another payee's
            ("1" * 32, BAKERY),  # revoked
            (TILL_KEY, "florist"),
            (TILL_KEY, "nobody"),
            (TILL_KEY, "No-Slug"),
            (TILL_KEY, "x" * 200),
        ]
        for key, payee_id in every:
            where = f"/payees/{payee_id}/payments"
            yield api.listing(key, where)
            yield api.listing(key, f"{where}?limit=wrong")
            yield api.note(key=key, address=f"{where}/{PAYMENT_ID}")
            yield api.note("wrong", n="wrong", key=key, address=f"{where}/wrong")

    def test_every_kind_of_wrong_gets_the_same_answer(self, api: Api) -> None:
        answers = list(self.refused(api))
        assert len(answers) == 52
        for answer in answers:
            problem(answer, 401, "till-key")
            assert answer.headers["WWW-Authenticate"] == "Till-Key"
        assert len({(answer.data, str(answer.headers)) for answer in answers}) == 1
        assert api.listing().status_code == 200

    def test_it_is_judged_before_anything_else_is_read(self, api: Api) -> None:
        headers = {"Till-Key": OTHER_KEY, "Content-Type": "text/plain"}
        answer = api.client.put(f"{ADDRESS}/events/1", data=b"x" * 9999, headers=headers)
        problem(answer, 401, "till-key")

    def test_nobody_refused_reads_or_writes_the_ledger(self, api: Api) -> None:
        class Untouchable:
            def __getattr__(self, name: str) -> Any:
                raise AssertionError(f"the ledger was asked to {name}")

        guarded = replace(api, ledger=Untouchable())
        for answer in self.refused(guarded):
            assert answer.status_code == 401

    def test_a_revoked_key_stops_at_once_and_a_new_one_opens_at_once(self, api: Api) -> None:
        assert api.listing().status_code == 200
        api.registry.revoke_till_key(BAKERY, 1, NOW)
        problem(api.listing(), 401, "till-key")
        problem(api.note(), 401, "till-key")
        api.make_key("3" * 32)
        assert api.listing("3" * 32).status_code == 200

    def test_it_may_be_typed_in_small_letters_and_groups(self, api: Api) -> None:
        typed = " ".join(TILL_KEY[at : at + 4] for at in range(0, 32, 4)).lower().replace("0", "o")
        assert api.listing(typed).status_code == 200

    def test_it_is_no_parameter_and_no_other_header(self, api: Api) -> None:
        problem(api.listing(None, f"{LIST}?Till-Key={TILL_KEY}"), 401, "till-key")
        for headers in ({"Authorization": f"Till-Key {TILL_KEY}"}, {"X-Till-Key": TILL_KEY}):
            problem(api.client.get(LIST, headers=headers), 401, "till-key")


@pytest.mark.parametrize("stores", ["memory"], indirect=True)
class TestTheSameWork:
    def test_every_refusal_looks_the_payees_keys_up_once(self, api: Api) -> None:
        asked: list[str] = []
        real: Callable[[PayeeId], list[TillKey]] = api.registry.till_keys

        def counting(payee_id: PayeeId) -> list[TillKey]:
            asked.append(payee_id)
            return real(payee_id)

        api.registry.till_keys = counting  # type: ignore[method-assign]
        for key, payee_id in ((None, BAKERY), (OTHER_KEY, BAKERY), (TILL_KEY, "nobody")):
            asked.clear()
            api.listing(key, f"/payees/{payee_id}/payments")
            assert asked == [payee_id]

    @pytest.mark.parametrize(
        ("error", "status"), [(LedgerThrottled("secret"), 429), (LedgerUnavailable("secret"), 503)]
    )
    def test_an_outage_says_when_to_try_again(
        self, api: Api, error: Exception, status: int
    ) -> None:
        def fail(*_: object) -> Any:
            raise error

        for broken in (api.registry, api.ledger):
            for name in ("till_keys", "latest", "histories"):
                if hasattr(broken, name):
                    setattr(broken, name, fail)
        for response in (api.listing(), api.note()):
            problem(response, status, "ledger-unavailable")
            assert int(response.headers["Retry-After"]) > 0
            assert b"secret" not in response.data


@pytest.mark.parametrize("stores", ATOMIC_STORES, indirect=True)
class TestRaces:
    def at_once(self, *acts: Callable[[], TestResponse | Event | None]) -> list[Any]:
        start = Barrier(len(acts))

        def run(act: Callable[[], object]) -> object:
            start.wait(10)
            return act()

        with ThreadPoolExecutor(len(acts)) as threads:
            return list(threads.map(run, acts))

    def test_of_two_tills_that_confirm_at_once_one_does(self, api: Api) -> None:
        api.make_key(OTHER_KEY, label="Counter 2")
        _ = api.client
        answers = self.at_once(api.note, lambda: api.note(key=OTHER_KEY))
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        [loser] = [answer for answer in answers if answer.status_code == 409]
        assert problem(loser, 409, "event-conflict")["payment_status"] == "confirmed"
        [payment] = api.listing().get_json()["payments"]
        assert (payment["status"], len(payment["events"])) == ("confirmed", 1)

    def test_of_two_that_share_a_key_one_notes_and_the_other_is_a_replay(self, api: Api) -> None:
        _ = api.client
        answers = self.at_once(*[api.note] * 8)
        assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
        assert len({answer.data for answer in answers}) == 1

    def test_the_desk_and_a_till_at_the_same_moment_note_one_event(self, api: Api) -> None:
        _ = api.client
        settled = make_event(status="confirmed", by="ravi", evidence=make_evidence())

        def at_the_desk() -> Event | None:
            while True:
                try:
                    return api.ledger.append(settled)
                except LedgerThrottled:
                    continue

        answer, standing = self.at_once(api.note, at_the_desk)
        [payment] = api.listing().get_json()["payments"]
        [event] = payment["events"]
        if standing is None:
            problem(answer, 409, "event-conflict")
            assert event["by"] == "ravi"
        else:
            assert (answer.status_code, event["by"]) == (201, "Till")


class TestFormerIds:
    """A payee that was renamed has one till, and what was paid under its former id is in it."""

    @pytest.fixture
    def renamed(self, api: Api) -> Api:
        ids = (PayeeId("baker"), BAKERY)
        for payee_id in ids:
            api.registry.register(replace(make_payee(payee_id), ids=ids))
        return api

    def test_a_page_that_a_phone_still_has_records_and_a_replay_stays_one(
        self, renamed: Api
    ) -> None:
        assert renamed.put().status_code == 200  # recorded before the renaming
        later = f"/payees/{BAKERY}/payments/{make_payment_id(NOW, random=9)}"
        assert renamed.put(address=later).status_code == 201
        assert renamed.put(address=later).status_code == 200
        assert renamed.get(later).status_code == 200

    def test_one_till_whatever_the_address_and_the_key(self, renamed: Api) -> None:
        new = make_payment(make_payment_id(NOW + MS, random=1), "baker")
        renamed.ledger.record(new)
        both = [new.payment_id.text, str(PAYMENT_ID)]
        renamed.make_key(secret=OTHER_KEY, payee_id="baker")
        for key in (TILL_KEY, OTHER_KEY):
            for address in (LIST, "/payees/baker/payments"):
                assert listed(renamed.listing(key, address)) == both
        first = renamed.listing(address="/payees/baker/payments", limit="1")
        assert (listed(first), first.get_json()["next"]) == (both[:1], both[0])
        problem(renamed.listing(address=FLORIST), 401, "till-key")

    def test_what_was_paid_under_the_former_id_is_confirmed_there(self, renamed: Api) -> None:
        address = f"/payees/baker/payments/{PAYMENT_ID}/events/1"
        for status in (201, 200):
            answer = renamed.client.put(
                address, json={"status": "confirmed"}, headers={"Till-Key": TILL_KEY}
            )
            assert answer.status_code == status, answer.get_data()
        [history] = renamed.ledger.histories(BAKERY)
        assert history.status == "confirmed"
