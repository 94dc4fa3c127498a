"""`payees till`: keys that open a payee's own page."""

import json
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.arguments import complete_payee
from cli.failure import Failure
from cli.files import replacing
from cli.guards import while_reading, while_writing
from cli.listing import Listing, print_listing
from cli.reading import payees_to_read
from cli.roster_file import read_roster, roster_option
from cli.system import System, same_system, system_options
from cli.terminal_qr import qr_lines, wants_color
from desk.fields import local_time
from desk.names import isolated
from desk.tables import Column
from payments.payee import PayeeId, PayeeStatus
from payments.refusals import InvalidValue
from payments.till_keys import (
    KEY_BYTES,
    TillKey,
    TillKeyRegistry,
    key_digest,
    mint_till_key,
    parse_label,
)
from payments.times import format_time
from roster.model import Roster
from sitegen.till_card import till_card

_FIELDS = ("n", "label", "made_at", "revoked_at")


@click.command()
@click.argument("text", metavar="ID", shell_complete=complete_payee)
@click.option(
    "--label", help="Whose key it is, such as “Counter 1”: what they confirm says so. Else “till”."
)
@click.option("--list", "listing", is_flag=True, help="List the keys that were made, not the keys.")
@click.option("--revoke", type=click.IntRange(min=1), metavar="N", help="End the key number N.")
@click.option(
    "--card",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a card with the link's QR code, an HTML page, to print and hand over.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@roster_option
@system_options("registry")
def till(
    *,
    system: System,
    text: str,
    label: str | None,
    listing: bool,
    revoke: int | None,
    as_json: bool,
    card: Path | None,
    roster_path: Path,
) -> None:
    """Make a key to the till of the payee ID: their own page, with everything about their payments.

    The link and its QR code are shown this once, and cannot be shown again: only a hash of the key
    is kept. Whoever has the link reads the payee's payments and can confirm and reverse them. Make
    one for each device, with a label: then each can be ended by itself.

    \b
    payees till mahantesh --label "Counter 1"
    payees till mahantesh --label "Stall phone" --card card.html
    payees till mahantesh --list
    payees till mahantesh --revoke 1
    """
    if listing + (revoke is not None) + (label is not None) > 1:
        raise click.UsageError("--label, --list and --revoke: say one of them.")
    known = payees_to_read(system, text)
    payee_id, named = known[0], PayeeId(text)
    registry = system.registry()
    if listing:
        _list_keys(system, registry, named, as_json=as_json)
        others = ", ".join(f"payees till {one} --list" for one in known if one != named)
        if others:
            click.echo(f"It has or had other ids, whose keys open it, too: {others}", err=True)
    elif revoke is not None:
        _revoke_key(system, registry, named, revoke, as_json=as_json)
    else:
        try:
            parsed_label = parse_label(label if label is not None else "till")
        except InvalidValue as error:
            raise click.UsageError(f"--label: {error}.") from error
        roster = read_roster(roster_path) if card or not system.site_url else None
        url = system.site_url or (roster.site.url if roster else "")
        with while_reading("The registry"):
            payee = registry.find_fresh(payee_id)
        if payee and payee.status is PayeeStatus.CLOSED:
            click.echo(
                f"{payee_id} is closed: their till lists what was paid, and takes no more.",
                err=True,
            )
        key, link = _make_key(
            system,
            registry,
            payee_id,
            parsed_label,
            url,
            as_json=as_json,
            with_card=card is not None,
        )
        if card and roster:
            _write_card(card, roster, key, link)


def _make_key(
    system: System,
    registry: TillKeyRegistry,
    payee_id: PayeeId,
    label: str,
    site: str,
    *,
    as_json: bool,
    with_card: bool,
) -> tuple[TillKey, str]:
    secret = mint_till_key(secrets.token_bytes(KEY_BYTES))
    command = f"payees till {payee_id}"
    click.echo(f"Writing to {system} …", err=True)
    look = f"`{command} --list{same_system()}` tells; what it has of that label, revoke"
    with while_writing("the key was made", look):
        key = registry.add_till_key(payee_id, label, key_digest(secret), datetime.now(UTC))
    link = f"{site.rstrip('/')}/till/#{payee_id}.{secret}"
    if as_json:
        document = {"payee_id": payee_id, **_document(key), "key": secret, "link": link}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        if sys.stdout.isatty():
            click.echo("\n".join(qr_lines(link, color=wants_color(sys.stdout))))
        click.echo(link)
    if not (as_json or sys.stdout.isatty() or with_card):
        click.echo(
            "A terminal would show the link's QR code here, and --card FILE prints it.", err=True
        )
    click.echo(
        f"This is key {key.number} of {payee_id}, “{isolated(label)}”. Scan or copy it now: it is "
        "shown this once and kept nowhere. Whoever has it reads the payments and confirms them.",
        err=True,
    )
    click.echo(f"To end it: {command} --revoke {key.number}{same_system()}", err=True)
    return key, link


def _write_card(path: Path, roster: Roster, key: TillKey, link: str) -> None:
    entry = roster.by_id.get(key.payee_id)
    name = entry.payee.name if entry else key.payee_id
    page = till_card(roster.site, name, number=key.number, label=key.label, link=link)
    with replacing(path, private=True) as file:
        file.write(page.encode())
    click.echo(
        f"The card is in {path}: print it, hand it over, and delete the file: it has the key.",
        err=True,
    )


def _list_keys(
    system: System, registry: TillKeyRegistry, payee_id: PayeeId, *, as_json: bool
) -> None:
    with while_reading("The registry"):
        keys = registry.till_keys(payee_id)
    columns = (
        Column("n", is_number=True),
        Column("label", is_words=True),
        Column("made"),
        Column("revoked"),
    )
    listing = Listing(columns, map(_row, keys), _FIELDS, map(_document, keys))
    if not print_listing(listing, "json" if as_json else None, bom=False):
        click.echo(f"No key was made for {payee_id} in {system} yet.", err=True)


def _revoke_key(
    system: System, registry: TillKeyRegistry, payee_id: PayeeId, number: int, *, as_json: bool
) -> None:
    click.echo(f"Writing to {system} …", err=True)
    look = f"`payees till {payee_id} --list{same_system()}` tells"
    with while_writing("the key was revoked", look):
        key = registry.revoke_till_key(payee_id, number, datetime.now(UTC))
    if key is None or key.revoked_at is None:
        raise Failure(f"{payee_id} has no key number {number}: {look} which there are.")
    if as_json:
        click.echo(json.dumps(_document(key), ensure_ascii=False, indent=2))
    when = local_time(key.revoked_at)
    click.echo(
        f"Key {number} of {payee_id}, “{isolated(key.label)}”, opens nothing since {when}.",
        err=True,
    )


def _row(key: TillKey) -> tuple[str, str, str, str]:
    revoked = local_time(key.revoked_at) if key.revoked_at else ""
    return str(key.number), key.label, local_time(key.made_at), revoked


def _document(key: TillKey) -> dict[str, object]:
    """All that is known of a key, but for its hash."""
    return {
        "n": key.number,
        "label": key.label,
        "made_at": format_time(key.made_at),
        "revoked_at": format_time(key.revoked_at) if key.revoked_at else None,
    }
