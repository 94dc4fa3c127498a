"""`payees reconcile`: from a statement to confirmed payments, and back."""

import csv
import json
import stat
from datetime import UTC, date, datetime, timedelta
from random import randbytes

import pytest

from cli.system import System
from payments.events import History
from payments.money import Money
from payments.payee import PayeeId
from payments.payment_id import PaymentId, mint_payment_id
from testkit.factories import make_payment
from tests.cli.desk import Desk
from tests.cli.ledgers import record

HEAD = "Date,Description,Ref No,Payer name,Amount\n"


@pytest.fixture
def ids(aws_desk: Desk, system: System) -> list[PaymentId]:
    """Asha, whose reference arrives; Ben, whose name does; Mum, who typed no number."""
    aws_desk.payees("publish")
    return [
        record(system, 2**79 + 1),
        record(system, 2**78 + 2, payer_id="Ben King"),
        record(system, 2**77 + 3, "mahantesh", payer_id="Mum", days=1),
    ]


@pytest.fixture
def statement(aws_desk: Desk, ids: list[PaymentId]) -> str:
    rows = [
        f"2026-03-01,Lunch {ids[0].reference},B1,ASHA RAO,50.00",
        "2026-03-02,Tea,B2,BEN KING,50.00",
        "2026-03-02,Tea,B3,SITA RAO,50.00",
        "2026-03-03,Rent,B4,LANDLORD,-1200.00",
        "2026-03-03,Odd,B5,NOBODY,77.00",
    ]
    (aws_desk.folder / "march.csv").write_text(HEAD + "\n".join(rows) + "\n")
    return "march.csv"


def history(system: System, payment_id: PaymentId, payee_id: str = "shilpa") -> History:
    return next(system.ledger().histories(PayeeId(payee_id), (payment_id, payment_id)))


def statuses(system: System, ids: list[PaymentId]) -> list[str]:
    payees = ["shilpa", "shilpa", "mahantesh"]
    return [str(history(system, *pair).status) for pair in zip(ids, payees, strict=True)]


def decide(desk: Desk, changes: dict[str, str], delimiter: str = ",") -> None:
    """Write yes or no beside the payments of these payers, as a spreadsheet saves it."""
    path = desk.folder / "plan.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    payer = rows[0].index("payer_id")
    amount = rows[0].index("amount")
    for row in rows[1:]:
        row[0] = changes.get(row[payer], row[0])
        row[amount] = row[amount].replace(".00", "")  # as Excel does
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


def test_a_statement_is_told_and_nothing_is_written(
    aws_desk: Desk, system: System, statement: str, ids: list[PaymentId]
) -> None:
    result = aws_desk.payees("reconcile", statement, "--json")
    assert result.exit_code == 0, result.stderr
    rows = json.loads(result.stdout)
    assert [(row["settle"], row["grade"], row["payer_id"]) for row in rows] == [
        ("yes", "sure", "Asha"),
        ("", "likely", "Ben King"),
        ("", "ask", "Mum"),
        ("", "unclaimed", ""),
    ]
    assert "march.csv: 5 bookings, 2026-03-01 to 2026-03-03; utf-8, columns by “,”" in result.stderr
    assert "date=1 text=2 bank_id=3 name=4 amount=5" in result.stderr
    assert "sure                 1  50.00 INR\n" in result.stderr
    assert "Left aside: 1 debit.\n" in result.stderr
    assert "Nothing was written. Next: payees reconcile … --plan plan.csv" in result.stderr
    assert statuses(system, ids) == ["claimed"] * 3


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_plan_is_decided_applied_and_taken_back(
    aws_desk: Desk, system: System, statement: str, ids: list[PaymentId], delimiter: str
) -> None:
    assert aws_desk.payees("reconcile", statement, "--plan", "plan.csv").exit_code == 0
    assert stat.S_IMODE((aws_desk.folder / "plan.csv").stat().st_mode) == 0o600
    fresh = (aws_desk.folder / "plan.csv").read_bytes()
    assert aws_desk.payees("reconcile", statement, "--plan", "plan.csv").exit_code == 0
    assert (aws_desk.folder / "plan.csv").read_bytes() == fresh
    decide(aws_desk, {"Mum": "Yes"}, delimiter)
    apply = ["reconcile", "--apply", "plan.csv", "--by", "Sneha"]
    done = aws_desk.payees(*apply)
    assert (done.exit_code, "Confirmed 2.\n" in done.stderr) == (0, True), done.stderr
    assert statuses(system, ids) == ["confirmed", "claimed", "confirmed"]
    [event] = history(system, ids[0]).events
    assert event.evidence
    assert (event.by, event.evidence.bank_id, event.evidence.booked_on) == (
        "Sneha",
        "B1",
        date(2026, 3, 1),
    )
    assert event.why.startswith("statement march.csv, line 2: its reference, and the amount; batch")
    again = aws_desk.payees(*apply)
    assert (again.exit_code, "Confirmed 0, already confirmed 2.\n" in again.stderr) == (0, True)
    batch = event.why.rpartition(" ")[2]
    undone = aws_desk.payees("reconcile", "--undo", batch.lower(), "--by", "Sneha")
    assert (undone.exit_code, "Undone 2.\n" in undone.stderr) == (0, True)
    assert statuses(system, ids) == ["claimed"] * 3
    more = aws_desk.payees("reconcile", "--undo", batch, "--by", "Sneha")
    assert more.exit_code == 1
    assert "all 2 payments of it are undone or reversed" in more.stderr


def test_the_same_statement_again_settles_nothing_more(
    aws_desk: Desk, system: System, statement: str, ids: list[PaymentId]
) -> None:
    aws_desk.payees("reconcile", statement, "--plan", "plan.csv")
    aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "S", "--include", "likely")
    assert statuses(system, ids) == ["confirmed", "confirmed", "claimed"]
    again = aws_desk.payees("reconcile", statement, "--json")
    assert [row["grade"] for row in json.loads(again.stdout)] == ["ask", "unclaimed"]
    assert "settled before       2  100.00 INR\n" in again.stderr


def test_a_line_settles_one_payment_also_when_two_treasurers_apply(
    aws_desk: Desk, system: System, statement: str, ids: list[PaymentId]
) -> None:
    aws_desk.payees("reconcile", statement, "--plan", "plan.csv")
    text = (aws_desk.folder / "plan.csv").read_text()
    other = text.replace(ids[0].reference, ids[1].reference)
    (aws_desk.folder / "other.csv").write_text(other)
    assert aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "S").exit_code == 0
    late = aws_desk.payees("reconcile", "--apply", "other.csv", "--by", "T")
    assert late.exit_code == 1
    assert f"the line of the statement settles {ids[0].reference} of shilpa already" in late.stderr
    assert statuses(system, ids) == ["confirmed", "claimed", "claimed"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("yes,sure", "perhaps,sure"), "plan.csv:2: “perhaps” is neither yes nor no"),
        (
            ("settle,grade", "settle,grades"),
            "plan.csv:1: a plan has each of these columns once: grade",
        ),
        (("/50.00 INR/B1", "/fifty INR/B1"), "plan.csv:2: this row was changed and cannot be read"),
        (("yes,sure", ",sure"), "No row of plan.csv says yes: nothing was changed."),
        ((",unclaimed", "yes,unclaimed"), "plan.csv:5: this row has no line and a payment"),
    ],
)
def test_a_plan_that_cannot_be_meant_changes_nothing(
    aws_desk: Desk, system: System, statement: str, ids: list[PaymentId],
    *, change: tuple[str, str], said: str,
) -> None:  # fmt: skip
    aws_desk.payees("reconcile", statement, "--plan", "plan.csv")
    path = aws_desk.folder / "plan.csv"
    old, new = change
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))
    result = aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "S")
    assert (result.exit_code, said in result.stderr) == (1, True), result.stderr
    assert statuses(system, ids) == ["claimed"] * 3


def test_one_line_or_payment_is_not_decided_twice(
    aws_desk: Desk, system: System, statement: str, ids: list[PaymentId]
) -> None:
    aws_desk.payees("reconcile", statement, "--plan", "plan.csv")
    path = aws_desk.folder / "plan.csv"
    rows = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*rows, rows[1]]))
    result = aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "S")
    assert "plan.csv:6: this payment is settled in row 2 already: say no in one" in result.stderr
    assert statuses(system, ids) == ["claimed"] * 3


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "Say one of these: STATEMENTs, --review, --apply PLAN, --approve"),
        (["none.csv"], 2, "'none.csv' does not exist"),
        (["march.csv", "--map", "dat=1"], 2, "--map: “dat=1” is not understood"),
        (["--undo", "NOSUCH"], 1, "There is nothing of batch NOSUCH to undo"),
        (["march.csv", "--encoding", "klingon"], 1, "There is no encoding “klingon”"),
    ],
)
def test_what_cannot_be_meant_is_told(
    aws_desk: Desk, statement: str, arguments: list[str], code: int, said: str
) -> None:
    result = aws_desk.payees("reconcile", *arguments)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr


def test_an_unreadable_amount_stops_it_and_names_its_place(aws_desk: Desk, statement: str) -> None:
    path = aws_desk.folder / statement
    path.write_text(path.read_text().replace("77.00", "many"))
    result = aws_desk.payees("reconcile", statement)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "march.csv:6: column 5: “many” is no amount" in result.stderr


def test_one_transfer_for_several_claims_is_split(
    aws_desk: Desk, system: System, ids: list[PaymentId]
) -> None:
    """Each is confirmed by its part, the line is used up, and one undo takes all of it back."""
    both = f"{ids[0].reference} {ids[1].reference}"
    rent = "2026-03-03,Rent,B4,LANDLORD,-1200.00\n"
    for name, amount in (("march.csv", "100.00"), ("short.csv", "90.00")):
        row = f"2026-03-01,{both},B1,ASHA RAO,{amount}\n"
        (aws_desk.folder / name).write_text(HEAD + row + rent)
    aws_desk.payees("reconcile", "short.csv", "--plan", "plan.csv")
    decide(aws_desk, {"Asha": "part", "Ben King": "part"})
    refused = aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "S")
    assert "the other parts of its line are not together the 90.00 INR" in refused.stderr
    (aws_desk.folder / "plan.csv").unlink()  # its decisions are about another line
    aws_desk.payees("reconcile", "march.csv", "--plan", "plan.csv")
    whole = (aws_desk.folder / "plan.csv").read_bytes()
    decide(aws_desk, {"Asha": "part", "Ben King": "part"})
    done = aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "S")
    assert (done.exit_code, "Confirmed 2.\n" in done.stderr) == (0, True), done.stderr
    again = aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "S")
    assert "already confirmed 2.\n" in again.stderr
    money = [history(system, one).events[0].evidence.money for one in ids[:2]]  # type: ignore[union-attr]
    assert list(map(str, money)) == ["50.00 INR", "50.00 INR"]
    reread = aws_desk.payees("reconcile", "march.csv", "--json")
    assert "settled before       1  100.00 INR\n" in reread.stderr
    batch = history(system, ids[0]).events[0].why.rpartition(" ")[2]
    assert aws_desk.payees("undo", ids[1].reference, "--reason", "not Ben's").exit_code == 0
    part = aws_desk.payees("reconcile", "--undo", batch)
    assert "1 of it are undone or reversed already.\n" in part.stderr
    assert statuses(system, ids) == ["claimed"] * 3
    # A line that went as a whole is not split any more.
    (aws_desk.folder / "plan.csv").write_bytes(whole)
    decide(aws_desk, {"Asha": "yes"})
    assert aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "S").exit_code == 0
    decide(aws_desk, {"Asha": "part", "Ben King": "part"})
    late = aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "T")
    assert "Confirmed 0, refused 2." in late.stderr
    assert "the first part of this line was not settled" in late.stderr
    assert statuses(system, ids) == ["confirmed", "claimed", "claimed"]


def unrecorded(days: int = 0) -> PaymentId:
    """Minted on somebody's phone lately; its payer never came back. One in a hundred has letters
    only and may be a word, so it is not taken for a reference."""
    minted = datetime.now(UTC) - timedelta(days=days, hours=1)
    return mint_payment_id(minted, b"\x42" + randbytes(9))


def statement_of(desk: Desk, *rows: tuple[PaymentId, str]) -> None:
    day = datetime.now(UTC).date()
    lines = [
        f"{day},Lunch {one.reference},B{n},ASHA RAO,{amount}"
        for n, (one, amount) in enumerate(rows)
    ]
    (desk.folder / "new.csv").write_text(HEAD + "\n".join([*lines, f"{day},Rent,X,L,-1.00", ""]))


def decide_unclaimed(desk: Desk, payee_id: str) -> None:
    path = desk.folder / "plan.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for row in rows:
            if row["grade"] == "unclaimed":
                row |= {"settle": "yes", "payee_id": row["payee_id"] or payee_id}
            writer.writerow(row)


def test_money_of_ours_that_nobody_recorded_is_recorded_and_confirmed(
    aws_desk: Desk, system: System
) -> None:
    aws_desk.payees("publish")
    late, big, old = unrecorded(), unrecorded(), unrecorded(40)
    statement_of(aws_desk, (late, "50.00"), (big, "99999.00"), (old, "60.00"))
    told = aws_desk.payees("reconcile", "new.csv", "--plan", "plan.csv")
    assert "3 lines are of a payment that nobody recorded" in told.stderr
    none = aws_desk.payees("reconcile", "--apply", "plan.csv", "--include", "likely")
    assert "No row of plan.csv says yes" in none.stderr
    decide_unclaimed(aws_desk, "")
    asked = aws_desk.payees("reconcile", "--apply", "plan.csv")
    assert "plan.csv:2: write into payee_id whose payment this is" in asked.stderr
    decide_unclaimed(aws_desk, "shilpa")
    done = aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "S")
    assert (done.exit_code, "Confirmed 1, refused 2." in done.stderr) == (1, True), done.stderr
    assert "it breaks the payee's rules" in done.stderr
    assert "its reference is of more than 31 days ago" in done.stderr
    found = history(system, late)
    assert (found.payment.payer_id, found.payment.reason) == (
        "ASHA RAO",
        "recorded from a bank statement",
    )
    [event] = found.events
    assert (event.by, "line 2: our reference, which nobody had recorded" in event.why) == (
        "S",
        True,
    )
    assert event.evidence
    again = aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "S")
    assert "Confirmed 0, already confirmed 1, refused 2." in again.stderr
    assert len(history(system, late).events) == 1


def test_a_payment_that_was_recorded_meanwhile_is_not_recorded_again(
    aws_desk: Desk, system: System
) -> None:
    aws_desk.payees("publish")
    same, other, elsewhere = unrecorded(), unrecorded(), unrecorded()
    statement_of(aws_desk, (same, "50.00"), (other, "50.00"), (elsewhere, "50.00"))
    aws_desk.payees("reconcile", "new.csv", "--plan", "plan.csv")
    decide_unclaimed(aws_desk, "shilpa")
    now = datetime.now(UTC)
    for payment in (
        make_payment(same, "shilpa", payer_id="Asha R", recorded_at=now),
        make_payment(other, "shilpa", money=Money(7000, "INR"), recorded_at=now),
        make_payment(elsewhere, "mahantesh", recorded_at=now),
    ):
        assert system.ledger().record(payment) is None
    done = aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "S")
    assert "Confirmed 1, refused 2." in done.stderr
    assert "it was recorded meanwhile, as 70.00 INR: read the statement again" in done.stderr
    assert "it is recorded for mahantesh already" in done.stderr
    found = history(system, same)
    assert (found.payment.payer_id, str(found.status)) == ("Asha R", "confirmed")
    assert list(system.ledger().histories(PayeeId("shilpa"), (elsewhere, elsewhere))) == []


def test_one_is_not_told_as_several(aws_desk: Desk, system: System) -> None:
    aws_desk.payees("publish")
    one = record(system, 2**79 + 1)
    (aws_desk.folder / "march.csv").write_text(
        f"{HEAD}2026-03-01,{one.reference},B1,ASHA,50.00\n2026-03-03,Rent,B4,LANDLORD,-1200.00\n"
    )
    aws_desk.payees("reconcile", "march.csv", "--plan", "plan.csv")
    aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "S")
    batch = history(system, one).events[0].why.rpartition(" ")[2]
    aws_desk.payees("reconcile", "--undo", batch, "--by", "S")
    again = aws_desk.payees("reconcile", "--undo", batch, "--by", "S")
    assert "its 1 payment is undone or reversed" in again.stderr
    told = aws_desk.payees("report")
    assert told.stderr.startswith("1 payment of ")


@pytest.mark.parametrize(
    "name", ["ma\u0301\u0302\u0303\u0304\u0305\u0306rz", "x\u3164y\u034f", "\u0958" * 80]
)
def test_a_file_of_any_name_and_a_bank_number_of_any_signs_can_be_applied(
    aws_desk: Desk, system: System, ids: list[PaymentId], name: str
) -> None:
    """What a bank or a folder calls something need not be what an event may say."""
    number = f"B\u0301\u0302\u0303\u0304\u0305\u0306\u3164{'9' * 90}"
    row = f"2026-03-01,Lunch {ids[0].reference},{number},ASHA RAO,50.00"
    (aws_desk.folder / f"{name}.csv").write_text(f"{HEAD}{row}\n2026-03-03,R,B4,L,-9.00\n")
    aws_desk.payees("reconcile", f"{name}.csv", "--plan", "plan.csv")
    applied = aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "S")
    assert applied.exit_code == 0, (applied.stderr, applied.exception)
    [event] = history(system, ids[0]).events
    assert ".csv, line 2: its reference, and the amount; batch " in event.why
    assert event.evidence
    assert event.evidence.bank_id.startswith("B")


def test_what_a_plan_leaves_open_is_told_after_it_is_applied(
    aws_desk: Desk, statement: str
) -> None:
    planned = aws_desk.payees("reconcile", statement, "--plan", "plan.csv")
    assert (
        "plan.csv is written, and nothing is confirmed yet. Next: payees reconcile --review "
        "--plan plan.csv, then payees reconcile --apply plan.csv" in planned.stderr
    )
    apply = ["reconcile", "--apply", "plan.csv", "--by", "S"]
    applied = aws_desk.payees(*apply)
    assert (
        "plan.csv leaves open: 1 line to be asked about (--review), 1 likely (--include likely).\n"
        in applied.stderr
    )
    decide(aws_desk, {"Mum": "no"})
    assert "leaves open" not in aws_desk.payees(*apply, "--include", "likely").stderr
