"""Files that are broken, hostile or cut off: their lines, or one sentence, and never a guess."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from desk.statements.line import Kind, Line, Unreadable
from payments.currencies import currency_digits
from payments.money import Money
from tests.desk.statements.files import (
    FORMATS,
    OUT,
    Booking,
    Writer,
    as_camt,
    as_csv,
    as_mt940,
    as_ofx,
)
from tests.desk.statements.test_reading import BOOKINGS, HEAD, TELLING, read

SOME = [
    *TELLING,
    Booking(Kind.CREDIT, Money(1234567, "EUR"), date(2026, 3, 5), "tea", "Jürgen", "N77"),
    Booking(Kind.DEBIT, Money(99999, "EUR"), date(2026, 3, 6), "x", "Ravi", "N78"),
]
LAST: dict[str, Callable[[Booking], str]] = {
    "amount": lambda one: f"{'-' if one.kind in OUT else ''}{one.money.amount}",
    "side": lambda one: f"{one.money.amount}{'Dr' if one.kind in OUT else ''}",
    "status": lambda one: f"{'-' if one.kind in OUT else ''}{one.money.amount},PENDING",
    "currency": lambda one: f"{'-' if one.kind in OUT else ''}{one.money.amount},USD",
}


def ending_in(cell: str) -> Writer:
    """Files of a bank that ends its rows with that cell."""

    def write(bookings: Sequence[Booking]) -> bytes:
        heads = {"status": ",Status", "currency": ",Currency"}.get(cell, "")
        rows = [f"{one.day},{one.text},{LAST[cell](one)}" for one in bookings]
        return ("\n".join([f"Date,Description,Amount{heads}", *rows]) + "\n").encode()

    return write


FILES: dict[str, Writer] = {
    **FORMATS,
    **{f"csv that ends in {one}": ending_in(one) for one in LAST},
}
WHOLE = {name: write(SOME) for name, write in FILES.items()}
TABLES = [name for name in FILES if name.startswith("csv")]


def tells(line: Line) -> tuple[Kind, Money, date]:
    return line.kind, line.money, line.booked_on


def refusal(data: bytes | str, **options: str) -> str:
    """The one sentence with which it is refused."""
    with pytest.raises(Unreadable) as refused:
        read(data, **{"currency": "EUR", **options})
    said = str(refused.value)
    assert said.startswith("march.csv:")
    assert "\n" not in said
    assert len(said) < 500
    return said


def lines_or_refusal(data: bytes) -> list[Line] | None:
    try:
        return list(read(data, currency="EUR").lines)
    except Unreadable as refused:
        said = str(refused)
    assert "\n" not in said
    return None


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut_off_tells_no_amount_otherwise(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """A table may be cut between two rows, which nobody sees; within one, it is refused. Every
    other format says that it has ended."""
    whole = WHOLE[name]
    known = [tells(line) for line in read(whole, currency="EUR").lines]
    step = max(1, len(whole) // 300)
    for at in range(len(whole) % step, len(whole), step):
        lines = lines_or_refusal(whole[:at])
        if lines is not None:
            found = [tells(line) for line in lines]
            assert found == (known[: len(found)] if name in TABLES else known), whole[:at][-30:]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=40)
@given(st.data())
def test_a_byte_that_became_zero_loses_no_digit(name: str, data: st.DataObject) -> None:
    whole = WHOLE[name]
    known = {tells(line) for line in read(whole, currency="EUR").lines}
    at = data.draw(st.integers(0, len(whole) - 1))
    lines = lines_or_refusal(whole[:at] + b"\0" + whole[at + 1 :])
    if lines is not None and "utf-16" not in name:
        assert {tells(line)[1] for line in lines} <= {money for _, money, _ in known}


@pytest.mark.parametrize("currency", ["JPY", "INR", "KWD"])
@pytest.mark.parametrize("name", [name for name in FORMATS if not name.startswith(("csv", "mt9"))])
@settings(max_examples=10)
@given(bookings=st.lists(BOOKINGS, min_size=1, max_size=5))
def test_amounts_have_the_decimals_of_their_currency(
    name: str, currency: str, bookings: list[Booking]
) -> None:
    limit = 10 ** (9 + currency_digits(currency))
    money = [Money(min(one.money.amount_minor, limit), currency) for one in bookings]
    booked = [replace(one, money=own) for one, own in zip(bookings, money, strict=True)]
    lines = lines_or_refusal(FORMATS[name](booked))
    if lines is None:  # three decimals of a lone booking may be thousands, one day may be two
        return
    assert [line.money for line in lines] == money


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("2026-03-01,x,1\x0050.00\n", ":2: a character is lost here"),
        ("2026-03-01,x,50\0.00\n", ":2: a character is lost here"),
        (f"2026-03-01,x,{'9' * 40}.00\n", ":2: column 3: “9"),
        (f"2026-03-01,x,{'9' * 5000}.00\n", ":2: column 3: “9"),
        ("2026-03-01,x,1e9\n", ":2: column 3: “1e9” is no amount"),
        ("2026-03-01,x,NaN1\n", ":2: column 3: “NaN1” is no amount"),
        ("2026-03-01,x,=1+1\n", ":2: column 3: “=1+1” is no amount"),
        ("2026-03-01,x,0x10\n", ":2: column 3: “0x10” is no amount"),
        ("2026-03-01,x,\u0665\u0660\n", ":2: column 3: “\u0665\u0660” is no amount"),
        ("2026-03-01,x,1.00\n\nDate,Amount,Description\n2026-03-02,-2.00,y\n", ":4: heads stand"),
        ("0001-03-01,x,1.00\n", ":2: “0001-03-01” may be two days"),
        ("2026-03-01,x,-1.00\n2026-03-02,y,2", ":3: column 3: the file ends in “2”, which may be"),
        ("2026-03-01,x,-1.00\n2026-03-02,y", ":3: this row has no amount"),
    ],
)
def test_a_broken_table_is_one_sentence(data: str, said: str) -> None:
    rows = data if "-" in data.split(",")[2] else f"{data}2026-03-02,y,-4.00\n"
    assert f"march.csv{said}" in refusal(HEAD + rows)


def test_two_encodings_in_one_file_are_refused() -> None:
    mixed = f"{HEAD}2026-03-01,Jürgen,3.00\n".encode() + "2026-03-02,Müßig,-4.00\n".encode("cp1252")
    assert "march.csv:3: what stands before this is UTF-8, and this is not" in refusal(mixed)


def test_heads_that_stand_twice_are_read_over() -> None:
    pages = f"{HEAD}2026-03-01,x,3.00\n{HEAD}2026-03-02,y,-4.00\n"
    assert len(read(pages, currency="EUR").lines) == 2
    assert "“Amount” and “Amount” may both be the amount" in refusal(
        "Date,Amount,Amount\n2026-03-01,1.00,2.00\n"
    )


@settings(max_examples=60)
@given(st.permutations(range(6)), st.lists(BOOKINGS, max_size=4))
def test_columns_stand_in_any_order(order: list[int], bookings: list[Booking]) -> None:
    rows = as_csv([*TELLING, *bookings], delimiter="|").decode().splitlines()[1:-1]
    swapped = ["|".join(row.split("|")[place] for place in order) for row in rows]
    lines = read("\n".join(swapped) + "\n").lines
    assert [tells(line) for line in lines] == [
        (one.kind, one.money, one.day) for one in (*TELLING, *bookings)
    ]


OFX, CAMT, MT940 = (write(TELLING).decode() for write in (as_ofx, as_camt, as_mt940))
HUGE = "9" * 5000


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (OFX.replace("</OFX>", ""), ": it is cut off"),
        (OFX.replace("<STMTTRN>", "<STMTTRX>", 1), ": not all of its bookings can be read"),
        (OFX.replace("<FITID>N1", "<TRNAMT>-1.00<FITID>N1"), ":1: this booking has TRNAMT twice"),
        (OFX.replace("12345.67", HUGE), ":1: “9"),
        (OFX.replace("20260331", "00010331"), ":1: “00010331100000[-3:BRT]” is no date"),
        (OFX.replace("<FITID>N1", "<CURRENCY>XXQ<FITID>N1"), ":1: “XXQ” is not an ISO 4217"),
        (CAMT.replace("UTF-8", "GBK"), ":1: this XML's encoding cannot be read"),
        (CAMT.replace("UTF-8", "KLINGON"), ":1: this XML's encoding cannot be read"),
        (CAMT.replace("12345.67", HUGE), ":1: “9"),
        (CAMT.replace(">12345.67", ">"), ":1: “” is no amount"),
        (CAMT.replace("2026-03-31", "0001-03-31"), ":1: “0001-03-31” is no date"),
        (MT940.replace("12345,67", "12345"), ":1: “:61:2603310331D12345NTRF"),
        (MT940.replace("12345,67", "12.345,67"), ":1: “:61:2603310331D12.345,67NTRF"),
        (MT940.replace("12345,67", ","), ":1: “:61:2603310331D,NTRF"),
        (MT940.replace(":62F:", ":64:"), ": it is cut off"),
        (MT940.replace("2603310331", "2602300230"), ": this is no MT940 that can be read (day"),
    ],
)
def test_a_broken_file_of_a_banks_format_is_one_sentence(data: str, said: str) -> None:
    assert f"march.csv{said}" in refusal(data)


def test_a_booking_in_another_currency_is_not_taken_for_the_accounts() -> None:
    told = "<CURRENCY><CURRATE>1.1<CURSYM>USD</CURRENCY><FITID>N1"
    lines = read(OFX.replace("<FITID>N1", told)).lines
    assert [line.money.currency for line in lines] == ["USD", "EUR"]
    lines = read(OFX.replace("<FITID>N1", told.replace("CURRENCY", "ORIGCURRENCY"))).lines
    assert [line.money.currency for line in lines] == ["EUR", "EUR"]


def test_every_statement_of_a_file_has_its_own_account() -> None:
    both = f"{MT940}\r\n{MT940.replace('1234567', '7654321')}"
    assert [line.account for line in read(both).lines] == [
        *["10020030/1234567"] * 2,
        *["10020030/7654321"] * 2,
    ]


SHEET = "xl/worksheets/sheet1.xml"


def workbook(part: str, old: str, new: str, amount: object = 3.5) -> bytes:
    """A workbook of which a part was changed by hand; `old` is a pattern."""
    made, out = Workbook(), io.BytesIO()
    for row in (["Date", "Details", "Amount"], [date(2026, 3, 1), "abc", amount]):
        made.active.append(row)
    made.active.append([date(2026, 3, 2), "rent", -2])
    made.save(whole := io.BytesIO())
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as to:
        for name in source.namelist():
            text = source.read(name).decode()
            if name == part:
                assert re.search(old, text), text
                text = re.sub(old, new, text, count=1)
            to.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (workbook(SHEET, "<worksheet", '<!DOCTYPE x [<!ENTITY a "b">]><worksheet'), "no workbook"),
        (
            workbook(SHEET, "<worksheet", '<!DOCTYPE x [<!ENTITY a SYSTEM "f:a">]><worksheet'),
            "no workbook",
        ),
        (workbook(SHEET, "<v>3.5</v>", "<v>NaN</v>"), "no workbook"),
        (workbook(SHEET, "<v>3.5</v>", f"<v>{HUGE}</v>"), "no workbook"),
        (
            workbook(SHEET, "</sheetData>", '<row r="99999999999"><c r="A9"/></row></sheetData>'),
            "more rows than a sheet can have",
        ),
        (workbook(SHEET, "x", "x", "=1+1"), ":2: this row has no amount"),
        (workbook(SHEET, "x", "x", amount=True), ":2: column 3: “True” is no amount"),
        (workbook(SHEET, "x", "x", "#REF!"), ":2: column 3: “#REF!” is no amount"),
        (workbook(SHEET, "x", "x", 1e300), ":2: column 3: “1000"),
        (workbook(SHEET, "x", "x", "3.000"), ":2: column 3: “3.000” may be read in two ways"),
    ],
)
def test_a_hostile_workbook_is_one_sentence(data: bytes, said: str) -> None:
    assert said in refusal(data)


def test_a_workbook_may_say_that_it_has_a_million_columns() -> None:
    vast = '<dimension ref="A1:XFD1048576"/>'
    lines = read(workbook(SHEET, '<dimension ref="[^"]*" ?/>', vast), currency="EUR").lines
    assert [line.money.amount for line in lines] == ["3.50", "2.00"]
    assert (
        read(workbook(SHEET, "x", "x", 0.1 + 0.2), currency="EUR").lines[0].money.amount == "0.30"
    )
