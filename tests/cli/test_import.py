"""`payees import`: files as markets have them, and the roster afterwards."""

import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from roster.model import load_roster
from tests.cli.desk import Desk

ROSTER = Path("payees.yaml")
LIST = "Name;Stall No;UPI ID;Phone\nRavi;7;ravi@examplebank;9.8E+09\nMahantesh;12;;9.8E+09\n;;;\n"


def test_a_list_becomes_entries_in_one_write(desk: Desk) -> None:
    before = ROSTER.read_text()
    Path("v.csv").write_bytes(b"\xef\xbb\xbf" + LIST.encode())
    looked = desk.payees("import", "v.csv", "--dry-run")
    assert looked.exit_code == 0, looked.stderr
    assert looked.stdout.splitlines() == [
        "row,plan,payee_id,name,notes",
        "2,new,ravi,Ravi,Stall 7; upi ravi@examplebank",
        "3,changed,mahantesh,Mahantesh,description: none → “Stall 12”",
    ]
    assert looked.stderr == (
        "v.csv: utf-8-sig, columns by “;”; name is “Name”, description is “Stall No”, "
        "upi is “UPI ID”; not used: “Phone”\n"
        "v.csv would be: 1 new, 1 changed.\n"
        "1 of payees.yaml are not in v.csv: they stay as they are.\n"
        "Nothing was changed: that was a dry run.\n"
    )
    assert ROSTER.read_text() == before
    done = desk.payees("import", "v.csv")
    assert done.exit_code == 0, done.stderr
    assert done.stderr.endswith(
        "Wrote payees.yaml: 3 payees, no mistakes.\nNext: payees publish --dry-run\n"
    )
    assert ROSTER.read_text() == before.replace(
        "name: Mahantesh}", "name: Mahantesh, description: Stall 12}"
    ) + (
        "  - id: ravi\n    name: Ravi\n    description: Stall 7\n"
        "    pay_by:\n      - upi: ravi@examplebank\n"
    )
    again = desk.payees("import", "v.csv")
    assert (again.exit_code, again.stdout) == (0, "row,plan,payee_id,name,notes\n")
    assert again.stderr.endswith("payees.yaml says all of it already: nothing was changed.\n")


def test_the_next_list_changes_those_who_changed_and_no_others(desk: Desk) -> None:
    desk.write_roster()
    head = "Händler;Platz;Konto\r\n"
    columns = ["--map", "name=Händler", "--map", "description=Platz", "--map", "upi=Konto"]
    first = head + "Ravi;7;ravi@examplebank\r\nUsha;8;usha@examplebank\r\n"
    Path("v.csv").write_bytes(b"\xef\xbb\xbf" + first.encode())
    done = desk.payees("import", "v.csv", *columns)
    assert done.exit_code == 0, done.stderr
    before = ROSTER.read_text()
    second = head + "Usha;9;usha@examplebank\r\nRavi;7;ravi@examplebank\r\nAsha;1;\r\n"
    Path("v.csv").write_bytes(b"\xef\xbb\xbf" + second.encode())
    done = desk.payees("import", "v.csv", *columns, "--json")
    assert done.exit_code == 0, done.stderr
    plans = {row["payee_id"]: row["plan"] for row in json.loads(done.stdout)}
    assert plans == {"usha": "changed", "ravi": "same", "asha": "new"}
    entries = load_roster(ROSTER).entries
    assert [entry.payee_id for entry in entries] == ["ravi", "usha", "asha"]
    ravi = before[: before.index("  - id: usha")]
    assert ROSTER.read_text().startswith(ravi)
    assert entries[1].pay_by[0].address == "usha@examplebank"
    assert [entry.description for entry in entries] == ["Platz 7", "Platz 9", "Platz 1"]


def test_a_wrong_column_for_accounts_leaves_every_row_unclear(desk: Desk) -> None:
    before = ROSTER.read_bytes()
    Path("v.csv").write_text(LIST)
    result = desk.payees("import", "v.csv", "--map", "name=Name", "--map", "upi=Name")
    assert (result.exit_code, ROSTER.read_bytes()) == (1, before)
    assert "v.csv: 2 unclear.\n" in result.stderr
    assert "Nothing was changed: mend the 2 rows that are unclear" in result.stderr


def test_nothing_is_written_while_something_is_unclear(desk: Desk) -> None:
    before = ROSTER.read_bytes()
    Path("v.csv").write_text("Name,UPI\nRavi,ravi\nUsha,usha@examplebank\n")
    result = desk.payees("import", "v.csv")
    assert result.exit_code == 1
    assert result.stderr.endswith(
        "Nothing was changed: mend the row that is unclear, or leave out what is with --skip.\n"
    )
    assert ROSTER.read_bytes() == before
    skipped = desk.payees("import", "v.csv", "--skip", "--json")
    assert skipped.exit_code == 0, skipped.stderr
    plans = [(row["row"], row["plan"], row["payee_id"]) for row in json.loads(skipped.stdout)]
    assert plans == [(2, "unclear", "ravi"), (3, "new", "usha")]
    assert [entry.payee_id for entry in load_roster(ROSTER).entries][2:] == ["usha"]


def test_a_workbook_keeps_the_digits_that_a_csv_loses(desk: Desk) -> None:
    desk.write_roster()
    ROSTER.write_text(ROSTER.read_text().replace("INR", "SGD"))
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Vendors", date(2026, 11, 28)])
    sheet.append([])
    sheet.append(["Vendor Name", "Mobile", "Goods"])
    sheet.append(["Ravi", 6591234567.0, None])
    book.save("v.xlsx")
    columns = ["--map", "paynow=mobile", "--map", "name=Vendor Name"]
    result = desk.payees("import", "v.xlsx", *columns)
    assert result.exit_code == 1  # the number lacks its +: what to write is told
    assert "pay_by.paynow: “6591234567”" in result.stdout
    sheet["B4"] = "+6591234567"
    book.save("v.xlsx")
    assert desk.payees("import", "v.xlsx", *columns).exit_code == 0
    assert load_roster(ROSTER).entries[0].pay_by[0].address == "+6591234567"


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        (b"", [], "v.csv: the file is empty."),
        (b"\xd0\xcf\x11\xe0....", [], "this is no CSV and no .xlsx: save it as one of the two."),
        (b"PK\x03\x04....", [], "this is no workbook that can be read"),
        (b"Wer,Was\nRavi,Tea\n", [], "no column is known as the name: the first row has “Wer”"),
        (b'Name,Was\n"Ravi,Tea\n', [], "this row has no end or a stray quote"),
        (b"Name\nRavi\n", ["--map", "upi=UPI"], "no column is called “UPI”"),
        (b"Name\nRavi\n", ["--encoding", "x"], "There is no encoding “x”"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(
    desk: Desk, content: bytes, arguments: list[str], said: str
) -> None:
    before = ROSTER.read_bytes()
    Path("v.csv").write_bytes(content)
    result = desk.payees("import", "v.csv", *arguments)
    assert (result.exit_code, ROSTER.read_bytes()) == (1, before)
    assert said in result.stderr
    assert result.stderr.endswith("Nothing was changed.\n")


def test_what_a_column_cannot_be_is_wrong_usage(desk: Desk) -> None:
    Path("v.csv").write_text(LIST)
    result = desk.payees("import", "v.csv", "--map", "phone=Phone")
    assert (result.exit_code, "a column can be id, name, description" in result.stderr) == (2, True)


def test_one_column_and_other_characters_will_do(desk: Desk) -> None:
    Path("v.csv").write_bytes("sep=;\r\nName\r\nMüller\r\n".encode("cp1252"))
    assert desk.payees("import", "v.csv").exit_code == 0
    assert load_roster(ROSTER).by_id["muller"].payee.name == "Müller"
