"""`payees reconcile`: a bank's statement held against what payers say they paid."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.arguments import by_option, own_name
from cli.corrections import Outcome, Result, write_events
from cli.failure import Failure
from cli.files import replacing
from cli.listing import Listing, format_options, print_listing
from cli.reading import payees_to_read, read_histories
from cli.roster_file import read_roster, roster_option
from cli.statements import Reading, read_files, statement_options
from cli.system import System, same_system, system_options
from desk.fields import phrase
from desk.formats import write_documents
from desk.selection import Selection
from desk.settling.case import LATEST_BY_REFERENCE, Grade
from desk.settling.matching import Matching, match
from desk.settling.plan import PLAN_COLUMNS, Decision, batch_of, plan_rows, read_plan
from desk.spreadsheet import NotRows
from desk.statements.line import Kind, Line
from desk.tables import Column
from payments.events import Event, EventRefused, EventStatus, History, plan_event, standing_events
from payments.money import Money

if TYPE_CHECKING:
    from payments.payee import PayeeId
    from payments.payment_id import PaymentId

_WORDS = {"name", "text", "why", "payer_id"}
_SHOWN = [name for name in PLAN_COLUMNS if name not in ("settle", "file", "line", "evidence")]


@click.command()
@click.argument(
    "statements", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@statement_options
@click.option("--plan", type=click.Path(path_type=Path), help="Write the plan there, as CSV.")
@click.option(
    "--apply", "applied", metavar="PLAN", type=click.Path(path_type=Path, exists=True),
    help="Confirm the payments whose rows in this plan say yes.",
)  # fmt: skip
@click.option(
    "--include", type=click.Choice(["likely"]), help="With --apply: also what is only likely."
)
@click.option("--undo", "undone", metavar="BATCH", help="Take back all that one --apply confirmed.")
@by_option
@roster_option
@format_options
@system_options("table", "registry")
def reconcile(
    *,
    system: System,
    statements: tuple[Path, ...],
    how: Reading,
    plan: Path | None,
    applied: Path | None,
    include: str | None,
    undone: str | None,
    by: str | None,
    **options: Any,
) -> None:
    """Hold bank STATEMENTs (CSV, Excel, camt, MT940, OFX) against what payers say they paid.

    Nothing is written before --apply. Each line is told with the claim that it pays for and why:
    sure (our reference or the payer's number, and nothing speaks against it), likely, or to be
    asked. Open the --plan in a spreadsheet, write yes or no into the column “settle”, save it as
    CSV, and apply it. A line settles one payment, ever, however often it is read.

    \b
    payees reconcile march.csv --plan plan.csv
    payees reconcile march.xml april.xml
    payees reconcile --apply plan.csv --by Asha
    payees reconcile --apply plan.csv --by Asha --include likely
    payees reconcile --undo K2M4XA7Q --by Asha
    """
    if bool(statements) + (applied is not None) + (undone is not None) != 1:
        raise click.UsageError("Say one of these: STATEMENTs, --apply PLAN, --undo BATCH.")
    if undone is not None:
        _undo(system, undone.strip().upper(), by or own_name())
    elif applied is not None:
        _apply(system, applied, by or own_name(), include_likely=include is not None)
    else:
        lines = read_files(statements, how, lambda: _currency_of(system))
        if not lines:
            raise Failure("There is no booking in them: nothing is to be matched.")
        matching = match(lines, _histories(system, lines), _accounts(options.pop("roster_path")))
        if plan:
            with replacing(plan, private=True) as file:
                write_documents(file, plan_rows(matching), PLAN_COLUMNS, "csv", bom=True)
        else:
            columns = [Column(name, is_words=name in _WORDS) for name in _SHOWN]
            rows = ([str(row[name]) for name in _SHOWN] for row in plan_rows(matching))
            listing = Listing(columns, rows, PLAN_COLUMNS, plan_rows(matching))
            print_listing(listing, **options)
        _summarize(matching, plan)


def _accounts(roster_path: Path) -> dict[str, set[str]]:
    """Which payees receive on which account, by the roster, if there is one here."""
    accounts: dict[str, set[str]] = {}
    entries = read_roster(roster_path).entries if roster_path.exists() else []
    for entry in entries:
        for account in entry.pay_by:
            if account.address:
                accounts.setdefault(account.address.casefold(), set()).add(entry.payee_id)
    return accounts


def _currency_of(system: System) -> str | None:
    """What all payees take, for statements that do not say it; None if they take several."""
    currencies = {payee.currency for payee in system.registry().payees()}
    return currencies.pop() if len(currencies) == 1 else None


def _histories(system: System, lines: Sequence[Line]) -> Iterator[History]:
    first = min(line.booked_on for line in lines)
    since = datetime(first.year, first.month, first.day, tzinfo=UTC) - LATEST_BY_REFERENCE
    click.echo(f"Reading what was recorded since {since:%Y-%m-%d} in {system} …", err=True)
    yield from read_histories(system, payees_to_read(system, None), Selection(since))


def _summarize(matching: Matching, plan: Path | None) -> None:
    """What there is, in counts and sums."""
    by_grade = {
        grade: [one.line for one in matching.matches if one.grade is grade]
        for grade in (Grade.SURE, Grade.LIKELY)
    }
    asked = [candidates[0].line for candidates in matching.asks]
    for line, history in matching.to_undo:
        click.echo(f"Taken back on {line.booked_on}: {phrase(history)}, settled before.", err=True)
    parts = [
        ("sure", by_grade[Grade.SURE]),
        ("likely", by_grade[Grade.LIKELY]),
        ("to be asked", asked),
        ("unclaimed", matching.unclaimed),
        ("taken back", [credit for credit, _ in matching.taken_back]),
        ("settled before", matching.settled),
    ]
    for what, found in parts:
        if found:
            click.echo(f"{what:16}{len(found):6}  {_sums([one.money for one in found])}", err=True)
    if claims := matching.without_money:
        oldest = min(one.payment.recorded_at for one in claims).astimezone()
        sums = _sums([one.payment.money for one in claims])
        click.echo(
            f"{'no money yet':16}{len(claims):6}  {sums}, the oldest of {oldest:%Y-%m-%d}", err=True
        )
    others = [f"{n} {kind}" for kind, n in matching.kinds.items() if kind is not Kind.CREDIT]
    if others:
        click.echo(f"Left aside: {', '.join(others)}.", err=True)
    name = plan or "plan.csv"
    again = "" if plan else f"payees reconcile … --plan {name}, then "
    click.echo(
        f"Nothing was written. Next: {again}payees reconcile --apply {name}{same_system()}",
        err=True,
    )


def _sums(moneys: Sequence[Money]) -> str:
    sums: Counter[str] = Counter()
    for money in moneys:
        sums[money.currency] += money.amount_minor
    return ", ".join(str(Money(minor, currency)) for currency, minor in sorted(sums.items()))


def _apply(system: System, path: Path, by: str, *, include_likely: bool) -> None:
    try:
        decisions = read_plan(path.read_bytes().decode(), include_likely=include_likely)
    except NotRows as error:
        raise Failure(f"{path}:{error}. Nothing was changed.") from error
    except UnicodeDecodeError as error:
        raise Failure(
            f"{path} is no UTF-8: save it as “CSV UTF-8”. Nothing was changed."
        ) from error
    if not decisions:
        raise Failure(f"No row of {path} says yes: nothing was changed.")
    batch = batch_of(decisions)
    histories = _decided(system, decisions)
    planned = [
        _event_or_result(history, decision, by, batch)
        for (_, history), decision in zip(histories, decisions, strict=True)
    ]
    click.echo(f"Batch {batch}: writing to {system} …", err=True)
    results = write_events(system.ledger(), histories, planned)
    _tell(results, "confirmed", f"To take it back: payees reconcile --undo {batch}{same_system()}")


def _decided(system: System, decisions: Sequence[Decision]) -> list[tuple[str, History]]:
    """The payments as they are now. Raises Failure for one that is not recorded."""
    wanted: dict[PayeeId, list[PaymentId]] = {}
    for decision in decisions:
        wanted.setdefault(decision.payee_id, []).append(decision.payment_id)
    found: dict[tuple[PayeeId, PaymentId], History] = {}
    for payee_id, ids in wanted.items():
        bounds = (min(ids), max(ids))
        for history in system.ledger().histories(payee_id, bounds):
            found[payee_id, history.payment.payment_id] = history
    missing = [one for one in decisions if (one.payee_id, one.payment_id) not in found]
    if missing:
        raise Failure(
            f"Row {missing[0].row} names a payment that is not recorded in {system}: "
            f"{missing[0].payment_id.reference} of {missing[0].payee_id}. Nothing was changed."
        )
    return [(f"row {one.row}", found[one.payee_id, one.payment_id]) for one in decisions]


def _event_or_result(history: History, decision: Decision, by: str, batch: str) -> Event | Result:
    standing = standing_events(history.events)
    settled_by = standing[0].evidence if standing else None
    if settled_by and settled_by.fingerprint == decision.evidence.fingerprint:
        detail = f"Settled already by this line: {phrase(history)}."
        return Result(Outcome.ALREADY, f"row {decision.row}", history, detail)
    why = f"{_visible(decision.why)[:400]}; batch {batch}"
    try:
        return plan_event(
            history, EventStatus.CONFIRMED, by=by, why=why, now=datetime.now(UTC),
            evidence=decision.evidence,
        )  # fmt: skip
    except EventRefused as error:
        detail = f"{phrase(history)}: {error}. Nothing was changed."
        return Result(Outcome.REFUSED, f"row {decision.row}", history, detail)


def _visible(text: str) -> str:
    """A file may be called anything."""
    return "".join(character for character in text if character.isprintable())


def _undo(system: System, batch: str, by: str) -> None:
    click.echo(f"Looking for batch {batch} in {system} …", err=True)
    histories: list[tuple[str, History]] = []
    planned: list[Event | Result] = []
    taken_back = 0
    for history in read_histories(system, payees_to_read(system, None), Selection()):
        if not any(event.why.endswith(f"; batch {batch}") for event in history.events):
            continue
        standing = standing_events(history.events)
        if standing and standing[-1].why.endswith(f"; batch {batch}"):
            why = f"batch {batch} was taken back"
            histories.append((batch, history))
            planned.append(
                plan_event(history, EventStatus.UNDONE, by=by, why=why, now=datetime.now(UTC))
            )
        else:
            taken_back += 1
    if not planned:
        many = f"all {taken_back} payments of it are undone or reversed" if taken_back else "none"
        raise Failure(f"There is nothing of batch {batch} to undo in {system}: {many}.")
    _tell(
        write_events(system.ledger(), histories, planned),
        "undone",
        f"Next: payees payments{same_system()}",
    )


def _tell(results: Sequence[Result], done: str, then: str) -> None:
    counts = Counter(result.outcome for result in results)
    for result in results:
        if result.outcome in (Outcome.REFUSED, Outcome.UNKNOWN):
            click.echo(f"{result.typed}: {result.detail}", err=True)
    words = {
        Outcome.DONE: done, Outcome.ALREADY: f"already {done}", Outcome.REFUSED: "refused",
        Outcome.UNKNOWN: "unknown", Outcome.WAITING: "not tried",
    }  # fmt: skip
    said = [f"{words[one]} {counts[one]}" for one in words if counts[one] or one is Outcome.DONE]
    summary = f"{', '.join(said)}.".capitalize()
    if counts[Outcome.UNKNOWN] or counts[Outcome.WAITING]:
        raise Failure(f"{summary} The same command again goes on, and doubles nothing.")
    if counts[Outcome.REFUSED]:
        raise Failure(f"{summary} {then}")
    click.echo(summary, err=True)
    click.echo(then, err=True)
