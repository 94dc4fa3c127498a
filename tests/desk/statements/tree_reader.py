"""camt read the plain way, all of its tree at once: what the reader of large files is held to."""

from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element, ParseError, fromstring

from desk.statements.amounts import NoAmount, read_decimal
from desk.statements.dates import sane_day
from desk.statements.line import Kind, Line, Place, Unreadable, refuse
from payments.currencies import currency_codes
from payments.money import Money

MESSAGES = ("BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn")
NOTHING = ("", "NOTPROVIDED", "NONREF", "NOREF", "N/A")
AGAIN = "export the statement again"


def read_tree(data: bytes, file: str) -> list[Line]:
    """Raises Unreadable."""
    try:
        top = fromstring(data)
    except ParseError as error:
        raise refuse(
            Place(file, error.position[0]), f"this is no whole XML ({error})", "export it again"
        ) from None
    for element in top.iter():
        element.tag = element.tag.rpartition("}")[2]
    if not any(element.tag.removesuffix("V01") in MESSAGES for element in top.iter()):
        raise Unreadable(f"{file}: this XML is no camt.052, .053 or .054.")
    lines: list[Line] = []
    number = 0
    for holder in (one for one in top.iter() if one.tag in ("Stmt", "Rpt", "Ntfctn")):
        paths = ("IBAN", "Othr/Id", "BBAN", "PrtryAcct/Id")
        account = first(holder, *(f"Acct/Id/{path}" for path in paths))
        for number, entry in enumerate(holder.findall("Ntry"), number + 1):  # noqa: B020
            lines += entry_lines(entry, Place(file, number), account)
    return lines


def entry_lines(entry: Element, place: Place, account: str) -> Iterator[Line]:
    amount = entry.find("Amt")
    if amount is None:
        raise refuse(place, "this entry has no amount", AGAIN)
    money = read_money(amount, place)
    day = first(entry, "BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
    if not day:
        raise refuse(place, "this entry has no date", AGAIN)
    try:
        booked_on = sane_day(date.fromisoformat(day[:10]))
    except ValueError:
        raise refuse(place, f"“{day}” is no date", AGAIN) from None
    side = first(entry, "CdtDbtInd")
    if side not in ("CRDT", "DBIT"):
        raise refuse(place, f"“{side}” is neither CRDT nor DBIT", AGAIN)
    details = [*entry.findall("NtryDtls/TxDtls"), *entry.findall("TxDtls")]
    told = [*entry.findall("NtryDtls/Btch/NbOfTxs"), *entry.findall("Btch/NbOfTxs")]
    counts = [int(one.text or "0") for one in told]
    status = first(entry, "Sts/Cd", "Sts/Prtry", "Sts")
    sums = [part_of(one, money.currency, place) for one in details] if len(details) > 1 else []
    whole = [one for one in sums if one is not None]
    is_told = len(whole) == len(sums) and money.amount_minor == sum(o.amount_minor for o in whole)
    is_batch = sum(counts) > 1 if len(details) < 2 else not is_told
    parts = (
        zip(details, whole, strict=True) if sums and is_told else [((details or [entry])[0], money)]
    )
    for one, own in parts:
        went_out = (first(one, "CdtDbtInd") or side) == "DBIT"
        is_return = (
            first(entry, "RvslInd").lower() in ("true", "1") or one.find("RtrInf") is not None
        )
        words = [
            text_of(each)
            for path in ("RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf", "AddtlTxInf")
            for each in one.findall(path)
        ]
        if status and status not in ("BOOK", "Booked"):
            kind = Kind.PENDING
        elif not own.amount_minor:
            kind = Kind.ZERO
        elif went_out:
            kind = Kind.TAKEN_BACK if is_return else Kind.DEBIT
        else:
            kind = Kind.RETURNED if is_return else Kind.BATCH if is_batch else Kind.CREDIT
        role = "Cdtr" if went_out else "Dbtr"
        names = (
            f"RltdPties/{who}/{nm}" for who in (f"Ultmt{role}", role) for nm in ("Nm", "Pty/Nm")
        )
        own_id = said(one, "Refs/AcctSvcrRef", "Refs/TxId", "Refs/UETR")
        references = [
            text_of(each)
            for path in (
                *("Refs/EndToEndId", "Refs/InstrId", "Refs/TxId", "Refs/PmtInfId"),
                *("RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/CdtrRefInf/CdtrRef"),
            )
            for each in one.findall(path)
        ]
        yield Line(
            place, kind, own, booked_on,
            " ".join(filter(None, (*words, first(entry, "AddtlNtryInf")))),
            said(one, *names),
            own_id or ("" if sums and is_told else first(entry, "AcctSvcrRef", "NtryRef")),
            tuple(dict.fromkeys(each for each in references if each.upper() not in NOTHING)),
            account,
        )  # fmt: skip


def part_of(detail: Element, currency: str, place: Place) -> Money | None:
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        amount = detail.find(path)
        if amount is not None and amount.get("Ccy") == currency:
            return read_money(amount, place)
    return None


def read_money(amount: Element, place: Place) -> Money:
    currency = amount.get("Ccy", "")
    if currency not in currency_codes():
        raise refuse(place, f"“{currency}” is no currency", AGAIN)
    try:
        return read_decimal(text_of(amount), currency)
    except NoAmount as error:
        raise refuse(place, str(error), AGAIN) from None


def text_of(element: Element) -> str:
    return (element.text or "").strip()


def first(holder: Element, *paths: str) -> str:
    found = (holder.find(path) for path in paths)
    return next((text_of(one) for one in found if one is not None and text_of(one)), "")


def said(holder: Element, *paths: str) -> str:
    return next((one for path in paths if (one := first(holder, path)).upper() not in NOTHING), "")
