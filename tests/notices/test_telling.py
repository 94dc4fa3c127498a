"""What is told is what the ledger says, to whom the roster says, and to nobody else."""

import json
import socket
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.table import event_to_item, payment_to_item
from cli.local.memory import MemoryLedger, MemoryRegistry
from notices.messages import Text
from notices.notice import (
    Notice,
    message_to_notice,
    notice_to_message,
    plan_notices,
    row_to_happening,
)
from notices.outcome import NotTold
from notices.push import push
from notices.queue import NotYet
from notices.signing import write_secret
from notices.telling import Teller
from payments.addressee import OF_A_PAYMENT, Addressee, NoticeKind
from payments.erasing import erased
from payments.payee import Payee
from testkit.factories import (
    BAKERY,
    NOW,
    PAYMENT_ID,
    make_event,
    make_evidence,
    make_payee,
    make_payment,
    make_payment_id,
)

SHOP = Addressee("https://shop.example/", OF_A_PAYMENT, "shop")
BANK = Addressee("ntfy://topic", (NoticeKind.SETTLED,))
TELEGRAM = Addressee("tgram://{secret}/12", (NoticeKind.RECORDED,), "telegram", "hi")
BATCH = "statement.csv; batch 2026-03-01-abc"


class Office:
    """What was sent, and how."""

    def __init__(self, *told: Addressee) -> None:
        self.ledger, self.registry = MemoryLedger(), MemoryRegistry()
        self.registry.register(replace(make_payee(), notify=told))
        self.posted: list[tuple[str, dict[str, str], Any]] = []
        self.pushed: list[tuple[str, Text]] = []
        self.now = NOW + timedelta(minutes=5)
        self.teller = Teller(
            self.ledger, self.registry, self, self._post, self._push, self._mail, lambda: self.now,
            self, ZoneInfo("Europe/Berlin"),
        )  # fmt: skip
        self.known: set[Notice] = set()

    def was_told(self, notice: Notice) -> bool:
        return notice in self.known

    def keep_told(self, notice: Notice, now: datetime) -> None:
        assert now == self.now
        self.known.add(notice)

    def value(self, name: str) -> str:
        if name == "telegram":
            return "123:abc\n"
        if name == "shop":
            return write_secret(b"s" * 32)
        raise NotTold(f"there is no secret “{name}”")

    def _post(self, url: str, headers: dict[str, str], body: bytes) -> None:
        self.posted.append((url, headers, json.loads(body)))

    def _push(self, url: str, text: Text) -> None:
        self.pushed.append((url, text))

    def _mail(self, payee: Payee, mailbox: str, text: Text, notice_id: str) -> None:
        raise AssertionError((payee, mailbox, text, notice_id))


def notice(number: int = 0, kind: str = "recorded", to: Addressee = SHOP) -> Notice:
    return Notice(NoticeKind(kind), BAKERY, to.to, PAYMENT_ID.text, number)


def test_a_document_is_the_same_whatever_happened_since() -> None:
    office = Office(SHOP)
    office.ledger.record(make_payment())
    office.teller.tell(notice())
    office.ledger.append(make_event(status="confirmed", why="seen"))
    office.teller.tell(notice())
    office.teller.tell(notice(1, "confirmed"))
    first, again, confirmed = (document for _, _, document in office.posted)
    assert first == again
    assert (first["type"], first["data"]["status"]) == ("payment.recorded", "claimed")
    assert (confirmed["type"], confirmed["data"]["status"]) == ("payment.confirmed", "confirmed")
    assert [headers["webhook-id"] for _, headers, _ in office.posted] == [
        f"town-bakery_{PAYMENT_ID}_0", f"town-bakery_{PAYMENT_ID}_0", f"town-bakery_{PAYMENT_ID}_1"
    ]  # fmt: skip


def test_what_was_erased_meanwhile_is_told_to_nobody() -> None:
    office = Office(SHOP)
    office.ledger.record(payment := make_payment(payer_id="Asha", reason="Lunch"))
    office.ledger.erase(payment, make_event(status="erased"))
    office.teller.tell(notice())
    assert erased(payment).payer_id == office.posted[0][2]["data"]["payer_id"] != "Asha"


@pytest.mark.parametrize("told", [(), (BANK,), (replace(SHOP, kinds=(NoticeKind.DAY,)),)])
def test_who_is_not_named_any_more_is_not_told(told: tuple[Addressee, ...]) -> None:
    office = Office(*told)
    office.ledger.record(make_payment())
    office.teller.tell(notice())
    assert office.posted == []


def test_what_the_ledger_does_not_have_yet_is_asked_again() -> None:
    with pytest.raises(NotTold, match="the ledger does not have it"):
        Office(SHOP).teller.tell(notice(1, "confirmed"))


def test_a_secret_stands_in_the_address_only_when_it_is_sent() -> None:
    office = Office(TELEGRAM)
    office.ledger.record(make_payment())
    office.teller.tell(notice(to=TELEGRAM))
    ((url, text),) = office.pushed
    assert url == "tgram://123:abc/12"
    assert "बताया" in text.title


def test_what_was_pushed_is_not_pushed_again_and_what_failed_is() -> None:
    office = Office(TELEGRAM, SHOP)
    office.ledger.record(make_payment())
    for _ in range(2):  # handed out twice: the function was killed before it could say so
        office.teller.tell(notice(to=TELEGRAM))
        office.teller.tell(notice(to=SHOP))
    assert len(office.pushed) == 1
    assert len(office.posted) == 2  # a receiver knows it by its id

    failing = replace(office.teller, push=_refuse)
    office.known.clear()
    with pytest.raises(NotTold):
        failing.tell(notice(to=TELEGRAM))
    office.teller.tell(notice(to=TELEGRAM))
    assert len(office.pushed) == 2


def _refuse(_url: str, _text: Text) -> None:
    raise NotTold("the service refused it")


def test_a_day_on_which_clocks_change_is_from_evening_to_evening() -> None:
    """On 2026-03-29 Berlin's day has 23 hours: nothing is told in two days."""
    daily = Addressee("ntfy://topic", (NoticeKind.DAY,))
    office = Office(daily)
    for random, hour in enumerate((19, 20, 21)):  # in UTC: 20:30, 21:30 and 22:30 the day before
        at = datetime(2026, 3, 28, hour, 30, tzinfo=UTC)
        office.ledger.record(make_payment(make_payment_id(at, random), recorded_at=at))
    office.teller.tell(Notice(NoticeKind.DAY, BAKERY, daily.to, "2026-03-29T19:00:00.000Z"))
    assert "(Payments: 2)" in office.pushed[0][1].lines[0][1]


def test_a_missing_secret_is_a_reason() -> None:
    office = Office(replace(SHOP, secret="lost"))
    office.ledger.record(make_payment())
    with pytest.raises(NotTold, match="there is no secret “lost”"):
        office.teller.tell(notice())


def test_a_batch_is_told_once_it_is_whole() -> None:
    office = Office(BANK)
    office.ledger.record(make_payment())
    settled_at = office.now - timedelta(seconds=20)
    event = make_event(
        status="confirmed", why=BATCH, evidence=make_evidence(), recorded_at=settled_at
    )
    office.ledger.append(event)
    whole = Notice(NoticeKind.SETTLED, BAKERY, BANK.to, "2026-03-01-abc")
    with pytest.raises(NotYet):
        office.teller.tell(whole)
    office.now += timedelta(minutes=2)
    office.teller.tell(whole)
    assert "50.00 INR" in office.pushed[0][1].title


def test_a_row_of_the_ledger_says_what_happened() -> None:
    payment = make_payment()
    settled = make_event(status="confirmed", why=BATCH, evidence=make_evidence(), number=12)
    by_hand = make_event(status="confirmed", why=BATCH, number=2)
    by_alert = make_event(
        status="confirmed", why=BATCH, evidence=make_evidence("ALERT-1"), number=3
    )
    items: list[Any] = [payment_to_item(payment), *map(event_to_item, (settled, by_hand, by_alert))]
    found = [row_to_happening({key: item[key] for key in ("PK", "SK")}, item) for item in items]
    assert [(one.kind, one.number, one.batch) for one in found] == [
        ("recorded", 0, ""),
        ("confirmed", 12, "2026-03-01-abc"),
        ("confirmed", 2, ""),
        ("confirmed", 3, ""),  # a bank's message: no statement settled it
    ]
    planned = list(plan_notices([*found, *found], lambda _: (SHOP, BANK)))
    assert [one.kind for one in planned if one.to == BANK.to] == ["settled"]
    assert len([one for one in planned if one.to == SHOP.to]) == 8
    assert len({one.group for one in planned}) == 2


@pytest.mark.parametrize("sort", ["COUNT#2026-03-01#1", "PAYMENT#short", "EVIDENCE", "TILL#1"])
def test_a_row_that_is_no_payments_is_refused(sort: str) -> None:
    with pytest.raises(ValueError, match="is of no payment"):
        row_to_happening({"PK": {"S": "PAYEE#a"}, "SK": {"S": sort}}, {})


@pytest.mark.parametrize(
    "one",
    [
        notice(),
        notice(3, "undone"),
        Notice(NoticeKind.SETTLED, BAKERY, SHOP.to, "März 2026.csv"),
        Notice(NoticeKind.DAY, BAKERY, SHOP.to, "2026-03-01T21:00:00.000Z"),
    ],
)
def test_a_notice_survives_the_queue_and_its_id_the_specification(one: Notice) -> None:
    assert message_to_notice(notice_to_message(one)) == one
    assert "." not in one.notice_id
    assert one.notice_id.isascii()
    assert len(one.group) <= 128


APPRISES_OWN = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
TEXT = Text("A title", (("", "a line"),), "en")


@APPRISES_OWN
@pytest.mark.parametrize(
    "url", ["json://127.0.0.1:9/x", "json://localhost:9/", "ntfy://127.0.0.1/t"]
)
def test_push_leads_into_no_private_network(url: str) -> None:
    with pytest.raises(NotTold):
        push(url, TEXT)


@APPRISES_OWN
def test_a_service_that_answers_a_byte_at_a_time_is_left() -> None:
    """Each read of Apprise's may take its seconds, and there is no end of them."""
    over = threading.Event()

    def drip() -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nx: ")
            while not over.wait(0.05):
                connection.sendall(b"y")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        port = server.getsockname()[1]
        with pytest.raises(NotTold, match=r"no answer in 0\.5 seconds"):
            push(f"json://127.0.0.1:{port}/x", TEXT, {"127.0.0.1"}, longest_seconds=0.5)
        over.set()
        thread.join(5)


@APPRISES_OWN
def test_push_does_not_even_connect_there_and_leaves_other_look_ups_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        with pytest.raises(NotTold):
            push(f"json://127.0.0.1:{server.getsockname()[1]}/x", TEXT)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert socket.getaddrinfo("127.0.0.1", 80)
