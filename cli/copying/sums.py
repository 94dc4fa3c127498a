"""Totals asked of a copy: its engine adds up, where the ledger's payments come one by one."""

from collections.abc import Mapping, Sequence

from cli.copying.copied_system import CopiedSystem
from desk.questions import conditions, periods_of, totals_answer, totals_question
from desk.selection import Selection
from desk.totals import Group, Total
from payments.payee import PayeeId
from payments.times import from_unix_milliseconds


def totals_of_copy(
    system: CopiedSystem,
    parts: Sequence[str],
    payee_ids: Sequence[PayeeId],
    present: Mapping[PayeeId, PayeeId],
    selection: Selection,
) -> dict[Group, Total]:
    """What `add_up` says of the payments in the period of `selection`: of these payees, of all if
    there is none. `present` has those that took the place of former ids."""
    chosen = " AND ".join(conditions(payee_ids, selection.since, selection.until))
    [(first, last)] = system.answer(
        f"SELECT min(recorded_ms), max(recorded_ms) FROM payments WHERE {chosen}"
    )
    if first is None:
        return {}
    span = from_unix_milliseconds(first), from_unix_milliseconds(last)
    periods = {part: periods_of(part, *span) for part in parts if part in ("day", "month")}
    question = totals_question(
        parts, periods, payee_ids=payee_ids, since=selection.since, until=selection.until
    )
    totals: dict[Group, Total] = {}
    for group, total in totals_answer(system.answer(question), parts).items():
        label = tuple(
            present.get(PayeeId(name), name) if part == "payee" else name
            for part, name in zip(parts, group.label, strict=True)
        )
        totals.setdefault(group._replace(label=label), Total()).include(total)
    return dict(sorted(totals.items()))
