"""camt.052, .053 and .054 (ISO 20022) in any of their versions, read as a stream.

Names of elements are read without their version's namespace. A batch is its transactions if they
are told with amounts that add up to it; else it is one sum, which settles nothing. The first
version ends its messages' names in V01, has transactions without a holder, and other accounts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import IO

from desk.statements.amounts import NoAmount, read_decimal
from desk.statements.dates import sane_day
from desk.statements.line import Kind, Line, Place, Unreadable, refuse
from desk.statements.xml_records import Record, Wanted, read_records, want
from payments.currencies import currency_codes
from payments.money import Money

_NO_ID = {"NOTPROVIDED", "NONREF", "NOREF", "N/A"}
_IDS = ("Refs/AcctSvcrRef", "Refs/TxId", "Refs/UETR")
_REFERENCES = (
    *("Refs/EndToEndId", "Refs/InstrId", "Refs/TxId", "Refs/PmtInfId"),
    *("RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/CdtrRefInf/CdtrRef"),
)
_WORDS = ("RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf", "AddtlTxInf")
_SUMS = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
_DEBTOR, _CREDITOR = (
    tuple(f"RltdPties/{who}/{name}" for who in (f"Ultmt{role}", role) for name in ("Nm", "Pty/Nm"))
    for role in ("Dbtr", "Cdtr")
)
_ACCOUNTS = ("Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/BBAN", "Acct/Id/PrtryAcct/Id")
_DAYS = ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
_STATUS = ("Sts/Cd", "Sts/Prtry", "Sts")
_BATCHED = ("NtryDtls/Btch/NbOfTxs", "Btch/NbOfTxs")
_OF_DETAILS = (
    *(*_IDS, *_REFERENCES, *_WORDS, *_DEBTOR, *_CREDITOR, "CdtDbtInd", "RtrInf"),
    *(f"{path}@Ccy" for path in _SUMS),
)
_OF_ENTRY = (*_DAYS, *_STATUS, *_BATCHED, "RvslInd", "AcctSvcrRef", "NtryRef", "AddtlNtryInf")


def _file() -> Wanted:
    details = want(_OF_DETAILS, "details")
    entry = want((*_OF_DETAILS, *_OF_ENTRY), "entry", TxDtls=details)
    entry.children["NtryDtls"].children["TxDtls"] = details
    account = want(_ACCOUNTS, "account", Ntry=entry)
    message = Wanted({"Stmt": account, "Rpt": account, "Ntfctn": account}, "message")
    names = ("BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn")
    return Wanted({f"{name}{end}": message for name in names for end in ("", "V01")}, is_open=True)


_FILE = _file()


@dataclass(frozen=True, slots=True)
class _Details:
    """What is told of a transaction, or of an entry; as much as its line holds."""

    side: str
    is_return: bool
    sums: tuple[tuple[str, str], ...]  # currency and amount, that of the account first
    words: tuple[str, ...]
    debtor: str
    creditor: str
    bank_id: str
    references: tuple[str, ...]


def read_camt(stream: IO[bytes], file: str) -> list[Line]:
    """Raises Unreadable."""
    reader = _Reader(file)
    read_records(stream, file, _FILE, reader.take)
    if not reader.is_camt:
        raise Unreadable(f"{file}: this XML is no camt.052, .053 or .054.")
    return reader.lines


@dataclass(slots=True)
class _Reader:
    file: str
    lines: list[Line] = field(default_factory=list)
    is_camt: bool = False
    _details: list[_Details] = field(default_factory=list)
    _entries: int = 0

    def take(self, name: str, record: Record, around: Record) -> None:
        if name == "details":
            self._details.append(_details(record))
        elif name == "entry":
            self._entries += 1
            place = Place(self.file, self._entries)
            account = _first(around, _ACCOUNTS)
            self.lines += _lines(record, self._details, place, account)
            self._details = []
        self.is_camt = self.is_camt or name == "message"


def _details(record: Record) -> _Details:
    found = [one for path in _REFERENCES for one in record.get(path, ())]
    return _Details(
        _first(record, ("CdtDbtInd",)),
        "RtrInf" in record,
        tuple((record[f"{path}@Ccy"][0], record[path][0]) for path in _SUMS if path in record),
        tuple(one for path in _WORDS for one in record.get(path, ()) if one),
        _said(record, _DEBTOR),
        _said(record, _CREDITOR),
        _said(record, _IDS),
        tuple(dict.fromkeys(one for one in found if one and one.upper() not in _NO_ID)),
    )


def _lines(entry: Record, details: list[_Details], place: Place, account: str) -> Iterator[Line]:
    money = _money(entry, place)
    booked_on = _day(entry, place)
    status = _first(entry, _STATUS)
    is_out = _side(entry, place) == "DBIT"
    is_reversal = _first(entry, ("RvslInd",)).lower() in ("true", "1")
    entry_id = _first(entry, ("AcctSvcrRef", "NtryRef"))
    extra = _first(entry, ("AddtlNtryInf",))

    def line(one: _Details, sum_: Money, *, is_part: bool) -> Line:
        went_out = one.side == "DBIT" if one.side else is_out
        kind = _kind(sum_, went_out=went_out, is_return=is_reversal or one.is_return, status=status)
        return Line(
            place, kind, sum_, booked_on, " ".join((*one.words, extra) if extra else one.words),
            one.creditor if went_out else one.debtor,
            one.bank_id or ("" if is_part else entry_id), one.references, account,
        )  # fmt: skip

    if len(details) <= 1:
        found = line(details[0] if details else _details(entry), money, is_part=False)
        told = [one.lstrip("0") for path in _BATCHED for one in entry.get(path, ())]
        several = [one for one in told if one.isdecimal()] not in ([], ["1"])
        yield _as_batch(found) if several else found
        return
    sums = [_part(one, money.currency, place) for one in details]
    whole = [one for one in sums if one is not None]
    if len(whole) == len(sums) and sum(one.amount_minor for one in whole) == money.amount_minor:
        for one, sum_ in zip(details, whole, strict=True):
            yield line(one, sum_, is_part=True)
    else:
        yield _as_batch(line(details[0], money, is_part=False))


def _as_batch(line: Line) -> Line:
    return replace(line, kind=Kind.BATCH) if line.kind is Kind.CREDIT else line


def _kind(money: Money, *, went_out: bool, is_return: bool, status: str) -> Kind:
    if status and status not in ("BOOK", "Booked"):
        return Kind.PENDING
    if money.amount_minor == 0:
        return Kind.ZERO
    if went_out:
        return Kind.TAKEN_BACK if is_return else Kind.DEBIT
    return Kind.RETURNED if is_return else Kind.CREDIT


def _money(entry: Record, place: Place) -> Money:
    if "Amt" not in entry:
        raise refuse(place, "this entry has no amount", "export the statement again")
    return _read(entry["Amt@Ccy"][0], entry["Amt"][0], place)


def _read(currency: str, text: str, place: Place) -> Money:
    if currency not in currency_codes():
        raise refuse(place, f"“{currency}” is no currency", "export the statement again")
    try:
        return _amount(text, currency)
    except NoAmount as error:
        raise refuse(place, str(error), "export the statement again") from None


_amount = lru_cache(maxsize=4096)(read_decimal)  # lines of the same amount hold the same


def _part(one: _Details, currency: str, place: Place) -> Money | None:
    """What a transaction of a batch moved, in the batch's currency; None if it does not say."""
    own = next((text for said, text in one.sums if said == currency), None)
    return None if own is None else _read(currency, own, place)


def _side(entry: Record, place: Place) -> str:
    side = _first(entry, ("CdtDbtInd",))
    if side not in ("CRDT", "DBIT"):
        raise refuse(place, f"“{side}” is neither CRDT nor DBIT", "export the statement again")
    return side


def _day(entry: Record, place: Place) -> date:
    text = _first(entry, _DAYS)
    if not text:
        raise refuse(place, "this entry has no date", "export the statement again")
    try:
        return _date(text[:10])
    except ValueError:
        raise refuse(place, f"“{text}” is no date", "export the statement again") from None


@lru_cache(maxsize=1024)  # lines of a day hold the same
def _date(text: str) -> date:
    return sane_day(date.fromisoformat(text))


def _first(record: Record, paths: Iterable[str]) -> str:
    """The first text that is not empty; of each path, its first element's counts."""
    for path in paths:
        if path in record and (text := record[path][0]):
            return text
    return ""


def _said(record: Record, paths: Iterable[str]) -> str:
    """The same, of texts that do not say that nothing was said."""
    for path in paths:
        if path in record and (text := record[path][0]) and text.upper() not in _NO_ID:
            return text
    return ""
