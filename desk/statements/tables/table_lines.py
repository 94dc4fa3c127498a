"""Rows of a table as lines of a statement. What cannot be read stops, and names row and column."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from desk.statements.amounts import Amount, NoAmount, find_mark, split_amount, to_minor
from desk.statements.bank_words import DONE, IN, NOT_DONE, OUT, says_taken_back
from desk.statements.dates import NoDate, find_order, read_date
from desk.statements.line import Kind, Line, NotSaid, Place, ask_to_say, refuse
from desk.statements.tables.columns import Columns, is_heads, plain
from desk.statements.tables.cut_off import check_end
from desk.statements.tables.table_heads import account_of, divide, has_digit
from desk.statements.tables.text_table import Row
from payments.currencies import currency_codes, currency_digits
from payments.money import Money

_TOTALS = re.compile(
    r"(grand |sub ?)?totals?\b|sum(me|a)?\b|saldo|solde|balance|(opening|closing|brought|carried)\b"
    r"|anfangs|end(e|saldo)|\*|end of (statement|report)|no of|number of|page ",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Record:
    """A row with a booking, as it is written."""

    place: Place
    cells: Sequence[str]
    date: str
    amount: Amount
    more: tuple[str, ...] = ()


def read_table(
    rows: Sequence[Row],
    file: str,
    said: Columns | None = None,
    currency: str | None = None,
    *,
    cut_at: int | None = None,
) -> tuple[list[Line], Columns]:
    """The lines, and how the columns were understood. `currency` is what amounts are in that say
    none, `cut_at` a row at whose end the file may be cut off. Raises Unreadable."""
    columns, body = divide(rows, file, said)
    heads = rows[len(rows) - len(body) - 1][1] if columns.heads else ()
    records = list(_records(body, file, columns, heads))
    if not records:
        raise refuse(
            Place(file, columns.heads or 1),
            "there is no booking in it",
            "export the statement again",
        )
    if cut_at == records[-1].place.number:
        check_end([(one.place, one.cells) for one in records], len(heads), columns, currency)
    currencies = {_currency_of(record, columns, currency) for record in records}
    order = columns.order or find_order([record.date for record in records])
    if order is None:
        raise _no_order(records)
    digits = max(currency_digits(code) for code in currencies)
    mark = columns.mark or find_mark([record.amount.number for record in records], digits)
    if mark is None:
        raise _no_mark(records, columns)
    _check_signs(records, columns)
    columns = replace(columns, order=order, mark=mark)
    if len(currencies) == 1:
        columns = replace(columns, currency=next(iter(currencies)))
    account = account_of(rows[: len(rows) - len(body)])
    return [_line(record, columns, currency, account) for record in records], columns


def _records(
    rows: Sequence[Row], file: str, columns: Columns, heads: Sequence[str]
) -> Iterator[_Record]:
    known = [plain(cell) for cell in heads]
    held: _Record | None = None
    for number, cells in rows:
        day = columns.cell(cells, "date")
        again = is_heads(cells)
        if again and known and [plain(cell) for cell in cells] != known:
            raise refuse(
                Place(file, number),
                "heads stand here again, and other than before",
                "split the file before this row",
            )
        if again or not has_digit(day):  # a new page has heads again; totals have no date
            is_more = not day and not any(map(_TOTALS.match, cells)) and not again
            if not is_more:
                continue
        place = Place(file, number)
        amount = _amount_of(place, cells, columns)
        if amount and day:
            if held:
                yield held
            held = _Record(place, cells, day, amount)
        elif amount or day:
            missing = "date" if amount else "amount"
            raise refuse(place, f"this row has no {missing}", "mend or remove it")
        elif held:  # a bank broke the line
            held = replace(held, more=(*held.more, *filter(None, cells)))
    if held:
        yield held


def _amount_of(place: Place, cells: Sequence[str], columns: Columns) -> Amount | None:
    if "amount" in columns.places:
        return _read_cell(place, cells, columns, "amount")
    sides = {role: _read_cell(place, cells, columns, role) for role in ("credit", "debit")}
    filled = {role: one for role, one in sides.items() if one and one.number.strip("0.,")}
    if len(filled) == 2:
        raise ask_to_say(place, "this row has a credit and a debit")
    for role, one in filled.items():
        if role == "credit" and one.is_out:
            column = columns.places[role][0] + 1
            raise ask_to_say(place, f"the credit is negative (column {column})")
        return replace(one, is_out=role == "debit", is_signed=True)
    zero = next(filter(None, sides.values()), None)
    return replace(zero, is_signed=True) if zero and columns.cell(cells, "date") else None


def _read_cell(place: Place, cells: Sequence[str], columns: Columns, role: str) -> Amount | None:
    text = columns.cell(cells, role)
    if not text or text in ("-", "--", "—"):
        return None
    try:
        return split_amount(text)
    except NoAmount as error:
        if not has_digit(text) and not columns.cell(cells, "date"):
            return None
        column = columns.places[role][0] + 1
        raise ask_to_say(
            place, f"column {column}: {error}", "mend it, or say the columns with --map"
        ) from None


def _currency_of(record: _Record, columns: Columns, usual: str | None) -> str:
    said = columns.cell(record.cells, "currency").upper()
    if said and said not in currency_codes():
        raise ask_to_say(record.place, f"“{said}” is no currency")
    code = said or record.amount.currency or columns.currency or usual
    if record.amount.currency and said and record.amount.currency != said:
        raise refuse(record.place, f"it says {said} and {record.amount.currency}", "mend it")
    if not code:
        raise ask_to_say(
            record.place, "it does not say its currency", "say it with --map currency=INR"
        )
    return code


def _no_order(records: Sequence[_Record]) -> NotSaid:
    for record in records:
        if find_order([record.date]) is None:
            readable = any(map(str.isdigit, record.date)) and re.search(r"\d\D\d", record.date)
            what = f"“{record.date}” may be two days" if readable else f"“{record.date}” is no date"
            return ask_to_say(
                record.place, what, "say the order with --map order=dmy, or mdy or ymd"
            )
    return ask_to_say(
        records[0].place,
        "no one order of day, month and year fits all its dates",
        "say it with --map order=dmy, or mdy or ymd",
    )


def _no_mark(records: Sequence[_Record], columns: Columns) -> NotSaid:
    digits = currency_digits(columns.currency) if columns.currency else 2
    worst = next((r for r in records if find_mark([r.amount.number], digits) is None), records[0])
    column = next(
        columns.places[role][0] for role in ("amount", "credit", "debit") if role in columns.places
    )
    return ask_to_say(
        worst.place,
        f"column {column + 1}: “{worst.amount.number}” may be read in two ways",
        "say which mark stands before decimals, with --map decimal=point or decimal=comma",
    )


def _check_signs(records: Sequence[_Record], columns: Columns) -> None:
    """An amount without a sign came in only if others went out, or somebody says so."""
    if "side" in columns.places or columns.unsigned_is_in:
        return
    if not any(record.amount.is_signed for record in records):
        raise ask_to_say(
            records[0].place,
            "no amount has a sign, so what came in cannot be told from what went out",
            "if all of it came in, say --map unsigned=in",
        )


def _line(record: _Record, columns: Columns, usual: str | None, account: str) -> Line:
    cells, place = record.cells, record.place
    currency = _currency_of(record, columns, usual)
    assert columns.order  # noqa: S101 (read_table has found both)
    assert columns.mark  # noqa: S101
    try:
        minor = to_minor(record.amount.number, columns.mark, currency_digits(currency))
        booked_on = read_date(record.date, columns.order)
    except (NoAmount, NoDate) as error:
        raise refuse(place, str(error), "mend it, or say how to read it with --map") from None
    text = " ".join(filter(None, (columns.cell(cells, "text"), *record.more)))
    bank_id = columns.cell(cells, "bank_id")
    return Line(
        place,
        _kind(record, columns, minor, text),
        Money(minor, currency),
        booked_on,
        text,
        columns.cell(cells, "name"),
        bank_id,
        (),
        columns.cell(cells, "account").replace(" ", "") or account,
    )


def _kind(record: _Record, columns: Columns, minor: int, text: str) -> Kind:
    status = plain(columns.cell(record.cells, "status"))
    if status in NOT_DONE:
        return Kind.PENDING
    if status and status not in DONE:
        raise refuse(
            record.place,
            f"what is the status “{status}”",
            "mend it, or leave the column out with --map",
        )
    if minor == 0:
        return Kind.ZERO
    is_out = record.amount.is_out
    if "side" in columns.places:
        side = plain(columns.cell(record.cells, "side")) or columns.cell(record.cells, "side")
        if side in ("+", "-"):
            is_out = side == "-"
        elif side in IN | OUT:
            is_out = side in OUT
        else:
            raise ask_to_say(record.place, f"“{side}” is neither in nor out")
    if not is_out:
        return Kind.CREDIT
    return Kind.TAKEN_BACK if says_taken_back(text) else Kind.DEBIT
