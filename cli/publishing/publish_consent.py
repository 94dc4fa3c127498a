"""What a publish asks before it acts: above all, whether money is to go elsewhere."""

import sys
from collections.abc import Iterator, Sequence

import click

from cli.failure import Failure
from desk.names import isolated
from publishing.accounts import AccountChange
from publishing.publication import Plan
from roster.reading import seen

_FEW = 10  # payees with the same change, named one by one


def account_lines(changes: Sequence[AccountChange]) -> Iterator[tuple[str, str]]:
    """A sign and a line for each account that appears (+), changes (~) or goes (-)."""
    for change in changes:
        sign = "~" if change.before and change.after else "+" if change.after else "-"
        yield sign, f"{change.payee_id}: {_from_to(change)}"


def ask(plan: Plan, *, yes: bool, yes_accounts: bool) -> None:
    """Show every account that changes, and go on only if that is meant, and if many payees go.

    Raises Failure where nobody can be asked and it was not agreed to before, and click.Abort.
    """
    ask_about_accounts(plan.accounts, agreed=yes_accounts)
    if not yes:
        _ask_about_removal(plan)


def ask_about_accounts(changes: Sequence[AccountChange], *, agreed: bool) -> None:
    """Raises Failure where nobody can be asked and it was not agreed to before, and click.Abort."""
    if not changes:
        return
    click.secho("Where money goes changes:", bold=True, err=True)
    for line in _grouped(changes):
        click.echo(f"  {line}", err=True)
    if agreed:
        return
    if not sys.stdin.isatty():
        raise Failure(
            "Nothing was published: nobody can be asked here. Compare each account with what the "
            "payee gave you, and add --yes-accounts if all of it is meant."
        )
    click.confirm("Did each payee give you these accounts? Publish them?", abort=True, err=True)


def _ask_about_removal(plan: Plan) -> None:
    leaving, known = plan.removed
    if leaving * 5 <= known:
        return
    message = f"This removes {leaving} of {known} payees: their pages go, and they are closed."
    if not sys.stdin.isatty():
        raise Failure(f"{message} Look at it with --dry-run, and add --yes if it is meant.")
    click.echo(message, err=True)
    click.confirm("Go on?", abort=True, err=True)


def _grouped(changes: Sequence[AccountChange]) -> Iterator[str]:
    """Each change once, with all whom it is about: an account of the site is everybody's."""
    payees: dict[str, list[str]] = {}
    for change in changes:
        payees.setdefault(_from_to(change), []).append(change.payee_id)
    for what, ids in payees.items():
        more = f" and {len(ids) - _FEW} more (--dry-run has all)" if len(ids) > _FEW else ""
        yield f"{', '.join(ids[:_FEW])}{more}: {what}"


def _from_to(change: AccountChange) -> str:
    before, after = (isolated(seen(line)) for line in (change.before, change.after))
    if before and after:
        return f"{before} → {after}"
    return f"{after}, new" if after else f"{before}, no longer"
