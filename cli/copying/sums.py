"""Totals asked of a copy, or of an archive: an engine adds up, where the ledger's payments come one
by one."""

from collections.abc import Mapping, Sequence

from cli.copying.copied_system import CopiedSystem
from cli.failure import Failure
from cli.system import System
from desk.archive_queries import count_question, relations_of, rows_of
from desk.questions import clocks_here, totals_answer, totals_question
from desk.selection import Selection
from desk.totals import Group, Total
from payments.payee import PayeeId


def totals_of_copy(
    system: CopiedSystem,
    parts: Sequence[str],
    payee_ids: Sequence[PayeeId],
    present: Mapping[PayeeId, PayeeId],
    selection: Selection,
) -> dict[Group, Total]:
    """What `add_up` says of the payments in the period of `selection`: of these payees, of all if
    there is none. `present` has those that took the place of former ids."""
    question = totals_question(
        parts, clocks_here(), payee_ids=payee_ids, since=selection.since, until=selection.until
    )
    return _as_present(totals_answer(system.answer(question), parts), parts, present)


def totals_of_archive(
    system: System,
    parts: Sequence[str],
    payee_ids: Sequence[PayeeId],
    present: Mapping[PayeeId, PayeeId],
    selection: Selection,
) -> dict[Group, Total]:
    """As totals_of_copy, by the archive of a stage. Raises Failure: also if rows of the export are
    not among those that were counted."""
    from cli.copying.athena import ask, latest_night, load_archive  # noqa: PLC0415 (slow)

    archive = load_archive(system)
    night, export = latest_night(system, archive)
    rows = rows_of(night)
    question = totals_question(
        parts, clocks_here(), payee_ids=payee_ids, since=selection.since, until=selection.until
    )
    questions = relations_of(rows) + question, count_question(rows)
    answer, [[found]] = ask(system.athena(), archive, questions)
    if int(found) != export.items:
        raise Failure(
            f"Athena read {found} rows of the night {night}, where the export's manifest says "
            f"{export.items}: don't trust these totals. Ask the ledger, or a copy."
        )
    return _as_present(totals_answer(answer, parts), parts, present)


def _as_present(
    found: Mapping[Group, Total], parts: Sequence[str], present: Mapping[PayeeId, PayeeId]
) -> dict[Group, Total]:
    """What was recorded under a former id counts under the one that took its place."""
    if not present or "payee" not in parts:
        return dict(found)
    totals: dict[Group, Total] = {}
    for group, total in found.items():
        label = tuple(
            present.get(PayeeId(name), name) if part == "payee" else name
            for part, name in zip(parts, group.label, strict=True)
        )
        totals.setdefault(group._replace(label=label), Total()).include(total)
    return dict(sorted(totals.items()))
