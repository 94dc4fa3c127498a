"""`payees reconcile`: a bank's statement held against what payers say they paid."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click

from cli.arguments import Moment, by_option, own_name
from cli.copying.copied_system import CopiedSystem, Readable, readable_options
from cli.failure import Failure
from cli.intake.office import load_alert_lines
from cli.listing import Listing, format_options, print_listing
from cli.roster_file import read_roster, roster_option
from cli.settling.applying import apply_decisions, check_decided, tell, undo_batch, undo_command
from cli.settling.batches import Batch, arrived, keep_batch, load_batch, same_person
from cli.settling.planning import Found, match_lines, match_statements, summarize
from cli.settling.plans import (
    USUAL_PLAN,
    load_sheet,
    plan_text,
    tell_next,
    tell_open,
    told_rows,
    write_plan,
)
from cli.settling.reviewing import refuse_without_terminal, review_plan
from cli.settling.statements import statement_options
from cli.system import System, same_system
from desk.deciding.plan import Decision, batch_of, read_plan
from desk.deciding.review import plan_review
from desk.deciding.sheet import PLAN_COLUMNS, Sheet
from desk.fields import counted
from desk.names import isolated
from desk.tables import Column
from desk.totals import sums_of
from payments.events import History, standing_events
from roster.model import Roster

_WORDS = {"name", "text", "why", "payer_id"}
_FEW = 10
_ALERTS_OF = timedelta(days=31)
_SHOWN = [name for name in PLAN_COLUMNS if name not in ("settle", "file", "line", "evidence")]


@click.command()
@click.argument(
    "statements", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@statement_options
@click.option("--alerts", is_flag=True, help="Bank alerts instead of a statement: payees intake.")
@click.option("--since", type=Moment(), help="With --alerts: of then on; else of the last 31 days.")
@click.option("--plan", type=click.Path(path_type=Path), help="Write the plan there, as CSV.")
@click.option(
    "--review", is_flag=True,
    help="Ask here, one by one, what is to be asked; the answers stand in the plan.",
)  # fmt: skip
@click.option(
    "--apply", "applied", metavar="PLAN", type=click.Path(path_type=Path, exists=True),
    help="Confirm the payments whose rows in this plan say yes.",
)  # fmt: skip
@click.option(
    "--include",
    type=click.Choice(["likely"]),
    help="With --apply or --review: also what is likely.",
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
    asked. With --review you are asked here. Or open the --plan in a spreadsheet, write yes or no
    into the column “settle”, save it as CSV. Then apply it. A line settles one payment, ever,
    however often it is read; where one transfer is for several claims, write part beside each of
    them.

    A line with the whole reference of a payment that nobody recorded is among the unclaimed: yes
    records and confirms it. Where the roster says `approval: needed`, what --apply decides waits
    until somebody else says --approve, as another identity of AWS's.

    With --alerts it is the bank's messages that are matched, which somebody's phone forwarded.
    They come at once, and can be forged: nothing of them is sure.

    \b
    payees reconcile march.csv --review
    payees reconcile march.csv --plan plan.csv
    payees reconcile march.xml april.xml
    payees reconcile march.csv --plan plan.csv --from ledger.duckdb
    payees reconcile --alerts --review
    payees reconcile --apply plan.csv --by Asha
    payees reconcile --apply plan.csv --by Asha --include likely
    payees reconcile --approve K2M4XA7Q --by Ben
    payees reconcile --undo K2M4XA7Q --by Asha
    """
    acts = [one for one in (applied, approved, undone) if one is not None]
    alerts, since, how = (options.pop(name) for name in ("alerts", "since", "how"))
    if bool(statements or alerts or options["review"]) + len(acts) != 1:
        raise click.UsageError(
            "Say one of these: STATEMENTs, --review, --apply PLAN, --approve BATCH, --undo BATCH, "
            "--alerts."
        )
    if (statements and alerts) or (since and not alerts):
        raise click.UsageError("--alerts goes with no STATEMENT, and --since with --alerts.")
    if isinstance(system, CopiedSystem):
        if acts or alerts:
            raise click.UsageError("A copy is only read: --from goes with STATEMENTs alone.")
        _match(partial(match_statements, system, statements, how), roster_path, **options)
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
        tell_open(applied, likely=options["include"] is None)
    elif alerts:
        of = since or datetime.now(UTC) - _ALERTS_OF
        lines = partial(load_alert_lines, system, of, roster_path)
        _match(lambda accounts: match_lines(system, lines(), accounts), roster_path, **options)
    elif statements:
        _match(partial(match_statements, system, statements, how), roster_path, **options)
    else:
        _match(None, roster_path, **options)


def _match(
    find: Callable[[dict[str, set[str]]], Found] | None,
    roster_path: Path,
    *,
    plan: Path | None,
    include: str | None,
    review: bool,
    **shown: Any,
) -> None:
    """Match what `find` reads, by the payees of each account; without it, go on with the plan."""
    if include and not review:
        raise click.UsageError("--include goes with --apply, or with --review.")
    if review:
        refuse_without_terminal()
        plan = plan or USUAL_PLAN
    if find is None:
        _review(load_sheet(plan or USUAL_PLAN), plan or USUAL_PLAN, include)
        return
    found = find(_accounts(_roster(roster_path)))
    if plan:
        write_plan(found, plan)
    else:
        columns = [Column(name, is_words=name in _WORDS) for name in _SHOWN]
        rows = ([str(row[name]) for name in _SHOWN] for row in found.rows())
        print_listing(Listing(columns, rows, PLAN_COLUMNS, found.rows()), **shown)
    summarize(found)
    if review and plan:
        _review(load_sheet(plan), plan, include)
        return
    tell_next(found, plan)


def _review(sheet: Sheet, path: Path, include: str | None) -> None:
    with told_rows(path):
        review = plan_review(sheet, include_likely=include is not None)
    review_plan(review, path)


def _roster(path: Path) -> Roster | None:
    return read_roster(path) if path.exists() else None


def _accounts(roster: Roster | None) -> dict[str, set[str]]:
    """Which payees receive on which account, by the roster, if there is one here: by all ids that
    they have or had, as their payments do."""
    accounts: dict[str, set[str]] = {}
    for entry in roster.entries if roster else ():
        for account in entry.pay_by:
            if account.address:
                here = accounts.setdefault(account.address.casefold(), set())
                here.update(entry.payee.all_ids)
    return accounts


def _decisions(path: Path, *, include_likely: bool) -> list[Decision]:
    with told_rows(path):
        decisions = read_plan(plan_text(path), include_likely=include_likely)
    if not decisions:
        tell_open(path, likely=not include_likely)
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
    payments = counted(count, "payment")
    click.echo(f"{payments}, {sums_of(arrived(batch.decisions))}: {batch}.", err=True)
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
