"""`payees intake`: where a bank's messages are forwarded to, what came, and how it is read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from cli.arguments import Moment
from cli.failure import Failure
from cli.files import replacing
from cli.intake.making import forget, list_keys, make_key, revoke_key
from cli.intake.office import load_alerts, tell_alerts
from cli.intake.patterns_file import SHIPPED, USUAL, check_patterns, load_patterns
from cli.listing import Listing, print_listing
from cli.roster_file import roster_option
from cli.system import System, same_system, system_options
from desk.alerts.lines import NotRead, Reader, Told, read_alerts
from desk.alerts.pattern import plain
from desk.fields import local_time
from desk.tables import Column
from intake.alert import Alert
from payments.times import format_time

_SHOWN_FOR = timedelta(days=31)
_FIELDS = (
    *("at", "sender", "kind", "amount", "currency", "booked_on", "bank_number", "payer"),
    *("account", "pattern", "why_unread", "text", "key", "received_at"),
)
_COLUMNS = (
    Column("at"), Column("sender", is_words=True), Column("what"),
    Column("amount", is_number=True), Column("payer", is_words=True), Column("bank number"),
    Column("says", is_words=True),
)  # fmt: skip


def _check(context: click.Context, _: click.Parameter, text: str | None) -> None:
    """Asks no system, and so is done before one is looked for."""
    if text is None or context.resilient_parsing:
        return
    found = check_patterns(Path(text) if text else None)
    if found.mistakes:
        many = "1 mistake" if len(found.mistakes) == 1 else f"{len(found.mistakes)} mistakes"
        raise Failure("\n".join([*found.told(), f"{many} in {found.path}."]))
    click.echo(
        f"{found.path}: {len(found.patterns)} patterns read their {len(found.examples)} examples "
        "as they say.",
        err=True,
    )
    context.exit()


def _start(context: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001
    if not wanted or context.resilient_parsing:
        return
    if USUAL.exists():
        raise Failure(f"There is {USUAL} here already: it stays as it is.")
    with replacing(USUAL, private=False) as file:
        file.write(SHIPPED.read_bytes())
    click.echo(f"{USUAL} has patterns to start from: mend them by messages that you got.", err=True)
    click.echo("Next: payees intake --check", err=True)
    context.exit()


@click.command()
@click.option("--new", "label", metavar="LABEL", help="Make an address for a phone or a mailbox.")
@click.option(
    "--from", "senders", multiple=True, metavar="SENDER",
    help="With --new: keep messages of that sender only, such as HDFCBK.",
)  # fmt: skip
@click.option("--list", "listing", is_flag=True, help="List the keys that were made, not the keys.")
@click.option("--revoke", type=click.IntRange(min=1), metavar="N", help="End the key number N.")
@click.option("--unread", is_flag=True, help="List only what no pattern reads.")
@click.option("--since", type=Moment(), help="What was sent from then on; else the last 31 days.")
@click.option("--until", type=Moment(end=True), help="What was sent before that.")
@click.option("--forget", "forgetting", is_flag=True, help="Delete messages before their time.")
@click.option("--older-than", type=Moment(), metavar="TIME", help="With --forget: of before then.")
@click.option("--yes", "is_sure", is_flag=True, help="With --forget: don't ask.")
@click.option(
    "--check", is_flag=False, flag_value="", metavar="[FILE]",
    is_eager=True, expose_value=False, callback=_check,
    help="Try the examples of alerts.yaml, or of another file.",
)  # fmt: skip
@click.option(
    "--start", is_flag=True, is_eager=True, expose_value=False, callback=_start,
    help="Write alerts.yaml here, with patterns of some banks to start from.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@roster_option
@system_options("table", "registry")
def intake(
    system: System,
    *,
    label: str | None,
    senders: tuple[str, ...],
    listing: bool,
    revoke: int | None,
    forgetting: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """List what banks' messages came, and how each is read; make the address they are sent to.

    A phone or a mailbox forwards them there. alerts.yaml beside the roster says how banks word
    them; without it, patterns that come with this are used. What none of them reads is listed as
    unread, and confirms nothing. `payees reconcile --alerts` matches what is read with what payers
    say.

    \b
    payees intake --new "Treasurer's phone" --from HDFCBK
    payees intake
    payees intake --unread --since 7d
    payees intake --start
    payees intake --check
    payees intake --list
    payees intake --revoke 1
    payees intake --forget --older-than 30d
    """
    if sum((label is not None, listing, revoke is not None, forgetting)) > 1:
        raise click.UsageError("--new, --list, --revoke and --forget: say one of them.")
    if senders and label is None:
        raise click.UsageError("--from goes with --new.")
    older_than, is_sure = options.pop("older_than"), options.pop("is_sure")
    if (older_than or is_sure) and not forgetting:
        raise click.UsageError("--older-than and --yes go with --forget.")
    if label is not None:
        make_key(system, label, senders, as_json=as_json)
    elif listing:
        list_keys(system, as_json=as_json)
    elif revoke is not None:
        revoke_key(system, revoke, as_json=as_json)
    elif forgetting:
        forget(system, older_than, is_sure=is_sure)
    else:
        _show(system, as_json=as_json, **options)


def _show(
    system: System,
    *,
    roster_path: Path,
    since: datetime | None,
    until: datetime | None,
    unread: bool,
    as_json: bool,
) -> None:
    patterns = load_patterns(roster_path)
    reader = Reader(patterns.patterns)
    alerts = load_alerts(system, since or datetime.now(UTC) - _SHOWN_FOR, until)
    shown = [one for one in _read(reader, alerts) if not unread or isinstance(one[1], NotRead)]
    rows = (_row(alert, told) for alert, told in shown)
    documents = (_document(alert, told) for alert, told in shown)
    print_listing(
        Listing(_COLUMNS, rows, _FIELDS, documents), "json" if as_json else None, bom=False
    )
    if not alerts:
        click.echo(
            f"No message came: payees intake --new LABEL{same_system()} makes an address for them.",
            err=True,
        )
        return
    read = read_alerts(reader, alerts)
    tell_alerts(read, f"by {patterns}")
    if read.unread and patterns.path == SHIPPED:
        click.echo("To write patterns of your own: payees intake --start", err=True)
    elif read.lines:
        click.echo(f"Next: payees reconcile --alerts{same_system()}", err=True)


def _read(reader: Reader, alerts: list[Alert]) -> Iterator[tuple[Alert, Told | NotRead]]:
    for alert in alerts:
        try:
            posted = alert.posted
            yield alert, reader.read(posted.sender, posted.text, alert.at.astimezone().date())
        except NotRead as error:
            yield alert, error


def _row(alert: Alert, told: Told | NotRead) -> tuple[str, ...]:
    at, sender = local_time(alert.at), alert.posted.sender
    if isinstance(told, NotRead):
        return at, sender, "unread", "", "", "", f"{told}: {plain(alert.posted.text)}"
    kind = str(told.pattern.kind or "no booking")
    return at, sender, kind, str(told.money or ""), told.payer, told.bank_number, told.pattern.name


def _document(alert: Alert, told: Told | NotRead) -> dict[str, object]:
    found: dict[str, object] = dict.fromkeys(_FIELDS)
    found |= {
        "at": format_time(alert.at),
        "sender": alert.posted.sender,
        "text": alert.posted.text,
        "key": alert.key,
        "received_at": format_time(alert.received_at),
    }
    if isinstance(told, NotRead):
        return found | {"kind": "unread", "why_unread": str(told)}
    return found | {
        "kind": told.pattern.kind or "nothing",
        "amount": told.money.amount if told.money else None,
        "currency": told.money.currency if told.money else None,
        "booked_on": told.day.isoformat() if told.day else None,
        "bank_number": told.bank_number or None,
        "payer": told.payer or None,
        "account": told.account or None,
        "pattern": told.pattern.name,
    }
