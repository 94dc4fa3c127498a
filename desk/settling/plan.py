"""What was matched as rows that a treasurer decides in a spreadsheet, and what they decided.

A spreadsheet may change how it shows dates, amounts and long numbers when it saves. So what an
event is made of stands once more in one cell, `evidence`, which none of them touches.
"""

import csv
import io
from base64 import b32encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from desk.settling.case import Grade
from desk.settling.matching import Matching
from desk.spreadsheet import BOM, NotRows, original_cell
from desk.statements.line import Line
from payments.events import Evidence, History, parse_fingerprint
from payments.money import parse_money
from payments.payee import PayeeId, parse_payee_id
from payments.payment_id import PaymentId
from payments.references import parse_reference
from payments.refusals import InvalidValue
from payments.times import format_time

PLAN_COLUMNS = (
    *("settle", "grade", "booked_on", "amount", "currency", "name", "text", "bank_id"),
    *("payee_id", "reference", "claimed", "payer_id", "recorded_at", "why", "file", "line"),
    "evidence",
)
_YES = "yes"
_MEANS = {"": None, "yes": True, "y": True, "x": True, "1": True, "no": False, "n": False}
_DIVIDER = "/"


@dataclass(frozen=True, slots=True)
class Decision:
    """A row that settles: this payment by this line."""

    row: int
    payee_id: PayeeId
    payment_id: PaymentId
    evidence: Evidence
    why: str


def plan_rows(matching: Matching) -> Iterator[dict[str, object]]:
    """A row for each pair of a line and a claim; for each line and each claim that has none."""
    for line, history in matching.to_undo:
        why = f"settled, and the bank took it back: payees undo {_reference(history)}"
        yield _row("taken back", line, history, why)
    ranked = sorted(matching.matches, key=lambda one: one.grade is not Grade.SURE)
    for match in (*ranked, *(one for candidates in matching.asks for one in candidates)):
        yield _row(match.grade, match.line, match.history, match.why)
    for line in matching.unclaimed:
        yield _row("unclaimed", line, None, "no claim fits it")
    for credit, debit in matching.taken_back:
        yield _row("taken back", credit, None, f"the bank took it back on {debit.booked_on}")
    for history in matching.without_money:
        yield _row("no money", None, history, "no line fits it")


def _row(grade: str, line: Line | None, history: History | None, why: str) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(PLAN_COLUMNS, "")
    row |= {"settle": _YES if grade == Grade.SURE else "", "grade": str(grade), "why": why}
    if line:
        row |= {
            "booked_on": line.booked_on.isoformat(),
            "amount": line.money.amount,
            "currency": line.money.currency,
            "name": line.name,
            "text": " ".join(filter(None, (line.text, *line.references))),
            "bank_id": line.bank_id,
            "file": line.place.file,
            "line": str(line.place.number),
        }
    if history:
        payment = history.payment
        row |= {
            "payee_id": payment.payee_id,
            "reference": payment.payment_id.reference,
            "claimed": str(payment.money),
            "payer_id": payment.payer_id,
            "recorded_at": format_time(payment.recorded_at),
        }
    if line and history:
        parts = (line.fingerprint, line.booked_on.isoformat(), str(line.money), line.bank_id)
        row["evidence"] = _DIVIDER.join(parts)
    return row


def _reference(history: History) -> str:
    return history.payment.payment_id.reference


def read_plan(text: str, *, include_likely: bool) -> list[Decision]:
    """What is to be settled: rows with yes, and with `include_likely` those that are likely and
    have no no. Raises NotRows."""
    decisions: list[Decision] = []
    taken: dict[object, int] = {}
    for number, row in _rows(text.removeprefix(BOM)):
        said = row["settle"].strip().lower()
        if said not in _MEANS:
            raise NotRows(f"{number}: “{said}” is neither yes nor no")
        decided = _MEANS[said]
        is_likely = include_likely and row["grade"] == Grade.LIKELY
        if decided is False or not (decided or is_likely):
            continue
        decision = _decision(number, row)
        payment = (decision.payee_id, decision.payment_id)
        for what, key in (("line", decision.evidence.fingerprint), ("payment", payment)):
            if key in taken:
                raise NotRows(
                    f"{number}: this {what} is settled in row {taken[key]} already: say no in one"
                )
            taken[key] = number
        decisions.append(decision)
    return decisions


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","  # as Excel saves it in Europe
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        if tuple(next(reader, [])) != PLAN_COLUMNS:
            raise NotRows(f"1: these are not the columns of a plan: {','.join(PLAN_COLUMNS)}")
        for row in reader:
            if len(row) != len(PLAN_COLUMNS):
                raise NotRows(f"{reader.line_num}: {len(row)} cells, not {len(PLAN_COLUMNS)}")
            yield reader.line_num, dict(zip(PLAN_COLUMNS, map(original_cell, row), strict=True))
    except csv.Error as error:
        raise NotRows(f"{reader.line_num}: {error}") from error


def _decision(number: int, row: Mapping[str, str]) -> Decision:
    if not row["evidence"]:
        raise NotRows(f"{number}: this row has no line and a payment, so it can settle nothing")
    try:
        fingerprint, day, sum_, bank_id = row["evidence"].split(_DIVIDER, 3)
        amount, currency = sum_.split(" ")
        evidence = Evidence(
            parse_fingerprint(fingerprint),
            bank_id,
            date.fromisoformat(day),
            parse_money(amount, currency),
        )
        reference = parse_reference(row["reference"])
        if reference.payment_id is None:
            raise InvalidValue("the reference is not whole")
        payee_id = parse_payee_id(row["payee_id"])
    except (ValueError, InvalidValue) as error:
        raise NotRows(f"{number}: this row was changed and cannot be read ({error})") from error
    why = f"statement {row['file']}, line {row['line']}: {row['why']}"
    return Decision(number, payee_id, reference.payment_id, evidence, why)


def batch_of(decisions: Iterable[Decision]) -> str:
    """The name of what is decided together: the same decisions have the same."""
    parts = sorted(
        f"{one.evidence.fingerprint} {one.payee_id} {one.payment_id}" for one in decisions
    )
    return b32encode(sha256("\n".join(parts).encode()).digest()[:5]).decode()
