"""camt.052, .053 and .054 (ISO 20022) in any of their versions, read as a stream.

Names of elements are read without their version's namespace. A batch is its transactions if they
are told with amounts that add up to it; else it is one sum, which settles nothing.
"""

from collections.abc import Iterator
from datetime import date
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from desk.statements.amounts import NoAmount, read_decimal
from desk.statements.dates import sane_day
from desk.statements.line import Kind, Line, Place, Unreadable, refuse
from payments.currencies import currency_codes
from payments.money import Money

_NO_ID = {"NOTPROVIDED", "NONREF", "NOREF", "N/A"}


def read_camt(stream: IO[bytes], file: str) -> list[Line]:
    """Raises Unreadable."""
    try:
        return list(_lines(stream, file))
    except ParseError as error:
        raise refuse(
            Place(file, error.position[0]), f"this is no whole XML ({error})", "export it again"
        ) from None
    except DefusedXmlException:
        raise Unreadable(
            f"{file}: it declares entities, which no bank's file does: it is not read."
        ) from None
    except Unreadable:
        raise
    except (LookupError, ValueError) as error:  # the parser's, of encodings that it has not
        raise refuse(
            Place(file, 1), f"this XML's encoding cannot be read ({error})", "save it as UTF-8"
        ) from None


def _lines(stream: IO[bytes], file: str) -> Iterator[Line]:
    account, number, is_camt = "", 0, False
    path: list[str] = []
    parents: list[Element] = []
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=False):
        name = _local(element)
        if event == "start":
            path.append(name)
            parents.append(element)
            is_camt = is_camt or name in (
                "BkToCstmrStmt",
                "BkToCstmrAcctRpt",
                "BkToCstmrDbtCdtNtfctn",
            )
            continue
        path.pop()
        parents.pop()
        if name == "Acct" and path[-1:] in (["Stmt"], ["Rpt"], ["Ntfctn"]):
            account = _text(element, "Id", "IBAN") or _text(element, "Id", "Othr", "Id")
        elif name == "Ntry":
            number += 1
            yield from _entry(element, Place(file, number), account)
            parents[-1].remove(element)  # or all of a large file stays in memory
    if not is_camt:
        raise Unreadable(f"{file}: this XML is no camt.052, .053 or .054.")


def _entry(entry: Element, place: Place, account: str) -> Iterator[Line]:
    money = _money(entry, place)
    booked_on = _day(entry, place)
    status = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
    is_out = _side(entry, place) == "DBIT"
    is_reversal = _text(entry, "RvslInd").lower() in ("true", "1")
    details = [
        one for holder in _children(entry, "NtryDtls") for one in _children(holder, "TxDtls")
    ]
    entry_id = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    extra = _text(entry, "AddtlNtryInf")

    def line(detail: Element, sum_: Money, *, is_part: bool) -> Line:
        own_id = _first(detail, ("Refs", "AcctSvcrRef"), ("Refs", "TxId"), ("Refs", "UETR"))
        bank_id = own_id or entry_id
        if is_part and not own_id:
            bank_id = ""
        went_out = _text(detail, "CdtDbtInd") == "DBIT" if _text(detail, "CdtDbtInd") else is_out
        is_return = is_reversal or _child(detail, "RtrInf") is not None
        kind = _kind(sum_, went_out=went_out, is_return=is_return, status=status)
        return Line(
            place, kind, sum_, booked_on, " ".join(filter(None, (*_words(detail), extra))),
            _other_side(detail, went_out=went_out), bank_id, _references(detail), account,
        )  # fmt: skip

    if len(details) <= 1:
        batch = _text(entry, "NtryDtls", "Btch", "NbOfTxs")
        found = line(details[0] if details else entry, money, is_part=False)
        if batch.isdigit() and int(batch) > 1 and found.kind is Kind.CREDIT:
            found = _as_batch(found)
        yield found
        return
    sums = [_part(detail, money.currency, place) for detail in details]
    whole = [one for one in sums if one is not None]
    if len(whole) == len(sums) and sum(one.amount_minor for one in whole) == money.amount_minor:
        for detail, one in zip(details, whole, strict=True):
            yield line(detail, one, is_part=True)
    else:
        yield _as_batch(line(details[0], money, is_part=False))


def _as_batch(line: Line) -> Line:
    from dataclasses import replace  # noqa: PLC0415

    return replace(line, kind=Kind.BATCH if line.kind is Kind.CREDIT else line.kind)


def _kind(money: Money, *, went_out: bool, is_return: bool, status: str) -> Kind:
    if status and status not in ("BOOK", "Booked"):
        return Kind.PENDING
    if money.amount_minor == 0:
        return Kind.ZERO
    if went_out:
        return Kind.TAKEN_BACK if is_return else Kind.DEBIT
    return Kind.RETURNED if is_return else Kind.CREDIT


def _money(holder: Element, place: Place) -> Money:
    amount = _child(holder, "Amt")
    if amount is None:
        raise refuse(place, "this entry has no amount", "export the statement again")
    return _read(amount, place)


def _read(amount: Element, place: Place) -> Money:
    currency, text = amount.get("Ccy", ""), (amount.text or "").strip()
    if currency not in currency_codes():
        raise refuse(place, f"“{currency}” is no currency", "export the statement again")
    try:
        return read_decimal(text, currency)
    except NoAmount as error:
        raise refuse(place, str(error), "export the statement again") from None


def _part(detail: Element, currency: str, place: Place) -> Money | None:
    """What a transaction of a batch moved, in the batch's currency; None if it does not say."""
    for path in (("Amt",), ("AmtDtls", "TxAmt", "Amt"), ("AmtDtls", "InstdAmt", "Amt")):
        amount = _at(detail, *path)
        if amount is not None and amount.get("Ccy") == currency:
            return _read(amount, place)
    return None


def _side(entry: Element, place: Place) -> str:
    side = _text(entry, "CdtDbtInd")
    if side not in ("CRDT", "DBIT"):
        raise refuse(place, f"“{side}” is neither CRDT nor DBIT", "export the statement again")
    return side


def _day(entry: Element, place: Place) -> date:
    for holder in ("BookgDt", "ValDt"):
        text = _text(entry, holder, "Dt") or _text(entry, holder, "DtTm")
        if text:
            try:
                return sane_day(date.fromisoformat(text[:10]))
            except ValueError:
                raise refuse(place, f"“{text}” is no date", "export the statement again") from None
    raise refuse(place, "this entry has no date", "export the statement again")


def _words(detail: Element) -> list[str]:
    """Remittance information in free words, and what the bank adds."""
    found = [one for holder in _children(detail, "RmtInf") for one in _children(holder, "Ustrd")]
    structured = [
        one
        for holder in _children(detail, "RmtInf")
        for strd in _children(holder, "Strd")
        for one in _children(strd, "AddtlRmtInf")
    ]
    words = [(one.text or "").strip() for one in (*found, *structured)]
    return [*filter(None, words), *filter(None, [_text(detail, "AddtlTxInf")])]


def _references(detail: Element) -> tuple[str, ...]:
    found = [_text(detail, "Refs", name) for name in ("EndToEndId", "InstrId", "TxId", "PmtInfId")]
    for holder in _children(detail, "RmtInf"):
        found += [_text(strd, "CdtrRefInf", "Ref") for strd in _children(holder, "Strd")]
    return tuple(dict.fromkeys(one for one in found if one and one.upper() not in _NO_ID))


def _other_side(detail: Element, *, went_out: bool) -> str:
    role = "Cdtr" if went_out else "Dbtr"
    return _first(
        detail, ("RltdPties", f"Ultmt{role}", "Nm"), ("RltdPties", f"Ultmt{role}", "Pty", "Nm"),
        ("RltdPties", role, "Nm"), ("RltdPties", role, "Pty", "Nm"),
    )  # fmt: skip


def _first(holder: Element, *paths: tuple[str, ...]) -> str:
    found = (_text(holder, *path) for path in paths)
    return next((one for one in found if one and one.upper() not in _NO_ID), "")


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _children(holder: Element, name: str) -> list[Element]:
    return [child for child in holder if _local(child) == name]


def _child(holder: Element, name: str) -> Element | None:
    return next((child for child in holder if _local(child) == name), None)


def _at(holder: Element, *path: str) -> Element | None:
    found: Element | None = holder
    for name in path:
        found = None if found is None else _child(found, name)
    return found


def _text(holder: Element, *path: str) -> str:
    found = _at(holder, *path)
    return (found.text or "").strip() if found is not None else ""
