"""Statements in every format: what was written is read, and what is not sure is refused."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.statements.line import Kind, Line, Unreadable, with_fingerprints
from desk.statements.reading import Statement, Told, read_statement
from desk.statements.tables.columns import NoColumns, parse_map
from payments.money import Money
from tests.desk.statements.files import FORMATS, Booking, as_camt, as_csv, as_mt940, as_ofx

WORDS = st.text("ABCDEFGH abcdefgh0123456789", min_size=1, max_size=24).map(
    lambda text: "Q" + " ".join(text.split())
)
BOOKINGS = st.builds(
    Booking,
    st.sampled_from([Kind.CREDIT, Kind.CREDIT, Kind.DEBIT, Kind.TAKEN_BACK]),
    st.integers(1, 10**9).map(lambda minor: Money(minor, "EUR")),
    st.integers(0, 30).map(lambda days: date(2026, 3, 1) + timedelta(days)),
    WORDS,
    WORDS,
    st.integers(10**6, 10**12).map(lambda number: f"N{number}"),
)
# What tells, in any file, the order of dates and the mark of decimals, and that there are signs
TELLING = [
    Booking(Kind.DEBIT, Money(1234567, "EUR"), date(2026, 3, 31), "rent", "Landlord", "N1"),
    Booking(Kind.CREDIT, Money(5050, "EUR"), date(2026, 3, 30), "lunch", "Asha", "N2"),
]


def read(data: bytes | str, file: str = "march.csv", **options: str) -> Statement:
    raw = data.encode() if isinstance(data, str) else data
    said = parse_map(options.pop("map")) if "map" in options else None
    told = Told(said, options.pop("encoding", None))
    return read_statement(io.BytesIO(raw), file, told, **options)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=25)
@given(st.lists(BOOKINGS, max_size=8, unique_by=lambda one: one.bank_id))
def test_what_a_bank_writes_is_read(name: str, bookings: list[Booking]) -> None:
    booked = [*TELLING, *bookings]
    lines = read(FORMATS[name](booked)).lines
    assert [(line.kind, line.money, line.booked_on) for line in lines] == [
        (one.kind, one.money, one.day) for one in booked
    ]
    for line, one in zip(lines, booked, strict=True):
        assert one.text in line.words
        assert line.name.strip() == one.name
        assert line.bank_id == one.bank_id
    assert len({line.fingerprint for line in lines}) == len(lines)


@pytest.mark.parametrize("name", FORMATS)
def test_a_line_has_the_same_fingerprint_in_a_file_of_another_period(name: str) -> None:
    march = [
        Booking(Kind.CREDIT, Money(n * 100, "EUR"), date(2026, 3, n), f"q {n}", "Asha", f"N{n}")
        for n in range(1, 29)
    ]
    first, second = (read(FORMATS[name]([*TELLING, *part])) for part in (march[:20], march[10:]))
    known = {line.fingerprint: line.money for line in first.lines}
    again = [line for line in second.lines if line.fingerprint in known]
    assert len(again) == 12
    assert all(known[line.fingerprint] == line.money for line in again)


def test_lines_that_agree_in_everything_are_counted() -> None:
    same = Booking(Kind.CREDIT, Money(2000, "EUR"), date(2026, 3, 1), "tea", "Asha")
    lines = read(as_csv([*TELLING, same, same])).lines
    assert len({line.fingerprint for line in lines}) == 4
    part = read(as_csv([*TELLING, same])).lines
    assert {line.fingerprint for line in part} < {line.fingerprint for line in lines}


HEAD = "Date,Description,Amount\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "march.csv: the file is empty."),
        ("%PDF-1.7 …", "march.csv: a PDF is for people"),
        ("\xd0\xcf\x11\xe0", "march.csv: this is a workbook of old Excel (.xls)"),
        ("just words\nand more\n", "march.csv:1: no columns are found"),
        ("a,b,c\n1,2,3\n", "march.csv:1: no row of heads is known"),
        (HEAD, "march.csv:1: there is no booking in it"),
        (HEAD + "2026-03-01,x,3.000\n2026-03-02,y,-4.000\n", "march.csv:2: column 3: “3.000” may"),
        (HEAD + "2026-03-01,x,3.000\n2026-03-02,y,-110.7\n", "march.csv:2: “3.000” has more deci"),
        (HEAD + "2026-03-01,x,1.2.3\n2026-03-02,y,-110.7\n", "march.csv:2: column 3: “1.2.3”"),
        (HEAD + "03/04/2026,x,3.00\n04/05/2026,y,-1.00\n", "march.csv:2: “03/04/2026” may be two"),
        (HEAD + "2026-13-01,x,3.00\n2026-03-01,y,-1\n", "march.csv:2: “2026-13-01” may be two"),
        (HEAD + "soon 1,x,3.00\n2026-03-01,y,-1\n", "march.csv:2: “soon 1” is no date"),
        (HEAD + "2026-03-01,x,3.00\n2026-03-02,y,4.00\n", "march.csv:2: no amount has a sign"),
        (HEAD + "2026-03-01,x,3.00\n2026-03-02,y,\n", "march.csv:3: this row has no amount"),
        (HEAD + "2026-03-01,x,3.00\n,y,-4.00\n", "march.csv:3: this row has no date"),
        (HEAD + "2026-03-01,x,many\n", "march.csv:2: column 3: “many” is no amount"),
        (HEAD + "2026-03-01,x,--5\n", "march.csv:2: column 3: “--5” has two signs"),
        (HEAD + "2026-03-01,x,5 bananas\n", "march.csv:2: column 3: “5 bananas” is no amount"),
        (HEAD + '2026-03-01,"x,3.00\n', "march.csv:2: this row has no end or a stray quote"),
        ("Date,Credit,Debit\n2026-03-01,1.00,2.00\n", "march.csv:2: this row has a credit and a"),
        ("Date,Amount,Betrag\n2026-03-01,1.00,2.00\n", "march.csv:1: “Amount” and “Betrag” may"),
        ("Date,Amount,Dr/Cr\n2026-03-01,1.00,X\n", "march.csv:2: “x” is neither in nor out"),
        ("Date,Amount,State,Balance\n2026-03-01,-1.00,odd,\n", "march.csv:2: what is the status"),
        ("<html>", "march.csv:1: this is no whole XML"),
        ("<html/>", "march.csv: this XML is no camt.052, .053 or .054."),
        ('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "march.csv: it declares entities"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "march.csv: it decl"),
        ("<OFX><STMTRS><STMTTRN></OFX>", "march.csv: it says no currency"),
    ],
)
def test_what_is_not_sure_is_one_sentence(text: str, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text.encode("latin-1") if text.startswith("\xd0") else text, currency="EUR")
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


BROKEN = {name: FORMATS[name](TELLING) for name in ("camt.053", "mt940", "ofx", "xlsx")}


@pytest.mark.parametrize("name", BROKEN)
@settings(max_examples=60)
@given(st.data())
def test_a_file_that_broke_is_read_whole_or_refused(name: str, data: st.DataObject) -> None:
    """Never with fewer bookings than it says it has, never by another exception."""
    whole = BROKEN[name]
    at = data.draw(st.integers(0, len(whole) - 1))
    broken = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    try:
        found = read(broken, currency="EUR")
    except Unreadable:
        return
    assert found.lines


def test_an_unreadable_amount_is_never_zero_and_a_zero_is_told() -> None:
    found = read(HEAD + "2026-03-01,x,0.00\n2026-03-02,y,-4.00\n", currency="EUR")
    assert [line.kind for line in found.lines] == [Kind.ZERO, Kind.DEBIT]


@pytest.mark.parametrize(
    ("cell", "minor"),
    [
        *(("1,00,050.00", 10005000), ("₹ 50.00", 5000), ("50.00 Cr", 5000), ("INR 50", 5000)),
        *(("50.00Dr", -5000), ("(50.00)", -5000), ("50.00-", -5000), ("\u221250.00", -5000)),
        *(("1 050.00", 105000), ("1'050.00", 105000), ("+7.50", 750)),
    ],
)
def test_amounts_as_banks_write_them(cell: str, minor: int) -> None:
    text = HEAD + f'2026-03-01,x,"{cell}"\n2026-03-02,y,-4.25\n'
    line = read(text, currency="INR").lines[0]
    assert line.money.amount_minor == abs(minor)
    assert (line.kind is Kind.DEBIT) is (minor < 0)


def test_what_somebody_says_of_columns_counts() -> None:
    text = "03/04/2026,lunch,3.00\n04/05/2026,tea,110.70\n"
    said = "date=1 text=2 amount=3 order=mdy unsigned=in currency=EUR"
    found = read(text, map=said)
    assert [(line.money.amount, line.booked_on) for line in found.lines] == [
        ("3.00", date(2026, 3, 4)),
        ("110.70", date(2026, 4, 5)),
    ]
    assert (
        read(text, map=found.table.columns.describe() if found.table else "").lines == found.lines
    )
    with pytest.raises(NoColumns, match="“dat=1” is not understood"):
        parse_map("dat=1")


def test_a_broken_line_goes_on_and_totals_are_no_booking() -> None:
    text = (
        "Account Number : 50100123456789,,\n" + HEAD + "2026-03-01,lunch 1KJ,3.00\n,KBWN7,\n"
        "2026-03-02,y,-4.00\nTotal,,7.00\n,Closing balance,99.00\n"
    )
    found = read(text, currency="EUR")
    assert [line.text for line in found.lines] == ["lunch 1KJ KBWN7", "y"]
    assert found.lines[0].account == "50100123456789"


def batch(parts: str, total: str = "100.00") -> list[Line]:
    entry = as_camt([Booking(Kind.CREDIT, Money(10000, "EUR"), date(2026, 3, 1), "x")]).decode()
    start, end = entry.index("<NtryDtls>"), entry.index("</Ntry>")
    text = f"{entry[:start]}<NtryDtls>{parts}</NtryDtls>{entry[end:]}"
    return list(read(text.replace("100.00<", f"{total}<", 1)).lines)


def test_a_batch_is_its_parts_only_if_they_add_up() -> None:
    part = '<TxDtls><Amt Ccy="EUR">{}</Amt><RmtInf><Ustrd>{}</Ustrd></RmtInf></TxDtls>'
    both = part.format("40.00", "a") + part.format("60.00", "b")
    assert [(line.kind, line.money.amount, line.text) for line in batch(both)] == [
        (Kind.CREDIT, "40.00", "a"),
        (Kind.CREDIT, "60.00", "b"),
    ]
    assert len({line.fingerprint for line in batch(both)}) == 2
    assert [line.kind for line in batch(both, "99.00")] == [Kind.BATCH]
    assert [line.kind for line in batch("<Btch><NbOfTxs>3</NbOfTxs></Btch>")] == [Kind.BATCH]


def test_what_is_pending_or_went_back_is_kept_apart() -> None:
    credit = Booking(Kind.CREDIT, Money(10000, "EUR"), date(2026, 3, 1), "x")
    back = Booking(Kind.TAKEN_BACK, Money(10000, "EUR"), date(2026, 3, 2), "x")
    camt = as_camt([credit, back]).replace(b"BOOK", b"PDNG", 1)
    assert [line.kind for line in read(camt).lines] == [Kind.PENDING, Kind.TAKEN_BACK]
    state = "Date,Amount,State,Text\n2026-03-01,1.00,REVERTED,x\n2026-03-01,-1.00,COMPLETED,y\n"
    kinds = [line.kind for line in read(state, currency="EUR").lines]
    assert kinds == [Kind.PENDING, Kind.DEBIT]
    returned = as_mt940([credit]).replace(b"C100,00", b"RD100,00")
    assert [line.kind for line in read(returned).lines] == [Kind.RETURNED]


def test_a_workbook_that_would_burst_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    with pytest.raises(Unreadable, match="far larger than a statement"):
        read(out.getvalue())


def test_characters_are_read_as_they_were_written() -> None:
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be"):
        text = HEAD + "2026-03-01,Jürgen Müßig,3.00\n2026-03-02,y,-4.00\n"
        line = read(text.encode(encoding), currency="EUR").lines[0]
        assert line.text == "Jürgen Müßig", encoding
    japanese = (HEAD + "2026-03-01,\u5c71\u7530,3.00\n2026-03-02,y,-4.00\n").encode("cp932")
    assert read(japanese, currency="JPY", map="currency=EUR", encoding="cp932").lines[0].text == (
        "\u5c71\u7530"
    )
    with pytest.raises(Unreadable, match=r"march\.csv:2: byte 36 is no ascii"):
        read(text.encode(), encoding="ascii")
    with pytest.raises(Unreadable, match="There is no encoding “klingon”"):
        read(text, encoding="klingon")


def test_fingerprints_do_not_depend_on_where_a_line_stands() -> None:
    lines = read(as_ofx(TELLING)).lines
    assert {one.fingerprint for one in with_fingerprints(reversed(lines))} == {
        one.fingerprint for one in lines
    }


def test_an_organisations_statement_of_m_pesa_is_read() -> None:
    head = (
        "Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,"
        "Withdrawn,Balance,Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID\n"
    )
    rows = (
        "SGH7XK2L9P,2026-03-01 09:30:11,2026-03-01 09:30:10,Pay Bill from 2547****678,Completed,"
        '"1,500.00",,"2,310.00",TRUE,Pay Bill,2547****678 - JANE WANJIKU,\n'
        "SGH7XK2L9Q,2026-03-13 10:00:00,2026-03-13 09:59:59,Withdrawal,Completed,,-200.00,"
        '"2,110.00",TRUE,Withdrawal,Agent,\n'
    )
    credit, debit = read(head + rows, currency="KES").lines
    assert (credit.kind, credit.money) == (Kind.CREDIT, Money(150_000, "KES"))
    assert (credit.bank_id, credit.booked_on) == ("SGH7XK2L9P", date(2026, 3, 1))
    assert "JANE WANJIKU" in credit.name
    assert (debit.kind, debit.money) == (Kind.DEBIT, Money(20_000, "KES"))
