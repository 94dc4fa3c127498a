"""Statements held against the ledger, and what was found, in counts and sums."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.copying.copied_system import Readable
from cli.failure import Failure
from cli.reading import payees_to_read, present_ids, read_histories, registered_payees
from cli.settling.statements import Reading, read_files
from desk.deciding.plan import plan_rows
from desk.fields import counted, phrase
from desk.selection import Selection
from desk.settling.case import LATEST_BY_REFERENCE, Grade
from desk.settling.matching import Matching, match
from desk.settling.unrecorded import Unrecorded, find_unrecorded, receiver_of
from desk.statements.line import Kind, Line
from desk.totals import sums_of
from payments.events import Fingerprint, History, is_alert
from payments.payee import PayeeId


@dataclass(frozen=True, slots=True)
class Found:
    """What became of every line, and the payments that nobody recorded."""

    matching: Matching
    unrecorded: Mapping[Fingerprint, Unrecorded]
    receivers: Mapping[Fingerprint, PayeeId]

    def rows(self) -> Iterator[dict[str, object]]:
        """Of the plan."""
        return plan_rows(self.matching, self.unrecorded, self.receivers)

    def lines(self) -> set[Fingerprint]:
        """Of the credits that were matched."""
        found = self.matching
        asked = (candidates[0].line for candidates in found.asks)
        back = (credit for credit, _ in found.taken_back)
        matched = (one.line for one in found.matches)
        every = (*matched, *asked, *found.unclaimed, *found.settled, *back)
        return {line.fingerprint for line in every}


def match_statements(
    system: Readable, statements: Sequence[Path], how: Reading, accounts: dict[str, set[str]]
) -> Found:
    """`accounts`, in small letters, have the payees who receive there. Raises Failure."""
    return match_lines(system, read_files(statements, how, lambda: _currency_of(system)), accounts)


def match_lines(system: Readable, lines: Sequence[Line], accounts: dict[str, set[str]]) -> Found:
    """The same, of lines that are read already. Raises Failure."""
    if not lines:
        raise Failure("There is no booking in them: nothing is to be matched.")
    payees = payees_to_read(system, None)
    histories = _histories(system, payees, lines)
    matching = match(lines, histories, accounts)
    former = present_ids(system, payees, None)
    receiving = [payee_id for payee_id in payees if payee_id not in former]
    unrecorded = find_unrecorded(
        (
            line
            for line in (*matching.unclaimed, *(some[0].line for some in matching.asks))
            if not is_alert(line.fingerprint)  # nothing is recorded on a message's word
        ),
        {history.payment.payment_id for history in histories}, accounts, receiving,
    )  # fmt: skip
    receivers = {
        line.fingerprint: payee_id
        for line in matching.unclaimed
        if (payee_id := receiver_of(line, accounts, receiving))
    }
    return Found(matching, unrecorded, receivers)


def _currency_of(system: Readable) -> str | None:
    """What all payees take, for statements that do not say it; None if they take several."""
    currencies = {payee.currency for payee in registered_payees(system)}
    return currencies.pop() if len(currencies) == 1 else None


def _histories(system: Readable, payees: list[PayeeId], lines: Sequence[Line]) -> list[History]:
    first = min(line.booked_on for line in lines)
    since = datetime(first.year, first.month, first.day, tzinfo=UTC) - LATEST_BY_REFERENCE
    click.echo(f"Reading what was recorded since {since:%Y-%m-%d} in {system} …", err=True)
    return list(read_histories(system, payees, Selection(since)))


def summarize(found: Found) -> None:
    """What there is, in counts and sums."""
    matching, unrecorded = found.matching, found.unrecorded
    by_grade = {
        grade: [one.line for one in matching.matches if one.grade is grade]
        for grade in (Grade.SURE, Grade.LIKELY)
    }
    asked = [candidates[0].line for candidates in matching.asks]
    for line, history, is_named in matching.to_undo:
        what = "taken" if line.kind is Kind.TAKEN_BACK else "given"
        sure = is_named and line.kind is Kind.TAKEN_BACK
        part = "" if line.money == history.payment.money else f"{line.money} of "
        told = f"{what} back on {line.booked_on}: {part}{phrase(history)}, settled before."
        click.echo(told[0].upper() + told[1:] if sure else f"Perhaps {told}", err=True)
    for line in matching.took_back:
        click.echo(
            f"Taken back on {line.booked_on}, and nothing says of whom: {line.money}. Was it one "
            "that is settled? Look, and undo it.",
            err=True,
        )
    for history in matching.not_booked:
        click.echo(
            f"Confirmed by an alert, and not in these statements: {phrase(history)}. Was the "
            "message forged? Look, and undo it.",
            err=True,
        )
    parts = [
        ("sure", by_grade[Grade.SURE]),
        ("likely", by_grade[Grade.LIKELY]),
        ("to be asked", asked),
        ("unclaimed", matching.unclaimed),
        ("taken back", [credit for credit, _ in matching.taken_back]),
        ("settled before", matching.settled),
    ]
    for what, some in parts:
        if some:
            click.echo(f"{what:16}{len(some):6}  {sums_of(one.money for one in some)}", err=True)
    if unrecorded:
        few = "is" if len(unrecorded) == 1 else "are"
        click.echo(
            f"{counted(len(unrecorded), 'line')} {few} of a payment that nobody recorded, by our "
            "reference: yes in the plan records and confirms it.",
            err=True,
        )
    if claims := matching.without_money:
        oldest = min(one.payment.recorded_at for one in claims).astimezone()
        sums = sums_of([one.payment.money for one in claims])
        click.echo(
            f"{'no money yet':16}{len(claims):6}  {sums}, the oldest of {oldest:%Y-%m-%d}", err=True
        )
    others = [_told(kind, n) for kind, n in matching.kinds.items() if kind is not Kind.CREDIT]
    if others:
        click.echo(f"Left aside: {', '.join(others)}.", err=True)


def _told(kind: Kind, count: int) -> str:
    """`2 debits`, `1 batch`, `3 zero amounts`; what is no thing has no plural."""
    if kind is Kind.ZERO:
        return counted(count, "zero amount")
    return counted(count, kind) if kind in (Kind.DEBIT, Kind.BATCH) else f"{count} {kind}"
