"""Statements' files of the tests' own making, in every format, from the same bookings."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from openpyxl import Workbook

from desk.statements.line import Kind
from payments.money import Money

_NESTED = 8  # from this version of camt on, a status has a code, and a name is a party's
IBAN = "DE89370400440532013000"
OUT = (Kind.DEBIT, Kind.TAKEN_BACK)


@dataclass(frozen=True, slots=True)
class Booking:
    kind: Kind
    money: Money
    day: date
    text: str
    name: str = ""
    bank_id: str = ""


def grouped(amount: str, mark: str) -> str:
    whole, _, decimals = amount.partition(".")
    head = whole[: len(whole) % 3]
    parts = [head] if head else []
    parts += [whole[at : at + 3] for at in range(len(head), len(whole), 3)]
    return ("." if mark == "," else ",").join(parts) + (mark + decimals if decimals else "")


def as_csv(
    bookings: Sequence[Booking],
    *,
    delimiter: str = ",",
    mark: str = ".",
    day: str = "%d/%m/%Y",
    encoding: str = "utf-8",
    two_columns: bool = False,
) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["Statement of account", "", ""])
    sums = ["Withdrawal Amt.", "Deposit Amt."] if two_columns else ["Amount"]
    writer.writerow(["Date", "Narration", "Ref No.", "Payer name", *sums, "Currency"])
    for one in bookings:
        amount, is_out = grouped(one.money.amount, mark), one.kind in OUT
        cells = [amount, ""] if is_out else ["", amount]
        signed = [f"-{amount}" if is_out else amount]
        text = f"REVERSAL {one.text}" if one.kind is Kind.TAKEN_BACK else one.text
        row = [one.day.strftime(day), text, one.bank_id, one.name]
        writer.writerow([*row, *(cells if two_columns else signed), one.money.currency])
    writer.writerow(["Total", "", "", "", "1.234,00", ""])
    return out.getvalue().encode(encoding)


def as_workbook(bookings: Sequence[Booking]) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    sheet.append(["Date", "Details", "UTR", "Sender", "Debit", "Credit", "Currency"])
    for one in bookings:
        text = f"REVERSAL {one.text}" if one.kind is Kind.TAKEN_BACK else one.text
        number = float(one.money.amount)
        cells = [number, None] if one.kind in OUT else [None, number]
        sheet.append([one.day, text, one.bank_id, one.name, *cells, one.money.currency])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def as_camt(
    bookings: Sequence[Booking], version: str = "053.001.08", *, of_batch: int = 1
) -> bytes:
    """With credits of a day that stand together in batches of at most so many."""
    roots = {"052": "BkToCstmrAcctRpt", "053": "BkToCstmrStmt", "054": "BkToCstmrDbtCdtNtfctn"}
    root = roots[version[:3]] + ("V01" if version.endswith("01") else "")
    holder = {"052": "Rpt", "053": "Stmt", "054": "Ntfctn"}[version[:3]]
    entries = "".join(_entry(some, int(version[-2:])) for some in _batches(bookings, of_batch))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{version}"><{root}>'
        f"<{holder}><Acct><Id><IBAN>{IBAN}</IBAN></Id></Acct>{entries}</{holder}>"
        f"</{root}></Document>"
    ).encode()


def _batches(bookings: Sequence[Booking], most: int) -> Iterator[Sequence[Booking]]:
    held: list[Booking] = []
    for one in bookings:
        if held and (len(held) == most or (one.day, one.kind) != (held[0].day, held[0].kind)):
            yield held
            held = []
        held.append(one)
        if one.kind is not Kind.CREDIT:
            yield held
            held = []
    if held:
        yield held


def _entry(some: Sequence[Booking], version: int) -> str:
    one, currency = some[0], some[0].money.currency
    total = Money(sum(each.money.amount_minor for each in some), currency)
    side = "DBIT" if one.kind in OUT else "CRDT"
    reversal = "<RvslInd>true</RvslInd>" if one.kind is Kind.TAKEN_BACK else ""
    status = "<Cd>BOOK</Cd>" if version >= _NESTED else "BOOK"
    number = f"<AcctSvcrRef>{escape(one.bank_id)}</AcctSvcrRef>" if len(some) == 1 else ""
    details = "".join(_details(each, version, is_part=len(some) > 1) for each in some)
    if version > 1:
        details = f"<NtryDtls>{details}</NtryDtls>"
    return (
        f'<Ntry><Amt Ccy="{currency}">{total.amount}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd>{reversal}<Sts>{status}</Sts>"
        f"<BookgDt><Dt>{one.day}</Dt></BookgDt>{number}{details}</Ntry>"
    )


def _details(one: Booking, version: int, *, is_part: bool) -> str:
    role = "Cdtr" if one.kind in OUT else "Dbtr"
    name = f"<Nm>{escape(one.name)}</Nm>"
    party = f"<Pty>{name}</Pty>" if version >= _NESTED else name
    own = f"<AcctSvcrRef>{escape(one.bank_id)}</AcctSvcrRef>" if is_part else ""
    amount = f'<Amt Ccy="{one.money.currency}">{one.money.amount}</Amt>' if is_part else ""
    if version == 1:
        amount = f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>"
    return (
        f"<TxDtls><Refs>{own}<EndToEndId>NOTPROVIDED</EndToEndId></Refs>{amount}"
        f"<RltdPties><{role}>{party}</{role}></RltdPties>"
        f"<RmtInf><Ustrd>{escape(one.text)}</Ustrd></RmtInf></TxDtls>"
    )


def as_mt940(bookings: Sequence[Booking]) -> bytes:
    sides = {Kind.DEBIT: "D", Kind.TAKEN_BACK: "RC"}
    lines = [":20:STARTUMS", ":25:10020030/1234567", ":28C:1/1", ":60F:C260228EUR1000,00"]
    for one in bookings:
        amount = one.money.amount.replace(".", ",")
        side = sides.get(one.kind, "C")
        lines.append(f":61:{one.day:%y%m%d%m%d}{side}{amount}NTRFNONREF//{one.bank_id or 'NONREF'}")
        lines.append(f":86:166?00GUTSCHRIFT?20SVWZ+{one.text}?32{one.name}")
    return "\r\n".join([*lines, ":62F:C260331EUR1000,00", "-"]).encode()


def as_mt942(bookings: Sequence[Booking]) -> bytes:
    """Of a day that is not over: no balances, but the end's sign."""
    lines = as_mt940(bookings).decode().split("\r\n")
    kept = [line for line in lines if not line.startswith((":60F:", ":62F:"))]
    return "\r\n".join([*kept[:3], ":34F:EURD0,00", ":13D:2603311530+0100", *kept[3:]]).encode()


def as_qfx(bookings: Sequence[Booking]) -> bytes:
    """OFX 2, which is XML: every element ends."""
    text = as_ofx(bookings, encoding="utf-8").decode()
    body = text.partition("<OFX>")[2]
    body = re.sub(r"<([A-Z]+)>([^<\r\n]+)", r"<\1>\2</\1>\n", body)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200"?>\n<OFX>{body}'.encode()


def as_ofx(bookings: Sequence[Booking], *, mark: str = ".", encoding: str = "cp1252") -> bytes:
    parts = []
    for one in bookings:
        text = f"ESTORNO {one.text}" if one.kind is Kind.TAKEN_BACK else one.text
        sign = "-" if one.kind in OUT else ""
        parts.append(
            f"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>{one.day:%Y%m%d}100000[-3:BRT]"
            f"<TRNAMT>{sign}{one.money.amount.replace('.', mark)}<FITID>{one.bank_id}"
            f"<NAME>{escape(one.name)}<MEMO>{escape(text)}</STMTTRN>\r\n"
        )
    currency = bookings[0].money.currency if bookings else "BRL"
    return (
        "OFXHEADER:100\r\nDATA:OFXSGML\r\nENCODING:USASCII\r\n\r\n<OFX><BANKMSGSRSV1><STMTTRNRS>"
        f"<STMTRS><CURDEF>{currency}<BANKACCTFROM><BANKID>341<ACCTID>12345</BANKACCTFROM>"
        f"<BANKTRANLIST>{''.join(parts)}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    ).encode(encoding)


Writer = Callable[[Sequence[Booking]], bytes]

FORMATS: dict[str, Writer] = {
    "csv": as_csv,
    "csv of germany": lambda b: as_csv(
        b, delimiter=";", mark=",", day="%d.%m.%Y", encoding="cp1252"
    ),
    "csv of utf-16": lambda b: as_csv(b, delimiter="\t", day="%Y-%m-%d", encoding="utf-16"),
    "csv without a mark of utf-16": lambda b: as_csv(b, encoding="utf-16-le"),
    "csv of two columns": lambda b: as_csv(b, day="%d-%b-%y", two_columns=True),
    "xlsx": as_workbook,
    "camt.052": lambda b: as_camt(b, "052.001.02"),
    "camt.053": as_camt,
    "camt.053 of version 1": lambda b: as_camt(b, "053.001.01", of_batch=2),
    "camt.053 of version 13": lambda b: as_camt(b, "053.001.13"),
    "camt.053 in batches": lambda b: as_camt(b, of_batch=3),
    "camt.054": lambda b: as_camt(b, "054.001.04"),
    "mt940": as_mt940,
    "mt942": as_mt942,
    "qfx": as_qfx,
    "ofx": as_ofx,
    "ofx with commas": lambda b: as_ofx(b, mark=",", encoding="utf-8"),
}
