"""Statements read: a camt.053 of 200 MB, and a hundred thousand lines in each of the other formats.

Usage: make bench-reading   (prints a table, keeps the docs' figures)
"""

import json
import multiprocessing
import random
import resource
import time
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

import click
from openpyxl import Workbook

from desk.statements.reading import read_statement
from tools.figure_pages import reading_table, refresh
from tools.figures import save_figures

LARGE, SMALL = 200_000_000, 20_000_000  # bytes
LINES = 100_000
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NAMES = [f"{first} {last}" for first in ("Asha", "Ravi", "Meera") for last in ("Rao", "Naik")]
AMOUNTS = ("20.00", "50.00", "73.50", "100.00")

Row = tuple[str, str, str, str, str]
"""Day, text, number, name and amount of a booking."""


def rows() -> Iterator[Row]:
    dice = random.Random(7)
    for number in count():
        day, text = f"2026-03-{number % 28 + 1:02}", "".join(dice.choices(SIGNS, k=25))
        yield day, f"Lunch {text}", f"S{number:011}", dice.choice(NAMES), dice.choice(AMOUNTS)


def few_details(row: Row) -> str:
    day, text, number, name, amount = row
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{number}</AcctSvcrRef><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>{name}</Nm>"
        f"</Pty></Dbtr></RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def all_details(row: Row) -> str:
    """As German banks write them: most of it is wanted by nobody here."""
    day, text, number, name, amount = row
    sum_ = f'<Amt Ccy="EUR">{amount}</Amt>'
    code = (
        "\n    <BkTxCd>\n     <Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd>"
        "</Fmly></Domn>\n     <Prtry><Cd>NTRF+166+00931</Cd><Issr>DK</Issr></Prtry>\n    </BkTxCd>"
    )
    address = (
        "<PstlAdr><StrtNm>Hauptstr.</StrtNm><PstCd>10115</PstCd><TwnNm>Berlin</TwnNm></PstlAdr>"
    )
    return (
        f"\n   <Ntry>\n    <NtryRef>{number}</NtryRef>\n    {sum_}\n    <CdtDbtInd>CRDT</CdtDbtInd>"
        f"\n    <RvslInd>false</RvslInd>\n    <Sts><Cd>BOOK</Cd></Sts>\n    <BookgDt><Dt>{day}</Dt>"
        f"</BookgDt>\n    <ValDt><Dt>{day}</Dt></ValDt>\n    <AcctSvcrRef>{number}</AcctSvcrRef>"
        f"{code}\n    <NtryDtls>\n     <TxDtls>\n      <Refs><MsgId>M{number}</MsgId><AcctSvcrRef>"
        f"{number}</AcctSvcrRef><EndToEndId>E{number}</EndToEndId><TxId>T{number}</TxId></Refs>"
        f"\n      {sum_}\n      <CdtDbtInd>CRDT</CdtDbtInd>\n      <AmtDtls><InstdAmt>{sum_}"
        f"</InstdAmt><TxAmt>{sum_}</TxAmt></AmtDtls>{code}\n      <RltdPties>\n       <Dbtr><Pty>"
        f"<Nm>{name}</Nm>{address}</Pty></Dbtr>\n       <DbtrAcct><Id>"
        "<IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>\n"
        "       <Cdtr><Pty><Nm>Town Market</Nm></Pty></Cdtr>\n      </RltdPties>\n"
        f"      <RmtInf><Ustrd>{text}</Ustrd><Ustrd>danke und bis bald, es war sehr gut</Ustrd>"
        "</RmtInf>"
        "\n     </TxDtls>\n    </NtryDtls>\n    <AddtlNtryInf>SEPA CREDIT TRANSFER</AddtlNtryInf>"
        "\n   </Ntry>"
    )


def camt(entry: Callable[[Row], str], size: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("w") as file:
            file.write(
                '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:'
                'tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id>'
                "<IBAN>DE89370400440532013000</IBAN></Id></Acct>"
            )
            for row in rows():
                if file.tell() >= size:
                    break
                file.write(entry(row))
            file.write("</Stmt></BkToCstmrStmt></Document>")

    return write


def csv(path: Path) -> None:
    lines = (f"{','.join(row)}\n" for row in islice(rows(), LINES - 1))
    path.write_text("Date,Details,Ref No,Name,Amount\n2026-03-01,Rent,,,-9.00\n" + "".join(lines))


def mt940(path: Path) -> None:
    head = ":20:A\n:25:10020030/1234567\n:28C:1/1\n:60F:C260228EUR1000,00\n"
    lines = (
        f":61:{day[2:].replace('-', '')}C{amount.replace('.', ',')}NTRFNONREF//{number}\n"
        f":86:166?00GUTSCHRIFT?20SVWZ+{text}?32{name}\n"
        for day, text, number, name, amount in islice(rows(), LINES)
    )
    path.write_text(f"{head}{''.join(lines)}:62F:C260331EUR1000,00\n-\n")


def ofx(path: Path) -> None:
    lines = (
        f"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>{day.replace('-', '')}<TRNAMT>{amount}<FITID>{number}"
        f"<NAME>{name}<MEMO>{text}</STMTTRN>\n"
        for day, text, number, name, amount in islice(rows(), LINES)
    )
    path.write_text(
        "OFXHEADER:100\n\n<OFX><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>341<ACCTID>12345"
        f"</BANKACCTFROM><BANKTRANLIST>{''.join(lines)}</BANKTRANLIST></STMTRS></OFX>"
    )


def xlsx(path: Path) -> None:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append(["Date", "Details", "Ref No", "Name", "Amount"])
    sheet.append(["2026-03-01", "Rent", "", "", -9.0])
    for day, text, number, name, amount in islice(rows(), LINES - 1):
        sheet.append([day, text, number, name, float(amount)])
    workbook.save(path)


def ours(path: Path) -> int:
    with path.open("rb") as file:
        return len(read_statement(file, path.name, currency="EUR").lines)


def as_tree(path: Path) -> int:
    """The way one writes it first: all of it as a tree, then what is wanted of each entry."""
    space = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"
    found = [
        (
            entry.findtext(f"{space}Amt"),
            entry.findtext(f"{space}BookgDt/{space}Dt"),
            entry.findtext(f"{space}NtryDtls/{space}TxDtls/{space}RmtInf/{space}Ustrd"),
            entry.findtext(f"{space}AcctSvcrRef"),
        )
        for entry in ET.parse(path).iter(f"{space}Ntry")
    ]
    return len(found)


FILES = {
    "camt.053 of 200 MB, few details": (camt(few_details, LARGE), ours),
    "camt.053 of 200 MB, all details": (camt(all_details, LARGE), ours),
    "camt.053 of 20 MB, few details": (camt(few_details, SMALL), ours),
    "the same as a tree first, no lines made": (camt(few_details, SMALL), as_tree),
    "CSV": (csv, ours),
    "MT940": (mt940, ours),
    "OFX": (ofx, ours),
    "XLSX": (xlsx, ours),
}


def measured(path: Path, read: Callable[[Path], int]) -> dict[str, float]:
    """In a process that does nothing else."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        lines, seconds, megabytes = pool.apply(_measure, (path, read))
    size = round(path.stat().st_size / 1_000_000)
    return {"file": size, "lines": lines, "seconds": round(seconds, 1), "megabytes": megabytes}


def _measure(path: Path, read: Callable[[Path], int]) -> tuple[int, float, int]:
    started = time.process_time()
    lines = read(path)
    seconds = time.process_time() - started
    return lines, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    figures = {}
    with TemporaryDirectory() as folder:
        path = Path(folder, "statement")
        for name, (write, read) in FILES.items():
            write(path)
            figures[name] = measured(path, read)
            path.unlink()
            click.echo(json.dumps({name: figures[name]}), err=True)
    refresh(save_figures("reading", figures))
    click.echo(reading_table({"reading": figures}))


if __name__ == "__main__":
    main()
