"""`payees export`, and an export held against the ledger later."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cli.system import System
from desk.fields import EXPORT_COLUMNS
from payments.money import Money
from payments.payee import PayeeId
from payments.payment_id import PaymentId
from testkit.factories import make_event
from tests.cli.desk import Desk
from tests.cli.ledgers import correct, fill, record


@pytest.fixture
def ids(aws_desk: Desk, system: System) -> list[str]:
    aws_desk.payees("publish")
    return [payment_id.reference for payment_id in fill(system)]


def differences(desk: Desk, file: str) -> tuple[int, list[str]]:
    result = desk.payees("export", "--compare", file)
    return result.exit_code, [line.replace("\t", " ") for line in result.stdout.splitlines()]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("bom", [[], ["--bom"]])
def test_an_export_has_everything_and_equals_its_ledger(
    aws_desk: Desk, ids: list[str], form: str, bom: list[str]
) -> None:
    result = aws_desk.payees("export", "--format", form, "--out", "all", *bom)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("6 payments of table ")
    text = Path("all").read_bytes().decode()
    assert [reference for reference in ids if reference in text] == ids
    assert text.count("never arrived") == 2
    assert "2026-03-01T09:30:00.123Z" in text
    assert text == aws_desk.payees("export", "--format", form, *bom).stdout_bytes.decode()
    assert differences(aws_desk, "all") == (0, [])


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_gives_back_the_very_text_that_csv_makes_safe(
    aws_desk: Desk, system: System, ids: list[str], form: str
) -> None:
    names = ["A;=cmd|' /C calc'!A0", "\u05d3\u05d5\u05d3", "'=1", '"-1"', "\u0627;+1"]
    for number, name in enumerate(names, start=10):
        record(system, number, payer_id=name, reason=name[::-1])
    assert aws_desk.payees("export", "--format", form, "--out", "all").exit_code == 0
    text = Path("all").read_bytes().decode()
    assert (";=" in text, "\u2068" in text) == ((False, True) if form == "csv" else (True, False))
    assert differences(aws_desk, "all") == (0, [])


def test_what_came_since_is_told_and_is_no_fault(
    aws_desk: Desk, system: System, ids: list[str]
) -> None:
    aws_desk.payees("export", "--out", "all.csv")
    aws_desk.write_roster("mahantesh", "shilpa", "sneha")
    aws_desk.payees("publish")
    new = record(system, 7, "sneha").reference
    correct(system, record(system, 8, days=40), "confirmed")
    aws_desk.payees("confirm", ids[0], "--evidence", "line 1", "--by", "ravi")
    code, lines = differences(aws_desk, "all.csv")
    assert code == 0
    assert lines[0] == f"+ mahantesh {ids[0]} confirmed by ravi: line 1"
    assert lines[-1] == f"+ sneha {new} 50.00 INR from Asha"
    assert len(lines) == 3


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_what_is_missing_or_changed_is_an_alarm(
    aws_desk: Desk, system: System, ids: list[str], form: str
) -> None:
    aws_desk.payees("export", "--format", form, "--out", "all")
    client = system.dynamodb()
    for reference, payee_id in ((ids[0], "mahantesh"), (ids[5], "shilpa")):
        key = {"PK": {"S": f"PAYEE#{payee_id}"}, "SK": {"S": f"PAYMENT#0{reference}"}}
        if payee_id == "mahantesh":
            client.delete_item(TableName=system.ledger_table, Key=key)
        else:
            client.update_item(
                TableName=system.ledger_table,
                Key=key,
                UpdateExpression="SET payer = :p",
                ExpressionAttributeValues={":p": {"S": "Mallory"}},
            )
            event = {**key, "SK": {"S": f"PAYMENT#0{reference}#EVENT#1"}}
            client.delete_item(TableName=system.ledger_table, Key=event)
    result = aws_desk.payees("export", "--compare", "all")
    assert result.exit_code == 1
    missing, changed = result.stdout.splitlines()
    assert missing == f"-\tmahantesh\t{ids[0]}\t20.00 INR from Asha"
    assert changed.startswith(f"!\tshilpa\t{ids[5]}\tpayer_id: 'Asha' → 'Mallory'; events: ")
    assert result.stderr.endswith(
        "The ledger is not what it was: 1 missing, 1 changed, 0 erased, 0 since.\n"
    )


def erase(system: System, reference: str, number: int = 1) -> None:
    """Erase one of shilpa's payments."""
    ledger = system.ledger()
    for history in ledger.histories(PayeeId("shilpa")):
        if history.payment.payment_id.reference == reference:
            payment = history.payment
            event = make_event(
                payment.payment_id, "shilpa", number=number, status="erased", why="asked for it"
            )
            assert ledger.erase(payment, event) is None


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_what_was_erased_since_is_told_as_that_and_not_as_changed(
    aws_desk: Desk, system: System, ids: list[str], form: str
) -> None:
    aws_desk.payees("export", "--format", form, "--out", "all")
    erase(system, ids[3])
    erase(system, ids[4], number=2)
    correct(system, PaymentId(f"0{ids[4]}"), "reversed", number=3)
    result = aws_desk.payees("export", "--compare", "all")
    assert result.stdout.splitlines() == [
        f"x\tshilpa\t{ids[3]}\terased by ravi: asked for it",
        f"x\tshilpa\t{ids[4]}\terased by ravi: asked for it",
    ]
    assert result.exit_code == 0
    assert result.stderr.endswith("none is missing and none has changed; 2 erased, 0 since.\n")
    assert "Asha" not in result.stdout


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("payer", {"S": "Mallory"}), ("minor", {"N": "1"}), ("via", {"S": "cash"})],
)
def test_erasing_hides_no_other_change(
    aws_desk: Desk, system: System, ids: list[str], attribute: str, value: dict[str, str]
) -> None:
    aws_desk.payees("export", "--out", "all.csv")
    erase(system, ids[3])
    change(system, ids[3], attribute, value)
    result = aws_desk.payees("export", "--compare", "all.csv")
    assert (result.exit_code, result.stdout[0]) == (1, "!")


def test_a_row_that_says_erased_without_an_event_has_changed(
    aws_desk: Desk, system: System, ids: list[str]
) -> None:
    aws_desk.payees("export", "--out", "all.csv")
    change(system, ids[3], "payer", {"S": "erased"})
    result = aws_desk.payees("export", "--compare", "all.csv")
    assert (result.exit_code, result.stdout[0]) == (1, "!")


def test_what_a_restored_copy_has_again_is_told(
    aws_desk: Desk, system: System, ids: list[str]
) -> None:
    erase(system, ids[3])
    aws_desk.payees("export", "--out", "all.csv")
    change(system, ids[3], "payer", {"S": "Asha"})
    result = aws_desk.payees("export", "--compare", "all.csv")
    assert result.stdout == f"!\tshilpa\t{ids[3]}\tpayer_id: 'erased' → 'Asha'\n"


def change(system: System, reference: str, attribute: str, value: Any) -> None:
    """As none of our programs can."""
    system.dynamodb().update_item(
        TableName=system.ledger_table,
        Key={"PK": {"S": "PAYEE#shilpa"}, "SK": {"S": f"PAYMENT#0{reference}"}},
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": attribute},
        ExpressionAttributeValues={":value": value},
    )


def test_on_a_terminal_differences_are_a_table(
    aws_desk: Desk, system: System, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    aws_desk.payees("export", "--out", "all.csv")
    key = {"PK": {"S": "PAYEE#mahantesh"}, "SK": {"S": f"PAYMENT#0{ids[0]}"}}
    system.dynamodb().delete_item(TableName=system.ledger_table, Key=key)
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    head, row = aws_desk.payees("export", "--compare", "all.csv").stdout.splitlines()
    assert head.split() == ["payee", "reference", "found"]
    assert row.split() == ["-", "mahantesh", ids[0], "20.00", "INR", "from", "Asha"]
    assert head.index("reference") == row.index(ids[0])


def test_an_emptied_ledger_is_missed_though_it_knows_no_payees(
    aws_desk: Desk, system: System, ids: list[str]
) -> None:
    aws_desk.payees("export", "--out", "all.csv")
    client = system.dynamodb()
    for item in client.scan(TableName=system.ledger_table)["Items"]:
        client.delete_item(TableName=system.ledger_table, Key={"PK": item["PK"], "SK": item["SK"]})
    code, lines = differences(aws_desk, "all.csv")
    assert (code, len(lines)) == (1, 6)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("payee\r\n", "x:1: the columns must be payee_id,"),
        ("{}\n", "x:1: must have payee_id,"),
        ("{\n", "x:1: Expecting property name"),
        ("[]\n", "x:1: the columns must be payee_id,"),
    ],
)
def test_what_is_no_export_is_told_with_its_line(
    aws_desk: Desk, ids: list[str], content: str, said: str
) -> None:
    Path("x").write_text(content)
    result = aws_desk.payees("export", "--compare", "x")
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stderr.endswith("; this is no export as it was written.\n")


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_that_somebody_sorted_is_not_taken_for_one(
    aws_desk: Desk, ids: list[str], form: str
) -> None:
    lines = (
        aws_desk.payees("export", "--format", form).stdout_bytes.decode().splitlines(keepends=True)
    )
    Path("x").write_bytes("".join([*lines[:1], *lines[:0:-1]]).encode())
    result = aws_desk.payees("export", "--compare", "x")
    assert result.exit_code == 1
    assert "is not in the order of payee and payment id" in result.stderr


def test_bytes_that_are_no_text_are_told(aws_desk: Desk, ids: list[str]) -> None:
    Path("x").write_bytes(b"\xff\xfe{")
    result = aws_desk.payees("export", "--compare", "x")
    assert (result.exit_code, result.stderr.count("x cannot be read: ")) == (1, 1)


def test_a_failed_export_leaves_the_last_one(
    aws_desk: Desk, system: System, ids: list[str]
) -> None:
    aws_desk.payees("export", "--out", "all.csv")
    before = Path("all.csv").read_bytes()
    system.dynamodb().put_item(
        TableName=system.ledger_table,
        Item={"PK": {"S": "PAYEE#shilpa"}, "SK": {"S": "PAYMENT#02"}, "broken": {"S": ""}},
    )
    with pytest.raises(KeyError):
        aws_desk.payees("export", "--out", "all.csv")
    assert Path("all.csv").read_bytes() == before
    assert [path.name for path in Path.cwd().glob(".*all*")] == []


def test_a_file_that_cannot_be_written_is_told(aws_desk: Desk, ids: list[str]) -> None:
    result = aws_desk.payees("export", "--out", "no/such/folder.csv")
    assert result.exit_code == 1
    assert "cannot be written (No such file or directory): name another.\n" in result.stderr


@pytest.mark.usefixtures("system")
def test_a_workbook_is_for_people_and_comparing_says_so(aws_desk: Desk, ids: list[str]) -> None:
    result = aws_desk.payees("export", "--format", "xlsx", "--out", "all.xlsx")
    assert (result.exit_code, "--compare" in result.stderr) == (0, False)
    head, *rows = openpyxl.load_workbook("all.xlsx").active.iter_rows(values_only=True)
    assert head == EXPORT_COLUMNS
    assert [row[head.index("reference")] for row in rows] == ids
    assert Path("all.xlsx").stat().st_mode & 0o777 == 0o600
    compared = aws_desk.payees("export", "--compare", "all.xlsx")
    assert (compared.exit_code, compared.stdout) == (1, "")
    assert "all.xlsx is a workbook: --compare reads exports in CSV or JSON" in compared.stderr


def test_what_no_workbook_holds_is_told_and_no_file_left(
    aws_desk: Desk, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "cli.commands.ledger.export"
    monkeypatch.setattr(f"{module}.full_document", lambda _: {"events": "x" * 40_000})
    monkeypatch.setattr(f"{module}.EXPORT_COLUMNS", ("events",))
    for out in (["--out", "all.xlsx"], []):
        result = aws_desk.payees("export", "--format", "xlsx", *out)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("No workbook holds all of it (row 2, events: a sheet ")
        assert result.stderr.endswith("): take --format csv.\n")
    assert list(Path.cwd().glob("*all*")) == []


def test_comparing_writes_nothing(aws_desk: Desk, ids: list[str]) -> None:
    aws_desk.payees("export", "--out", "all.csv")
    result = aws_desk.payees("export", "--compare", "all.csv", "--out", "other.csv")
    assert (result.exit_code, "--compare writes no file." in result.stderr) == (2, True)


def test_no_payments_are_a_header_or_nothing(aws_desk: Desk) -> None:
    aws_desk.payees("publish")
    assert aws_desk.payees("export").stdout.count("\n") == 1
    assert aws_desk.payees("export", "--format", "jsonl").stdout == ""
    for form in ("csv", "jsonl"):
        aws_desk.payees("export", "--format", form, "--out", "none")
        assert differences(aws_desk, "none") == (0, [])


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize("content", ["nothing", "header"])
def test_an_export_without_payments_proves_nothing(aws_desk: Desk, content: str) -> None:
    aws_desk.payees("export", "--out", "all.csv")
    header = Path("all.csv").read_text().splitlines()[0]
    Path("cut.csv").write_text(f"{header}\n" if content == "header" else "")
    result = aws_desk.payees("export", "--compare", "cut.csv")
    assert result.exit_code == 1
    assert (
        "cut.csv has no payments, so it proves nothing: 0 missing, 0 changed, 0 erased,"
        in result.stderr
    )
    said = aws_desk.payees("export", "--compare", "all.csv").stderr
    assert "Of the 6 payments in all.csv none is missing" in said


def test_money_of_a_payment_is_compared_exactly(aws_desk: Desk, system: System) -> None:
    aws_desk.payees("publish")
    record(system, 1, money=Money(10**14 - 1, "INR"))
    exported = aws_desk.payees("export", "--format", "jsonl").stdout
    assert json.loads(exported)["amount"] == "999999999999.99"


@pytest.mark.parametrize(
    ("name", "begins"),
    [("x.jsonl", b"{"), ("x.XLSX", b"PK"), ("x.csv", b"payee_id,"), ("x.dat", b"payee_id,")],
)
def test_a_file_is_what_its_name_promises(
    aws_desk: Desk, system: System, name: str, begins: bytes
) -> None:
    aws_desk.payees("publish")
    record(system, 1)
    assert aws_desk.payees("export", "--out", name).exit_code == 0
    assert (aws_desk.folder / name).read_bytes().startswith(begins)
