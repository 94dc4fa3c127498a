"""camt of any size: the same lines as of its tree, which is never made, nor is more held."""

import io
import random
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.statements.camt import read_camt
from desk.statements.line import Line, Unreadable
from tests.desk.statements.files import FORMATS, IBAN, Booking
from tests.desk.statements.test_reading import BOOKINGS, TELLING
from tests.desk.statements.tree_reader import read_tree

FILES = {name: write for name, write in FORMATS.items() if name.startswith("camt")}
SAID = ("", " ", "NOTPROVIDED", "Lunch", "Jürgen & <Söhne>", "a\n  b", "N1", "x" * 200)
SUMS = ("50.00", "50.00", "20", "30.0", "0", "100.00", "70.000", "-1", "1,00", "1.005", "")
DAYS = ("2026-03-01", "2026-03-01", "2026-03-02T10:00:00+01:00", "2026-13-01", "", "1999-01-01")
NOISE = ("", "", "", "\n  ", "<!-- <Ntry/> -->", "<Zz><Amt>1</Amt><Nm>no</Nm></Zz>", "<?x y?>")


def outcome(read: Callable[[], list[Line]]) -> list[Line] | str:
    try:
        return read()
    except Unreadable as refused:
        return str(refused)


class Bank:
    """Writes whatever its dice say, within what the standard has, and now and then without."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.prefix = self.dice.choice(("", "", "c:"))
        self.is_first = self.dice.random() < 0.2
        self.is_odd = self.dice.random() < 0.3  # else its amounts, dates and sides can be read
        self.is_cut = not self.is_odd and self.dice.random() < 0.1

    def some(self, name: str, body: Callable[[], str], most: int = 1) -> str:
        times = min(self.dice.choice((0, 1, 1, 1, 2, 3)), most)
        return "".join(self.one(name, body) for _ in range(times))

    def one(self, name: str, body: Callable[[], str], more: str = "") -> str:
        tag = self.prefix + name
        before = "" if more.startswith(" xmlns") else self.dice.choice(NOISE)
        return f"{before}<{tag}{more}>{body()}</{tag}>"

    def text(self) -> str:
        return self.written(self.dice.choice(SAID))

    def written(self, text: str) -> str:
        """A text in one of the ways in which XML may have it."""
        half = len(text) // 2
        return self.dice.choice((
            escape(text), escape(text), f"<![CDATA[{text}]]>",
            "".join(f"&#{ord(character)};" for character in text),
            f"{escape(text[:half])}<!-- x -->{escape(text[half:])}<Zz>more</Zz>after",
        ))  # fmt: skip

    def group(self, *parts: Callable[[], str]) -> str:
        return "".join(part() for part in self.dice.sample(parts, len(parts)))

    def amount(self) -> str:
        currency = self.dice.choice(("EUR",) * 9 + ("USD", "XXQ")) if self.is_odd else "EUR"
        own = self.dice.choice(SUMS if self.is_odd else SUMS[:6])
        return self.one("Amt", lambda: self.written(own), f' Ccy="{currency}"')

    def side(self) -> str:
        sides = ("CRDT", "DBIT", "X", "") if self.is_odd else ("CRDT", "CRDT", "DBIT")
        return self.one("CdtDbtInd", lambda: self.dice.choice(sides))

    def day(self) -> str:
        days = DAYS if self.is_odd else DAYS[:3]
        return self.some(self.dice.choice(("Dt", "DtTm")), lambda: self.dice.choice(days))

    def party(self) -> str:
        name = self.some("Nm", self.text)
        return self.dice.choice((name, self.some("Pty", lambda: name)))

    def remittance(self) -> str:
        texts, some = self.text, self.some
        reference = self.dice.choice(("Ref", "CdtrRef"))
        return self.group(
            lambda: some("Ustrd", texts, 3),
            lambda: some(
                "Strd",
                lambda: (
                    some("CdtrRefInf", lambda: some(reference, texts))
                    + some("AddtlRmtInf", texts, 2)
                ),
                2,
            ),
        )

    def details(self) -> str:
        some, texts = self.some, self.text
        references = ("AcctSvcrRef", "EndToEndId", "InstrId", "TxId", "PmtInfId", "UETR", "MsgId")
        holders = ("TxAmt", "InstdAmt")
        parties = ("UltmtDbtr", "Dbtr", "UltmtCdtr", "Cdtr")
        return self.group(
            lambda: some("Refs", lambda: "".join(some(name, texts) for name in references)),
            lambda: "" if self.is_first else self.dice.choice((self.amount, str))(),
            lambda: some("AmtDtls", lambda: "".join(some(one, self.amount) for one in holders)),
            self.dice.choice((self.side, str, str)),
            lambda: some("RltdPties", lambda: "".join(some(one, self.party) for one in parties)),
            lambda: some("RmtInf", self.remittance, 2),
            lambda: self.dice.choice(("", "", "", "", "<RtrInf/>")),
            lambda: some("AddtlTxInf", texts),
        )

    def batch(self) -> str:
        number = lambda: self.some("NbOfTxs", lambda: str(self.dice.randrange(4)))  # noqa: E731
        within = self.some("Btch", number, 2) + self.some("TxDtls", self.details, 3)
        return within if self.is_first else self.some("NtryDtls", lambda: within, 2)

    def status(self) -> str:
        code = self.dice.choice(("BOOK", "BOOK", "BOOK", "PDNG", ""))
        way = self.dice.choice(("Cd", "Prtry", "Zz", ""))
        return self.one(way, lambda: code) if way else code

    def entry(self) -> str:
        some, texts, lacks = self.some, self.text, self.is_odd and self.dice.random() < 0.1
        booked = f"<{self.prefix}Dt>2026-03-09</{self.prefix}Dt>"
        return self.group(
            lambda: some("Amt", str) if lacks else self.amount(),
            self.side,
            lambda: some("RvslInd", lambda: self.dice.choice(("true", "false", "1", "TRUE", "0"))),
            lambda: some("Sts", self.status),
            lambda: some("BookgDt", self.day) if lacks else self.one("BookgDt", lambda: booked),
            lambda: some("ValDt", self.day),
            lambda: some("AcctSvcrRef", texts),
            lambda: some("NtryRef", texts),
            self.batch,
            lambda: some("AddtlNtryInf", texts),
        )

    def account(self) -> str:
        own = self.dice.choice((
            lambda: self.one("IBAN", lambda: IBAN),
            lambda: self.one("Othr", lambda: self.one("Id", lambda: "12345")),
            lambda: self.one("PrtryAcct", lambda: self.one("Id", lambda: "12345")),
        ))  # fmt: skip
        return self.some("Id", own)

    def statement(self) -> str:
        entries = (self.one("Ntry", self.entry) for _ in range(self.dice.randrange(4)))
        return self.some("Acct", self.account) + "".join(entries)

    def file(self) -> bytes:
        root, holder = self.dice.choice((
            ("BkToCstmrStmt", "Stmt"), ("BkToCstmrAcctRpt", "Rpt"),
            ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
        ))  # fmt: skip
        root = self.dice.choice((f"{root}V01" if self.is_first else root, *[root] * 9, "Odd"))
        some = self.one(holder, self.statement) + self.some(holder, self.statement)
        name = ":c" if self.prefix else ""
        space = f' xmlns{name}="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"'
        text = self.one("Document", lambda: self.one(root, lambda: some), space)
        if self.dice.random() < 0.2:
            text = f"<Envelope><Head><Id>1</Id></Head>{text}</Envelope>"
        encoding = self.dice.choice(("utf-8", "utf-16", "iso-8859-1"))
        whole = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
        return whole[: -self.dice.randrange(1, 99)] if self.is_cut else whole


@given(st.integers(0, 2**32))
@settings(max_examples=300)
def test_what_is_taken_of_the_stream_is_what_stands_in_the_tree(seed: int) -> None:
    data = Bank(seed).file()
    assert outcome(lambda: read_camt(io.BytesIO(data), "m.xml")) == outcome(
        lambda: read_tree(data, "m.xml")
    )


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=10)
@given(st.lists(BOOKINGS, max_size=8))
def test_files_of_all_versions_are_read_as_their_trees_are(
    name: str, bookings: list[Booking]
) -> None:
    data = FILES[name]([*TELLING, *bookings])
    assert read_camt(io.BytesIO(data), "m.xml") == read_tree(data, "m.xml")


def statement(entries: str) -> str:
    return f"<Document><BkToCstmrStmt><Stmt>{entries}</Stmt></BkToCstmrStmt></Document>"


def entry(more: str = "") -> str:
    return (
        '<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-03-01</Dt>'
        f"</BookgDt>{more}</Ntry>"
    )


LONG = 2 << 20


BURSTING = {
    "nested": statement(f"{'<a>' * 50_000}{'</a>' * 50_000}"),
    "nested before": f"{'<a>' * 50_000}{statement('')}{'</a>' * 50_000}",
    "text": statement(entry(f"<AddtlNtryInf>{'x' * LONG}</AddtlNtryInf>")),
    "attribute": statement(entry(f'<Zz a="{"x" * LONG}"/>')),
    "comment": statement(f"<!-- {'x' * LONG} -->"),
    "names": statement("".join(f"<a{number}/>" for number in range(20_000))),
    "attributes": statement("".join(f'<a a{number}="1"/>' for number in range(20_000))),
}


@pytest.mark.parametrize("name", BURSTING)
def test_what_would_burst_is_not_read_on(name: str) -> None:
    stream = io.BytesIO(BURSTING[name].replace("><", ">\n<").encode())
    said = outcome(lambda: read_camt(stream, "m.xml"))
    assert said == (
        "m.xml: its elements are deeper, its texts longer or its names more than a statement's: "
        "it is not read."
    )


@pytest.mark.parametrize(
    "doctype",
    ["<!DOCTYPE x>", '<!DOCTYPE x SYSTEM "x.dtd">', '<!DOCTYPE x [<!ENTITY % a SYSTEM "x">%a;]>'],
)
def test_what_declares_how_it_is_to_be_read_is_refused(doctype: str) -> None:
    """With a DTD that is elsewhere, the parser would leave `&x;` out of `5&x;.00`."""
    text = doctype + statement(entry().replace("5.00", "5&x;.00"))
    said = outcome(lambda: read_camt(io.BytesIO(text.encode()), "m.xml"))
    assert isinstance(said, str)
    assert said.startswith("m.xml: it declares entities, or has a DOCTYPE")


class Made(io.BytesIO):
    """A file that is made while it is read."""

    def __init__(self, pieces: Iterator[str]) -> None:
        super().__init__()
        self._pieces = pieces

    def read(self, _: int | None = -1) -> bytes:
        return next(self._pieces, "").encode()


@pytest.mark.parametrize(
    "piece",
    [
        f"<Bal>{'<Amt>1.00</Amt>' * 2000}</Bal>",
        "x" * 30_000,
        entry(f"<NtryDtls><TxDtls><Zz>{'<Nm>x</Nm>' * 3000}</Zz></TxDtls></NtryDtls>"),
        f"{' ' * 30_000}<!-- {'x' * 30_000} -->",
    ],
    ids=["elements", "text", "details", "white space"],
)
def test_what_is_not_wanted_is_not_held(piece: str) -> None:
    """Of three megabytes, hardly more than a piece."""
    head, _, tail = statement("|").partition("|")
    stream = Made(chain([head], repeat(piece, 100), [tail]))
    tracemalloc.start()
    try:
        read_camt(stream, "m.xml")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 700_000
