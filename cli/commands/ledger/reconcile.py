"""`payees reconcile`: a bank's statement held against what payers say they paid."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cli.arguments import by_option, own_name
from cli.copying.copied_system import CopiedSystem, Readable, readable_options
from cli.failure import Failure
from cli.files import replacing
from cli.listing import Listing, format_options, print_listing
from cli.reading import payees_to_read, read_histories
from cli.roster_file import read_roster, roster_option
from cli.settling.applying import apply_decisions, check_decided, tell, undo_batch, undo_command
from cli.settling.batches import Batch, keep_batch, load_batch, same_person, sums_of
from cli.settling.statements import Reading, read_files, statement_options
from cli.system import System, same_system
from desk.fields import phrase
from desk.formats import write_documents
from desk.names import isolated
from desk.selection import Selection
from desk.settling.case import LATEST_BY_REFERENCE, Grade
from desk.settling.matching import Matching, match
from desk.settling.plan import PLAN_COLUMNS, Decision, batch_of, plan_rows, read_plan
from desk.settling.unrecorded import Unrecorded, find_unrecorded
from desk.spreadsheet import NotRows
from desk.statements.line import Kind, Line
from desk.tables import Column
from payments.events import Fingerprint, History, standing_events
from payments.money import Money
from payments.payee import Payee, PayeeId
from roster.model import Roster

_WORDS = {"name", "text", "why", "payer_id"}
_FEW = 10
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
@click.option("--approve", "approved", metavar="BATCH", help="Agree to what somebody else applied.")
@click.option("--undo", "undone", metavar="BATCH", help="Take back all that one --apply confirmed.")
@by_option
@roster_option
@format_options
@readable_options("table", "registry")
def reconcile(
    *,
    system: Readable,
    statements: tuple[Path, ...],
    by: str | None,
    roster_path: Path,
    applied: Path | None,
    approved: str | None,
    undone: str | None,
    **options: Any,
) -> None:
    """Hold bank STATEMENTs (CSV, Excel, camt, MT940, OFX) against what payers say they paid.

    Nothing is written before --apply. Each line is told with the claim that it pays for and why:
    sure (our reference or the payer's number, and nothing speaks against it), likely, or to be
    asked. Open the --plan in a spreadsheet, write yes or no into the column “settle”, save it as
    CSV, and apply it. A line settles one payment, ever, however often it is read; where one
    transfer is for several claims, write part beside each of them.

    A line with the whole reference of a payment that nobody recorded is among the unclaimed: yes
    records and confirms it. Where the roster says `approval: needed`, what --apply decides waits
    until somebody else says --approve, as another identity of AWS's.

    \b
    payees reconcile march.csv --plan plan.csv
    payees reconcile march.xml april.xml
    payees reconcile march.csv --plan plan.csv --from ledger.duckdb
    payees reconcile --apply plan.csv --by Asha
    payees reconcile --apply plan.csv --by Asha --include likely
    payees reconcile --approve K2M4XA7Q --by Ben
    payees reconcile --undo K2M4XA7Q --by Asha
    """
    acts = [one for one in (applied, approved, undone) if one is not None]
    if bool(statements) + len(acts) != 1:
        raise click.UsageError(
            "Say one of these: STATEMENTs, --apply PLAN, --approve BATCH, --undo BATCH."
        )
    if isinstance(system, CopiedSystem):
        if acts:
            raise click.UsageError("A copy is only read: --from goes with STATEMENTs alone.")
        _match(system, statements, _accounts(_roster(roster_path)), **options)
    elif undone is not None:
        results = undo_batch(system, undone.strip().upper(), by or own_name())
        tell(results, "undone", f"Next: payees payments{same_system()}")
    elif approved is not None:
        _approve(system, approved.strip().upper(), by or own_name())
    elif applied is not None:
        decisions = _decisions(applied, include_likely=options["include"] is not None)
        roster = _roster(roster_path)
        needs_approval = roster is not None and roster.site.needs_approval
        _apply(system, decisions, by or own_name(), needs_approval=needs_approval)
    else:
        _match(system, statements, _accounts(_roster(roster_path)), **options)


def _match(
    system: Readable,
    statements: tuple[Path, ...],
    accounts: dict[str, set[str]],
    *,
    how: Reading,
    plan: Path | None,
    format_name: str | None,
    bom: bool,
    include: str | None,
) -> None:
    if include:
        raise click.UsageError("--include goes with --apply.")
    lines = read_files(statements, how, lambda: _currency_of(system))
    if not lines:
        raise Failure("There is no booking in them: nothing is to be matched.")
    payees = payees_to_read(system, None)
    histories = _histories(system, payees, lines)
    matching = match(lines, histories, accounts)
    unrecorded = find_unrecorded(
        [*matching.unclaimed, *(candidates[0].line for candidates in matching.asks)],
        {history.payment.payment_id for history in histories}, accounts, payees,
    )  # fmt: skip
    if plan:
        with replacing(plan, private=True) as file:
            write_documents(file, plan_rows(matching, unrecorded), PLAN_COLUMNS, "csv", bom=True)
    else:
        columns = [Column(name, is_words=name in _WORDS) for name in _SHOWN]
        rows = ([str(row[name]) for name in _SHOWN] for row in plan_rows(matching, unrecorded))
        listing = Listing(columns, rows, PLAN_COLUMNS, plan_rows(matching, unrecorded))
        print_listing(listing, format_name, bom=bom)
    _summarize(matching, unrecorded, plan)


def _roster(path: Path) -> Roster | None:
    return read_roster(path) if path.exists() else None


def _accounts(roster: Roster | None) -> dict[str, set[str]]:
    """Which payees receive on which account, by the roster, if there is one here."""
    accounts: dict[str, set[str]] = {}
    for entry in roster.entries if roster else ():
        for account in entry.pay_by:
            if account.address:
                accounts.setdefault(account.address.casefold(), set()).add(entry.payee_id)
    return accounts


def _currency_of(system: Readable) -> str | None:
    """What all payees take, for statements that do not say it; None if they take several."""
    if isinstance(system, CopiedSystem):
        payees: Iterable[Payee] = system.registered().values()
    else:
        payees = system.registry().payees()
    currencies = {payee.currency for payee in payees}
    return currencies.pop() if len(currencies) == 1 else None


def _histories(system: Readable, payees: list[PayeeId], lines: Sequence[Line]) -> list[History]:
    first = min(line.booked_on for line in lines)
    since = datetime(first.year, first.month, first.day, tzinfo=UTC) - LATEST_BY_REFERENCE
    click.echo(f"Reading what was recorded since {since:%Y-%m-%d} in {system} …", err=True)
    return list(read_histories(system, payees, Selection(since)))


def _summarize(
    matching: Matching, unrecorded: dict[Fingerprint, Unrecorded], plan: Path | None
) -> None:
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
    if unrecorded:
        few = "s are" if len(unrecorded) > 1 else " is"
        click.echo(
            f"{len(unrecorded)} line{few} of a payment that nobody recorded, by our reference: yes "
            "in the plan records and confirms it.",
            err=True,
        )
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


def _decisions(path: Path, *, include_likely: bool) -> list[Decision]:
    content = path.read_bytes()
    try:
        encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        decisions = read_plan(content.decode(encoding), include_likely=include_likely)
    except NotRows as error:
        raise Failure(f"{path}:{error}. Nothing was changed.") from error
    except UnicodeDecodeError as error:
        raise Failure(
            f"{path} is no UTF-8: save it as “CSV UTF-8”. Nothing was changed."
        ) from error
    if not decisions:
        raise Failure(f"No row of {path} says yes: nothing was changed.")
    return decisions


def _apply(system: System, decisions: list[Decision], by: str, *, needs_approval: bool) -> None:
    batch = batch_of(decisions)
    if not needs_approval:
        results = apply_decisions(system, decisions, by=by, batch=batch)
        tell(results, "confirmed", f"To take it back: {undo_command(batch)}")
        return
    identity = system.identity()
    histories = check_decided(system, decisions)
    if all(map(_is_settled_by, histories, decisions)):
        tell(apply_decisions(system, decisions, by=by, batch=batch), "confirmed", "")
        return
    decided = Batch(batch, by, identity, datetime.now(UTC), tuple(decisions))
    kept = keep_batch(system, decided)
    click.echo(f"Nothing is confirmed yet: {kept} waits for somebody else.", err=True)
    click.echo(f"Next, by another: payees reconcile --approve {batch}{same_system()}", err=True)


def _is_settled_by(history: History | None, decision: Decision) -> bool:
    standing = standing_events(history.events) if history else ()
    evidence = standing[0].evidence if standing else None
    return evidence is not None and evidence.fingerprint == decision.evidence.fingerprint


def _approve(system: System, name: str, by: str) -> None:
    identity = system.identity()
    batch = load_batch(system, name)
    count = len(batch.decisions)
    click.echo(f"{count} payments, {_sums(sums_of(batch.decisions))}: {batch}.", err=True)
    if same_person(identity, batch.identity):
        raise Failure(
            f"You are {identity} to AWS, who decided it: somebody else has to approve. Nothing "
            "was changed."
        )
    for one in batch.decisions[:_FEW]:
        reference = one.payment_id.reference
        click.echo(
            f"  {reference}  {one.evidence.money}  {one.payee_id}  {isolated(one.why)}", err=True
        )
    if count > _FEW:
        click.echo(f"  … and {count - _FEW} more", err=True)
    if sys.stdin.isatty():
        click.confirm("Have you seen the statement, and is this it?", abort=True, err=True)
    beside = f"; decided as {batch.identity}, approved by {by} as {identity}"
    results = apply_decisions(system, batch.decisions, by=batch.by, batch=name, beside=beside)
    tell(results, "confirmed", f"To take it back: {undo_command(name)}")
