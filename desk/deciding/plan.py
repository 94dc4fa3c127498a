"""What was matched as rows that a treasurer decides in a spreadsheet, and what they decided.

A spreadsheet may change how it shows dates, amounts and long numbers when it saves. So what an
event is made of stands once more in one cell, `evidence`, which none of them touches.
"""

from base64 import b32encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from types import MappingProxyType

from desk.deciding.sheet import PLAN_COLUMNS, parse_sheet
from desk.settling.case import Grade
from desk.settling.matching import Matching
from desk.settling.settled_before import WentBack
from desk.settling.unrecorded import Unrecorded
from desk.spreadsheet import NotRows
from desk.statements.line import Kind, Line
from payments.events import Evidence, Fingerprint, History, is_alert, parse_fingerprint
from payments.money import parse_money
from payments.payee import PayeeId, parse_payee_id
from payments.payment_id import PaymentId
from payments.references import parse_reference
from payments.refusals import InvalidValue
from payments.times import format_time

YES, NO, PART = "yes", "no", "part"
_MEANS = {"": "", "yes": YES, "y": YES, "x": YES, "1": YES, "no": NO, "n": NO, PART: PART}
UNCLAIMED = "unclaimed"
_DIVIDER = "/"


@dataclass(frozen=True, slots=True)
class Decision:
    """A row that settles: this payment by this line.

    The line of a payment that is a `part` of a transfer settles the others by fingerprints of
    their own, `…_2` and so on, which count only after the first has settled by the line's: so the
    line is taken as a whole. `is_recorded` is False for a payment that nobody recorded, and
    `name` is what the bank calls its sender.
    """

    row: int
    payee_id: PayeeId
    payment_id: PaymentId
    evidence: Evidence
    why: str
    part: int = 0  # counted from 1; 0: the whole line
    is_recorded: bool = True
    name: str = ""


def plan_rows(
    matching: Matching,
    unrecorded: Mapping[Fingerprint, Unrecorded] = MappingProxyType({}),
    receivers: Mapping[Fingerprint, PayeeId] = MappingProxyType({}),
) -> Iterator[dict[str, object]]:
    """A row for each pair of a line and a claim; for each line and each claim that has none; and
    for each line of a payment that nobody recorded. `receivers` are of unclaimed lines those on
    whose account they arrived."""
    for back in matching.to_undo:
        why = f"settled, and {_how_it_went(back)}: payees undo {_reference(back.history)}"
        yield _row("taken back", back.line, back.history, why)
    for line in matching.took_back:
        yield _row("taken back", line, None, "the bank took it back, and nothing says of whom")
    ranked = sorted(matching.matches, key=lambda one: one.grade is not Grade.SURE)
    for match in (*ranked, *(one for candidates in matching.asks for one in candidates)):
        yield _row(match.grade, match.line, match.history, match.why)
    settled = matching.perhaps_settled
    asked = (candidates[0].line for candidates in matching.asks)
    for line in (*(one for one in asked if one.fingerprint in unrecorded), *matching.unclaimed):
        found = unrecorded.get(line.fingerprint)
        whose = receivers.get(line.fingerprint, "")
        yield (
            _unclaimed_row(line, found)
            if found
            else _row(UNCLAIMED, line, None, settled.get(line.fingerprint, "no claim fits it"))
            | {"payee_id": whose}
        )
    for credit, debit in matching.taken_back:
        yield _row("taken back", credit, None, f"the bank took it back on {debit.booked_on}")
    for history in matching.not_booked:
        why = f"an alert confirmed it, and no line has it: payees undo {_reference(history)}"
        yield _row("not booked", None, history, why)
    for history in matching.without_money:
        yield _row("no money", None, history, "no line fits it")


def _how_it_went(back: WentBack) -> str:
    is_whole = back.line.money == back.history.payment.money
    if back.line.kind is not Kind.TAKEN_BACK:
        amount = "that amount" if is_whole else str(back.line.money)
        return f"{amount} went out: if to give it back"
    if not back.is_named:
        return "the bank took back that amount of such a name: if it is this"
    return "the bank took it back" if is_whole else f"the bank took back {back.line.money} of it"


def _unclaimed_row(line: Line, found: Unrecorded) -> dict[str, object]:
    why = "our reference, of a payment that nobody recorded: yes records and confirms it"
    whose = "" if found.payee_id else "; write into payee_id whose it is"
    return _row(UNCLAIMED, line, None, why + whose) | {
        "payee_id": found.payee_id or "",
        "reference": found.payment_id.reference,
        "evidence": _evidence_cell(line),
    }


def _row(grade: str, line: Line | None, history: History | None, why: str) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(PLAN_COLUMNS, "")
    row |= {"settle": YES if grade == Grade.SURE else "", "grade": str(grade), "why": why}
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
        row["evidence"] = _evidence_cell(line)
    return row


def _evidence_cell(line: Line) -> str:
    parts = (line.fingerprint, line.booked_on.isoformat(), str(line.money), line.bank_id)
    return _DIVIDER.join(parts)


def parse_evidence(cell: str) -> Evidence:
    """Raises ValueError or InvalidValue."""
    fingerprint, day, sum_, bank_id = cell.split(_DIVIDER, 3)
    amount, currency = sum_.split(" ")
    money = parse_money(amount, currency)
    return Evidence(parse_fingerprint(fingerprint), bank_id, date.fromisoformat(day), money)


def _reference(history: History) -> str:
    return history.payment.payment_id.reference


def read_plan(text: str, *, include_likely: bool) -> list[Decision]:
    """What is to be settled: rows with yes, those with `part` of which several share a line, and
    with `include_likely` those that are likely and have no no. Raises NotRows."""
    decisions: list[Decision] = []
    parts: dict[Fingerprint, list[Decision]] = defaultdict(list)
    taken: dict[object, int] = {}
    for number, row in parse_sheet(text).cells():
        said = said_in(number, row["settle"])
        is_likely = include_likely and row["grade"] == Grade.LIKELY
        if said == NO or not (said or is_likely):
            continue
        decision = _decision(number, row)
        line = decision.evidence.fingerprint
        keys: list[tuple[str, object]] = [("payment", (decision.payee_id, decision.payment_id))]
        if said != PART or line not in parts:
            keys.append(("line", line))
        for what, key in keys:
            if key in taken:
                raise NotRows(
                    f"{number}: this {what} is settled in row {taken[key]} already: say no in one"
                )
            taken[key] = number
        if said == PART:
            parts[line].append(decision)
        else:
            decisions.append(decision)
    return [*decisions, *_numbered(parts)]


def _numbered(parts: Mapping[Fingerprint, list[Decision]]) -> Iterator[Decision]:
    """The parts of each line, the same whatever the order of the rows; the first ones first."""
    for line, some in parts.items():
        if len(some) < 2:
            raise NotRows(f"{some[0].row}: one row alone is no part of this line: say yes or no")
        some.sort(key=lambda one: (one.payee_id, one.payment_id))
        for number, one in enumerate(some, 1):
            own = line if number == 1 else parse_fingerprint(f"{line}_{number}")
            evidence = replace(one.evidence, fingerprint=own)
            why = f"{one.why}; part {number} of {len(some)}"
            yield replace(one, evidence=evidence, why=why, part=number)


def said_in(number: int, settle: str) -> str:
    """What a row's `settle` says: yes, no, part, or nothing yet. Raises NotRows."""
    said = settle.strip().lower()
    if said not in _MEANS:
        raise NotRows(f"{number}: “{said}” is neither yes nor no, nor part")
    return _MEANS[said]


def _decision(number: int, row: Mapping[str, str]) -> Decision:
    if not row["evidence"]:
        raise NotRows(f"{number}: this row has no line and a payment, so it can settle nothing")
    is_recorded = row["grade"] != UNCLAIMED
    if said_in(number, row["settle"]) == PART and not is_recorded:
        raise NotRows(f"{number}: a payment that nobody recorded is no part: say yes or no")
    if not row["payee_id"].strip() and not is_recorded:
        raise NotRows(f"{number}: write into payee_id whose payment this is")
    try:
        evidence = parse_evidence(row["evidence"])
        reference = parse_reference(row["reference"])
        if reference.payment_id is None:
            raise InvalidValue("the reference is not whole")
        payee_id = parse_payee_id(row["payee_id"].strip())
    except (ValueError, InvalidValue) as error:
        raise NotRows(f"{number}: this row was changed and cannot be read ({error})") from error
    told = row["why"] if is_recorded else "our reference, which nobody had recorded"
    where = f"statement {row['file']}, line {row['line']}"
    why = f"{row['file'] if is_alert(evidence.fingerprint) else where}: {told}"
    return Decision(
        number, payee_id, reference.payment_id, evidence, why,
        is_recorded=is_recorded, name=row["name"],
    )  # fmt: skip


def batch_of(decisions: Iterable[Decision]) -> str:
    """The name of what is decided together: the same decisions have the same."""
    parts = sorted(
        f"{one.evidence.fingerprint} {one.payee_id} {one.payment_id}" for one in decisions
    )
    return b32encode(sha256("\n".join(parts).encode()).digest()[:5]).decode()
