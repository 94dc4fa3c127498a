"""MT940 and MT942 (SWIFT), read by the mt-940 library."""

from datetime import date

import mt940 as library

from desk.statements.amounts import NoAmount, read_decimal
from desk.statements.line import Kind, Line, Place, Unreadable, refuse

_KINDS = {"C": Kind.CREDIT, "D": Kind.DEBIT, "RC": Kind.TAKEN_BACK, "RD": Kind.RETURNED}
_NO_ID = {"NONREF", "NOTPROVIDED", ""}


def read_mt940(text: str, file: str) -> list[Line]:
    """Raises Unreadable."""
    wanted = text.count("\n:61:") + text.startswith(":61:")
    try:
        collection = library.parse(text)
    except Exception as error:  # noqa: BLE001 (the library's own are of several kinds)
        raise Unreadable(
            f"{file}: this is no MT940 that can be read ({error}): export it again."
        ) from None
    found = list(collection)
    if len(found) != wanted:
        raise Unreadable(
            f"{file}: {len(found)} of its {wanted} bookings can be read, so none is: export again."
        )
    account = str(collection.data.get("account_identification", ""))
    return [_line(one.data, Place(file, number), account) for number, one in enumerate(found, 1)]


def _line(data: dict[str, object], place: Place, account: str) -> Line:
    status = str(data.get("status", ""))
    if status not in _KINDS:
        raise refuse(place, f"“{status}” is neither credit nor debit", "export the statement again")
    amount = getattr(data.get("amount"), "amount", None)
    currency = str(data.get("currency") or getattr(data.get("amount"), "currency", ""))
    try:
        money = read_decimal(str(abs(amount)), currency) if amount is not None else None
    except (NoAmount, ValueError) as error:
        raise refuse(place, f"{error}", "export the statement again") from None
    day = data.get("entry_date") or data.get("date")
    if money is None or not isinstance(day, date):
        raise refuse(place, "this booking has no amount or no date", "export the statement again")
    words = [
        data.get(name)
        for name in ("purpose", "extra_details", "transaction_details", "additional_purpose")
    ]
    ids = [
        str(data.get(name) or "")
        for name in ("bank_reference", "customer_reference", "end_to_end_reference")
    ]
    return Line(
        place,
        _KINDS[status] if money.amount_minor else Kind.ZERO,
        money,
        date(day.year, day.month, day.day),
        " ".join(dict.fromkeys(str(word).strip() for word in words if word)),
        str(data.get("applicant_name") or ""),
        ids[0] if ids[0].upper() not in _NO_ID else "",
        tuple(dict.fromkeys(one for one in ids[1:] if one.upper() not in _NO_ID)),
        account,
    )
