"""Totals asked of a copy: its engine adds up, where the ledger's payments come one by one."""

from collections.abc import Sequence

from cli.copying.copied_system import CopiedSystem
from desk.questions import conditions, periods_of, totals_answer, totals_question
from desk.selection import Selection
from desk.totals import Group, Total
from payments.payee import PayeeId
from payments.times import from_unix_milliseconds


def totals_of_copy(
    system: CopiedSystem, parts: Sequence[str], payee_id: PayeeId | None, selection: Selection
) -> dict[Group, Total]:
    """What `add_up` says of the payments in the period of `selection`."""
    chosen = " AND ".join(conditions(payee_id, selection.since, selection.until))
    [(first, last)] = system.answer(
        f"SELECT min(recorded_ms), max(recorded_ms) FROM payments WHERE {chosen}"
    )
    if first is None:
        return {}
    span = from_unix_milliseconds(first), from_unix_milliseconds(last)
    periods = {part: periods_of(part, *span) for part in parts if part in ("day", "month")}
    question = totals_question(
        parts, periods, payee_id=payee_id, since=selection.since, until=selection.until
    )
    return totals_answer(system.answer(question), parts)
