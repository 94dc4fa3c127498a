"""What Lambda calls, held against what AWS documents of its callers: a fake of each contract."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from backend.dynamo_registry import DynamoRegistry
from backend.table import payment_to_item, table_definition
from notices import entry
from notices.entry import Office
from notices.outcome import NotTold
from payments.addressee import OF_A_PAYMENT, Addressee, NoticeKind
from payments.payee import Payee, PayeeId
from testkit.factories import make_payee, make_payment, make_payment_id

ENVIRONMENT = {
    "LEDGER_TABLE": "l",
    "REGISTRY_TABLE": "r",
    "NOTICES_TABLE": "n",
    "QUEUE_URL": "q",
    "SECRETS_PATH": "/x",
    "TIME_ZONE": "Asia/Kolkata",
}
SHOP = "https://shop.example/"


class Sqs:
    """`refuses` says which calls fail, by their number; `queued` is what was taken, in order."""

    def __init__(self) -> None:
        self.queued: list[str] = []
        self.calls = 0
        self.refuses: Callable[[int, list[dict[str, str]]], set[str]] = lambda *_: set()

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803 (boto3's)
        self.calls += 1
        refused = self.refuses(self.calls, Entries)
        self.queued += [one["MessageBody"] for one in Entries if one["Id"] not in refused]
        assert QueueUrl == "q"
        assert len(Entries) <= 10
        return {"Failed": [{"Id": one} for one in refused]} if refused else {}


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        for table in "lrn":
            client.create_table(**table_definition(table))
        found = Office(ENVIRONMENT)
        found._clients["sqs"] = Sqs()
        monkeypatch.setattr(entry, "_office", lambda: found)
        yield found


def queue_of(office: Office) -> Sqs:
    found = office._clients["sqs"]
    assert isinstance(found, Sqs)
    return found


def register(office: Office, *told: Addressee, payee_id: str = "usha") -> Payee:
    payee = replace(make_payee(payee_id), notify=told)
    DynamoRegistry(boto3.client("dynamodb", region_name="us-east-1"), "r").register(payee)
    return payee


def stream_row(number: int, payee_id: str = "usha") -> dict[str, Any]:
    item = payment_to_item(make_payment(make_payment_id(random=number), payee_id))
    return {
        "eventSource": "aws:dynamodb",
        "eventName": "INSERT",
        "dynamodb": {"Keys": {key: item[key] for key in ("PK", "SK")}, "NewImage": item},
    }


class Mapping:
    """A stream's event source mapping as AWS documents it: one batch of a shard at a time, tried
    again until it is taken or too old, halved when it fails, and at last sent to the failure queue
    (https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html). No emulator does that:
    this is a fake of what is written there."""

    def __init__(self, most_tries: int) -> None:
        self.most_tries = most_tries
        self.missed: list[list[dict[str, Any]]] = []

    def hand_out(self, rows: list[dict[str, Any]]) -> None:
        for _ in range(self.most_tries):
            try:
                entry.handle({"Records": rows}, None)
            except Exception:  # noqa: BLE001 (whatever it is, the mapping halves the batch)
                if len(rows) > 1:
                    half = len(rows) // 2
                    self.hand_out(rows[:half])
                    self.hand_out(rows[half:])
                    return
            else:
                return
        self.missed.append(rows)


def told_numbers(office: Office) -> list[str]:
    """Each subject when it was first queued."""
    return list(dict.fromkeys(json.loads(one)["subject"] for one in queue_of(office).queued))


def test_a_fake_of_the_mappings_contract_halves_and_tries_again_and_order_is_kept(
    office: Office,
) -> None:
    register(office, Addressee(SHOP, OF_A_PAYMENT, "shop"))
    queue_of(office).refuses = lambda call, entries: {entries[-1]["Id"]} if call % 7 == 3 else set()
    mapping = Mapping(most_tries=10)
    mapping.hand_out([stream_row(number) for number in range(40)])
    assert mapping.missed == []
    assert told_numbers(office) == [make_payment_id(random=number).text for number in range(40)]


def test_a_fake_of_the_mappings_contract_names_what_was_missed_and_goes_on(office: Office) -> None:
    register(office, Addressee(SHOP, OF_A_PAYMENT, "shop"))
    lost = make_payment_id(random=3).text
    queue_of(office).refuses = lambda _, entries: {
        one["Id"] for one in entries if lost in one["MessageBody"]
    }
    mapping = Mapping(most_tries=3)
    mapping.hand_out([stream_row(number) for number in range(8)])
    assert mapping.missed == [[stream_row(3)]]
    assert len(told_numbers(office)) == 7


def test_no_call_of_the_queue_has_two_of_a_group(office: Office) -> None:
    """It may take the second and not the first."""
    register(office, Addressee(SHOP, OF_A_PAYMENT, "shop"))
    register(office, Addressee(SHOP, OF_A_PAYMENT, "shop"), payee_id="ravi")

    def look(_: int, entries: list[dict[str, str]]) -> set[str]:
        groups = [one["MessageGroupId"] for one in entries]
        assert len(groups) == len(set(groups))
        return set()

    queue_of(office).refuses = look
    rows = [stream_row(number, payee) for number in range(5) for payee in ("usha", "ravi")]
    entry.handle({"Records": rows}, None)
    assert queue_of(office).calls == 5
    assert len(queue_of(office).queued) == 10


def test_an_evening_is_the_one_that_was_meant_however_late_it_is_called(office: Office) -> None:
    register(office, Addressee("mailto:usha@example.org", (NoticeKind.DAY,)))
    said = entry.handle({"evening": "2026-03-01T15:30:00Z"}, None)
    assert said == {"queued": 1}
    (message,) = queue_of(office).queued
    assert json.loads(message)["subject"] == "2026-03-01T15:00:00.000Z"


def test_a_trial_waits_for_no_address_longer_and_says_which_failed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Side by side: each of them waits until all are asked."""
    names = [f"https://{number}.example/" for number in range(8)]
    register(office, *(Addressee(name, OF_A_PAYMENT, "shop") for name in names))
    together = threading.Barrier(len(names), timeout=20)
    over = threading.Event()

    def tell_trial(_: Payee, addressee: Addressee, _trial: str) -> None:
        together.wait()
        if addressee.to == names[2]:
            raise NotTold("the answer was 500")
        if addressee.to == names[5]:
            over.wait(30)

    monkeypatch.setattr(type(office.teller), "tell_trial", staticmethod(tell_trial))
    monkeypatch.setattr(entry, "_TEST_SECONDS", 2.0)
    said = entry.handle({"test": "usha"}, None)
    over.set()
    assert {one["to"]: one["why"] for one in said["told"] if one["why"]} == {
        names[2]: "the answer was 500",
        names[5]: "no answer in 2 seconds",
    }
    assert [one["to"] for one in said["told"]] == names


# As https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html and
# https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html write them, shortened.
BOUNCE = {
    "eventType": "Bounce",
    "bounce": {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [
            {
                "emailAddress": "Usha@example.org",
                "action": "failed",
                "status": "5.1.1",
                "diagnosticCode": "smtp; 550 5.1.1 user unknown",
            }
        ],
        "timestamp": "2017-08-05T00:41:02.669Z",
        "feedbackId": "01000157c44f053b-61b59c11",
        "reportingMTA": "dsn; mta.example.com",
    },
    "mail": {"timestamp": "2017-08-05T00:40:02.012Z", "source": "Usha <pay@example.org>",
             "destination": ["usha@example.org"], "tags": {"ses:configuration-set": ["x"]}},
}  # fmt: skip
COMPLAINT = {
    "eventType": "Complaint",
    "complaint": {
        "complainedRecipients": [{"emailAddress": "ravi@example.org"}],
        "timestamp": "2017-08-05T00:41:02.669Z",
        "feedbackId": "01000157c44f053b-61b59c11",
        "complaintSubType": None,
        "complaintFeedbackType": "abuse",
    },
    "mail": {"destination": ["ravi@example.org"]},
}


def by_sns(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "Records": [
            {
                "EventVersion": "1.0",
                "EventSource": "aws:sns",
                "EventSubscriptionArn": "arn:aws:sns:us-east-1:1:x:2",
                "Sns": {
                    "Type": "Notification",
                    "Message": json.dumps(message),
                },
            }
        ]
    }


def test_a_mailbox_that_bounced_or_complained_gets_no_mail_any_more(office: Office) -> None:
    for message in (BOUNCE, COMPLAINT):
        assert entry.handle(by_sns(message), None) is None
    for mailbox in ("usha@example.org", "ravi@example.org"):
        assert office.rows.unsubscribe_token(PayeeId("any"), mailbox, "t" * 32) is None
    assert [one for one, _ in sorted(office.rows.stopped())] == [
        "ravi@example.org", "usha@example.org"
    ]  # fmt: skip


def test_one_click_of_a_mail_program_ends_its_mail_as_rfc_8058_says(office: Office) -> None:
    """A POST of a form with that one field, without cookies, as an HTTP API hands it over."""
    payee = register(office, Addressee("mailto:usha@example.org", (NoticeKind.DAY,)))
    token = office.rows.unsubscribe_token(payee.payee_id, "usha@example.org", "t" * 32)
    click = {
        "version": "2.0",
        "routeKey": "ANY /stop/{token}",
        "rawPath": f"/stop/{token}",
        "rawQueryString": "",
        "headers": {"content-type": "application/x-www-form-urlencoded"},
        "requestContext": {"http": {"method": "POST", "path": f"/stop/{token}"}},
        "body": "TGlzdC1VbnN1YnNjcmliZT1PbmUtQ2xpY2s=",
        "isBase64Encoded": True,
    }
    for _ in range(2):  # a program may send it twice
        assert entry.handle(click, None)["statusCode"] == 200
    assert office.rows.unsubscribe_token(payee.payee_id, "usha@example.org", "u" * 32) is None
    assert office.rows.unsubscribe_token(PayeeId("ravi"), "usha@example.org", "u" * 32)
