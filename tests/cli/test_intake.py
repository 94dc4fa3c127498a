"""Bank alerts on the command line: an address for them, how they are read, what they propose."""

import csv
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest

from backend.table import table_definition
from cli.intake.patterns_file import SHIPPED, check_patterns, parse_patterns
from cli.system import System
from intake.alert import Alert, Posted
from intake.door import answer
from intake.rows import AlertRows
from payments.events import EventStatus, History, PaymentStatus, standing_events
from payments.payee import PayeeId
from payments.payment_id import PaymentId
from testkit.factories import NOW
from tests.cli.conftest import Login
from tests.cli.desk import SITE, Desk
from tests.cli.ledgers import record

NUMBER = "437276589036"
HDFC = (
    "Credit Alert!\nRs.{amount} credited to HDFC Bank A/c XX1234 on 01-03-26 from VPA {payer} "
    "(UPI {number})"
)
DOOR = "https://door.example"
SINCE = "2026-02-20"
HEAD = "Date,Description,Ref No,Payer name,Amount\n2026-02-27,Rent,B0,LANDLORD,-9.00\n"


@pytest.fixture
def rows(system: System) -> AlertRows:
    """The table of a system that has an intake."""
    name = f"{system.ledger_table.removesuffix('-ledger')}-intake"
    client = boto3.client("dynamodb", region_name="us-east-1")
    client.create_table(**table_definition(name))
    rows = AlertRows(client, name)
    rows.tell_door_url(DOOR)
    return rows


Send = Callable[..., None]


@pytest.fixture
def send(rows: AlertRows) -> Send:
    """A message comes."""

    def send(text: str = "", sender: str = "VM-HDFCBK", minute: int = 0, **facts: str) -> None:
        at = NOW + timedelta(minutes=minute)
        told = text or HDFC.format(
            **{"amount": "50.00", "payer": "ASHA RAO", "number": NUMBER} | facts
        )
        rows.keep(Alert(Posted(sender, told, at), at, 1), 60)

    return send


@pytest.fixture
def ids(aws_desk: Desk, system: System) -> list[PaymentId]:
    aws_desk.payees("publish")
    return [
        record(system, 2**79 + 1, payer_id="Asha Rao", bank_reference=NUMBER),
        record(system, 2**78 + 2, payer_id="Asha"),
    ]


def history(system: System, payment_id: PaymentId) -> History:
    return next(system.ledger().histories(PayeeId("shilpa"), (payment_id, payment_id)))


def status(system: System, payment_id: PaymentId) -> PaymentStatus:
    return history(system, payment_id).status


def say(path: Path, payment_id: PaymentId, word: str) -> None:
    """What a treasurer writes beside a payment."""
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    for row in rows:
        if row["reference"] == payment_id.reference:
            row["settle"] = word
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


# --- The address ----------------------------------------------------------------------------------


def test_a_system_without_intake_says_how_to_turn_it_on(aws_desk: Desk) -> None:
    for arguments in (["intake"], ["intake", "--new", "x"], ["reconcile", "--alerts"]):
        result = aws_desk.payees(*arguments)
        assert result.exit_code == 1
        assert "takes no bank alerts: `make intake STAGE=…`" in result.stderr


def test_an_address_is_made_shown_once_and_opens_the_door(aws_desk: Desk, rows: AlertRows) -> None:
    result = aws_desk.payees("intake", "--new", "Asha's phone", "--from", "HDFCBK")
    url = result.stdout.strip()
    key = url.removeprefix(f"{DOOR}/alerts/")
    assert len(key) == 32
    assert f"curl -d from=HDFCBK -d 'text=Hello' {url}" in result.stderr
    assert "payees intake --revoke 1" in result.stderr
    [made] = rows.keys()
    assert (made.key.label, made.senders) == ("Asha's phone", ("HDFCBK",))
    assert key.encode() not in made.key.digest
    event = {
        "requestContext": {"http": {"method": "POST"}}, "rawPath": f"/alerts/{key}",
        "headers": {"content-type": "application/x-www-form-urlencoded"},
        "body": "from=HDFCBK&text=Hello",
    }  # fmt: skip
    assert answer(event, rows, datetime.now(UTC), 60)["statusCode"] == 201
    listed = aws_desk.payees("intake", "--list").stdout
    assert "Asha's phone" in listed
    assert key not in listed
    assert aws_desk.payees("intake", "--revoke", "1").exit_code == 0
    assert answer(event, rows, datetime.now(UTC), 60)["statusCode"] == 401
    result = aws_desk.payees("intake", "--revoke", "2")
    assert result.exit_code == 1
    assert "There is no key number 2" in result.stderr
    assert json.loads(aws_desk.payees("intake", "--list", "--json").stdout)[0]["revoked_at"]


def test_json_has_the_key_and_nothing_else_on_stdout(aws_desk: Desk, rows: AlertRows) -> None:
    document = json.loads(aws_desk.payees("intake", "--new", "x", "--json").stdout)
    assert document["url"] == f"{DOOR}/alerts/{document['key']}"
    assert document["n"] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--new", "x", "--list"],
        ["--from", "HDFCBK"],
        ["--older-than", "3d"],
        ["--forget"],
        ["--new", ""],
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(
    aws_desk: Desk, send: Send, arguments: list[str]
) -> None:
    send()
    assert aws_desk.payees("intake", *arguments).exit_code == 2


# --- What came ------------------------------------------------------------------------------------


def test_what_came_is_listed_and_what_is_unread_is_never_dropped(
    aws_desk: Desk, send: Send
) -> None:
    send()
    send("123456 is the OTP for your login. Do not share it.", minute=1)
    send("Rs 50 maybe came, who knows", minute=2)
    send("Hello", sender="Mum", minute=3)
    result = aws_desk.payees("intake", "--since", SINCE, "--json")
    listed = json.loads(result.stdout)
    assert [one["kind"] for one in listed] == ["credit", "nothing", "unread", "unread"]
    assert (listed[0]["amount"], listed[0]["booked_on"], listed[0]["bank_number"]) == (
        "50.00", "2026-03-01", NUMBER
    )  # fmt: skip
    assert listed[3]["why_unread"] == "no pattern has this sender"
    assert "1 booking, 1 no booking, 2 unread" in result.stderr
    assert "payees intake --start" in result.stderr
    unread = aws_desk.payees("intake", "--since", SINCE, "--unread").stdout
    assert "Rs 50 maybe came" in unread
    assert "Credit Alert" not in unread


def test_messages_are_forgotten(aws_desk: Desk, send: Send, rows: AlertRows) -> None:
    send()
    send(minute=60 * 24 * 3, number="437276589037")
    day = f"{NOW + timedelta(days=1):%Y-%m-%d}"
    result = aws_desk.payees("intake", "--forget", "--older-than", day, "--yes")
    assert "Forgotten: 1." in result.stderr
    assert len(list(rows.alerts())) == 1
    assert "Forgotten: 1." in aws_desk.payees("intake", "--forget", "--yes").stderr
    assert "nothing to forget" in aws_desk.payees("intake", "--forget", "--yes").stderr


# --- Patterns -------------------------------------------------------------------------------------


def test_the_patterns_that_come_with_it_read_their_examples(desk: Desk) -> None:
    result = desk.payees("intake", "--check")
    assert result.exit_code == 0, result.stderr
    found = check_patterns(SHIPPED)
    assert {one.currency for one in found.patterns} >= {"INR", "BRL", "EUR", "KES"}
    assert "patterns read their" in result.stderr


def test_they_are_written_to_start_from_and_then_read(desk: Desk) -> None:
    assert desk.payees("intake", "--start").exit_code == 0
    assert Path("alerts.yaml").read_bytes() == SHIPPED.read_bytes()
    assert desk.payees("intake", "--start").exit_code == 1
    Path("alerts.yaml").write_text("- name: x\n")
    result = desk.payees("intake", "--check")
    assert result.exit_code == 1
    assert "alerts.yaml:1:3: it has no says" in result.stderr
    assert "mistakes in alerts.yaml" in result.stderr


GOOD = """\
- name: one
  from: BANK
  says: Got {amount} from {payer}.
  currency: INR
  examples:
    - text: Got 50 from Asha.
      amount: "50.00"
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("says: Got {amount}", "says: Got {amont}", "3:9: there is no {amont}"),
        ("currency: INR", "currency: INX", "4:13: “INX” is no currency"),
        ("currency: INR", "curency: INR", "4:3: there is no “curency”: did you mean currency?"),
        ("from: BANK", "from: []", "2:9: from says whose messages"),
        ("currency: INR", "kind: credits", "4:9: kind is credit or debit or taken back or nothing"),
        ('amount: "50.00"', 'amount: "51.00"', "7:15: amount: “50.00” is read there, not “51.00”"),
        ('amount: "50.00"', "payer: Ben", "7:14: payer: “Asha” is read there, not “Ben”"),
        ('amount: "50.00"', "unread: true", "6:7: “one” reads it: it was to be unread"),
        ('amount: "50.00"', "", "6:7: say what is read in it"),
        ("Got 50 from Asha.", "Got 50 by Asha.", "6:7: it is not read: no pattern of this se"),
        ("Got 50 from", "Got 50.001 from", "6:7: it is not read: “one” fits, but “50.001” has"),
        ("  examples:\n", "  examples: []\n  x:\n", "6:3: there is no “x”"),
        ("- name: one", "- name: one\n  name: two", "2:3: “name” is already on line 1"),
        ("- name: one", "name: one", ""),
        ("Got {amount}", "Got &{amount}", ""),
    ],
)  # fmt: skip
def test_every_mistake_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    path = tmp_path / "a.yaml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1))
    found = list(check_patterns(path).told())
    assert any(line.startswith(f"{path}:{told}") for line in found), found
    path.write_text(GOOD)
    assert list(check_patterns(path).told()) == []


def test_a_file_that_is_no_list_or_empty(tmp_path: Path) -> None:
    assert parse_patterns(tmp_path, "").patterns == []
    [told] = parse_patterns(tmp_path, "a: b").told()
    assert "it is a list" in told


# --- What alerts propose --------------------------------------------------------------------------


def test_alerts_propose_and_confirm_nothing_by_themselves(
    aws_desk: Desk, system: System, send: Send, ids: list[PaymentId]
) -> None:
    send()
    result = aws_desk.payees("reconcile", "--alerts", "--since", SINCE, "--plan", "plan.csv")
    assert result.exit_code == 0, result.stderr
    assert "likely               1  50.00 INR" in result.stderr
    assert "sure" not in result.stderr
    refused = aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "Sneha")
    assert refused.exit_code == 1
    assert "No row of plan.csv says yes" in refused.stderr
    assert status(system, ids[0]) is PaymentStatus.CLAIMED


@pytest.fixture
def confirmed(aws_desk: Desk, system: System, send: Send, ids: list[PaymentId]) -> list[PaymentId]:
    """The first is confirmed by an alert."""
    send()
    aws_desk.payees("reconcile", "--alerts", "--since", SINCE, "--plan", "plan.csv")
    applied = aws_desk.payees(
        "reconcile", "--apply", "plan.csv", "--by", "Sneha", "--include", "likely"
    )
    assert applied.exit_code == 0, applied.stderr
    Path("plan.csv").unlink()
    return ids


def test_what_is_confirmed_says_by_which_message(
    confirmed: list[PaymentId], system: System
) -> None:
    [event] = history(system, confirmed[0]).events
    assert event.why.startswith("alert 2026-03-01 ")
    assert " of VM-HDFCBK: the number that its payer typed, the amount" in event.why
    assert "by a message that may be forged" in event.why
    assert event.evidence
    assert event.evidence.bank_id == NUMBER


def test_a_sender_of_any_characters_can_be_applied(
    aws_desk: Desk, system: System, send: Send, ids: list[PaymentId]
) -> None:
    """Who sends a message chooses its sender: piled-up marks and hidden characters are no event's
    words, nor is a formula a cell's."""
    send(sender="=HDFCBK-\u0301\u0301\u0301\u0301\u0301\u202e" + "x" * 150)
    aws_desk.payees("reconcile", "--alerts", "--since", SINCE, "--plan", "plan.csv")
    applied = aws_desk.payees(
        "reconcile", "--apply", "plan.csv", "--include", "likely", "--by", "A"
    )
    assert applied.exit_code == 0, applied.stderr
    [event] = history(system, ids[0]).events
    assert " of ?HDFCBK-??????xxx" in event.why


def test_the_same_alert_and_the_statement_settle_nothing_more(
    confirmed: list[PaymentId], aws_desk: Desk, system: System, send: Send
) -> None:
    """The statement has it days later, with zeros before its number, for a payer of the same name
    who has another claim of that amount."""
    send(minute=7)  # the phone was on twice, or the bank's message came twice
    again = aws_desk.payees("reconcile", "--alerts", "--since", SINCE, "--json")
    assert [row["grade"] for row in json.loads(again.stdout)] == ["no money"]
    assert "settled before       1  50.00 INR" in again.stderr
    Path("m.csv").write_text(f"{HEAD}2026-03-04,UPI/x,0000{NUMBER},ASHA RAO,50.00\n")
    result = aws_desk.payees("reconcile", "m.csv", "--json")
    assert [row["grade"] for row in json.loads(result.stdout)] == ["no money"]
    assert "settled before       1  50.00 INR" in result.stderr
    assert [len(history(system, one).events) for one in confirmed] == [1, 0]


def test_a_plan_made_before_an_alert_was_applied_settles_no_other_payment(
    aws_desk: Desk, system: System, send: Send, ids: list[PaymentId]
) -> None:
    """A statement's row for the second payment, by the transfer that an alert gave the first."""
    Path("m.csv").write_text(f"{HEAD}2026-03-01,{ids[1].reference},{NUMBER},ASHA RAO,50.00\n")
    planned = aws_desk.payees("reconcile", "m.csv", "--plan", "stale.csv")
    assert planned.exit_code == 0, planned.stderr
    say(Path("stale.csv"), ids[1], "yes")
    say(Path("stale.csv"), ids[0], "no")
    send()
    aws_desk.payees("reconcile", "--alerts", "--since", SINCE, "--plan", "alerts.csv")
    say(Path("alerts.csv"), ids[0], "yes")
    assert aws_desk.payees("reconcile", "--apply", "alerts.csv", "--by", "A").exit_code == 0
    stale = aws_desk.payees("reconcile", "--apply", "stale.csv", "--by", "B")
    assert stale.exit_code == 1
    assert f"its transfer, {NUMBER}, settled {ids[0].reference} of shilpa already" in stale.stderr
    assert [status(system, one) for one in ids] == ["confirmed", "claimed"]
    # Once the first is taken back, the line is the second's.
    aws_desk.payees("undo", ids[0].reference, "--by", "A", "--reason", "forged")
    assert aws_desk.payees("reconcile", "--apply", "stale.csv", "--by", "B").exit_code == 0
    assert [status(system, one) for one in ids] == ["claimed", "confirmed"]


def test_four_eyes_look_at_what_alerts_confirm_too(
    aws_desk: Desk, system: System, send: Send, ids: list[PaymentId], login: Login
) -> None:
    """Nothing is confirmed nor noted before somebody else agrees; then the one transfer settles one
    payment, whichever of two batches is approved first."""
    text = (aws_desk.folder / "payees.yaml").read_text()
    (aws_desk.folder / "payees.yaml").write_text(text.replace(SITE, f"{SITE}  approval: needed\n"))
    Path("m.csv").write_text(f"{HEAD}2026-03-01,{ids[1].reference},{NUMBER},ASHA RAO,50.00\n")
    aws_desk.payees("reconcile", "m.csv", "--plan", "statement.csv")
    say(Path("statement.csv"), ids[1], "yes")
    say(Path("statement.csv"), ids[0], "no")
    send()
    aws_desk.payees("reconcile", "--alerts", "--since", SINCE, "--plan", "alerts.csv")
    say(Path("alerts.csv"), ids[0], "yes")

    asha = login("asha")
    batches = []
    for plan in ("alerts.csv", "statement.csv"):
        applied = aws_desk.payees("reconcile", "--apply", plan, "--by", "Asha")
        assert applied.exit_code == 0, applied.stderr
        assert "Nothing is confirmed yet: batch " in applied.stderr
        batches.append(re.findall(r"--approve (\w+)", applied.stderr)[0])
    assert [status(system, one) for one in ids] == ["claimed", "claimed"]
    own = aws_desk.payees("reconcile", "--approve", batches[0], "--by", "Asha")
    assert (own.exit_code, f"You are {asha} to AWS" in own.stderr) == (1, True)

    ben = login("ben")
    agreed = aws_desk.payees("reconcile", "--approve", batches[0], "--by", "Ben")
    assert agreed.exit_code == 0, agreed.stderr
    assert "by a message that may be forged" in agreed.stderr, "the second sees what it rests on"
    [event] = history(system, ids[0]).events
    assert event.by == "Asha"
    assert f"decided as {asha}, approved by Ben as {ben}; batch {batches[0]}" in event.why
    other = aws_desk.payees("reconcile", "--approve", batches[1], "--by", "Ben")
    assert other.exit_code == 1
    assert f"its transfer, {NUMBER}, settled {ids[0].reference} of shilpa already" in other.stderr
    again = aws_desk.payees("reconcile", "--approve", batches[0], "--by", "Ben")
    assert "already confirmed 1" in again.stderr
    assert [status(system, one) for one in ids] == ["confirmed", "claimed"]
    aws_desk.payees("reconcile", "--undo", batches[0], "--by", "Ben")
    assert [status(system, one) for one in ids] == ["claimed", "claimed"]


def test_an_alerts_plan_made_before_a_statement_was_applied_settles_no_other_payment(
    aws_desk: Desk, system: System, send: Send, ids: list[PaymentId]
) -> None:
    send()
    aws_desk.payees("reconcile", "--alerts", "--since", SINCE, "--plan", "alerts.csv")
    say(Path("alerts.csv"), ids[0], "yes")
    Path("m.csv").write_text(f"{HEAD}2026-03-02,{ids[1].reference},0000{NUMBER},ASHA RAO,50.00\n")
    aws_desk.payees("reconcile", "m.csv", "--plan", "m-plan.csv")
    say(Path("m-plan.csv"), ids[1], "yes")
    say(Path("m-plan.csv"), ids[0], "no")
    assert aws_desk.payees("reconcile", "--apply", "m-plan.csv", "--by", "B").exit_code == 0
    stale = aws_desk.payees("reconcile", "--apply", "alerts.csv", "--by", "A")
    assert stale.exit_code == 1
    assert f"settled {ids[1].reference} of shilpa already, told otherwise" in stale.stderr
    assert [status(system, one) for one in ids] == ["claimed", "confirmed"]


def test_a_forged_alert_is_told_once_the_statement_is_there(
    confirmed: list[PaymentId], aws_desk: Desk, system: System
) -> None:
    Path("m.csv").write_text(f"{HEAD}2026-02-27,x,B1,NOBODY,70.00\n2026-03-31,x,B2,NOBODY,71.00\n")
    result = aws_desk.payees("reconcile", "m.csv", "--json")
    [row] = [row for row in json.loads(result.stdout) if row["grade"] == "not booked"]
    assert row["reference"] == confirmed[0].reference
    assert row["why"].endswith(f"payees undo {confirmed[0].reference}")
    assert "Was the message forged?" in result.stderr
    aws_desk.payees("undo", confirmed[0].reference, "--by", "A", "--reason", "forged")
    assert not standing_events(history(system, confirmed[0]).events)
    assert history(system, confirmed[0]).events[-1].status is EventStatus.UNDONE


def test_nothing_is_recorded_on_a_messages_word(
    aws_desk: Desk, system: System, send: Send, rows: AlertRows, ids: list[PaymentId]
) -> None:
    """A whole reference of ours that nobody recorded is no payment yet, if a message has it."""
    missing = PaymentId("01KJMBQDHV00000000000009ZZ")
    Path("alerts.yaml").write_text(GOOD.replace("from {payer}.", "from {payer}. {any}"))
    send(f"Got 50 from Asha. {missing.reference}", sender="BANK")
    result = aws_desk.payees("reconcile", "--alerts", "--since", SINCE, "--json")
    assert "nobody recorded" not in result.stderr
    assert all(not row["evidence"] or row["claimed"] for row in json.loads(result.stdout))


def test_alerts_and_statements_are_read_apart(aws_desk: Desk, ids: list[PaymentId]) -> None:
    Path("m.csv").write_text(HEAD)
    for arguments in (["m.csv", "--alerts"], ["m.csv", "--since", "3d"], ["--since", "3d"]):
        assert aws_desk.payees("reconcile", *arguments).exit_code == 2


def test_patterns_stand_beside_the_roster(aws_desk: Desk, send: Send, ids: list[PaymentId]) -> None:
    send("Got 50 from Asha.", sender="BANK")
    market = Path("market")
    market.mkdir()
    (market / "payees.yaml").write_bytes(Path("payees.yaml").read_bytes())
    (market / "alerts.yaml").write_text(GOOD)
    roster = ["--roster", "market/payees.yaml"]
    listed = aws_desk.payees("intake", "--since", SINCE, "--json", *roster)
    assert [one["kind"] for one in json.loads(listed.stdout)] == ["credit"]
    found = aws_desk.payees("reconcile", "--alerts", "--since", SINCE, *roster)
    assert "Alerts, by market/alerts.yaml: 1 booking." in found.stderr
    here = aws_desk.payees("reconcile", "--alerts", "--since", SINCE)
    assert "No alert tells of a booking" in here.stderr
