"""Keys that open intake's address, and how a forwarder is set up with one."""

import json
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from cli.failure import Failure
from cli.intake.office import asking_intake, intake_rows
from cli.listing import Listing, print_listing
from cli.system import System, same_system
from desk.fields import counted, local_time
from desk.names import isolated
from desk.tables import Column
from intake.rows import AlertKey
from payments.refusals import InvalidValue
from payments.till_keys import KEY_BYTES, key_digest, mint_till_key, parse_label
from payments.times import format_time

_FIELDS = ("n", "label", "senders", "made_at", "revoked_at")
_SET_UP = """\
{what} It is shown this once, and kept nowhere. Whoever has it can send messages that look like
your bank's: they only propose, and confirm nothing by themselves.

Android, with an app that forwards SMS to a URL:
  sender   {sender}
  URL      the address above
  body     as the app has it, JSON or a form
Mail, by a rule of yours that posts: fields from, text, and if it can, time.
Forward the bank's messages and nothing else: one-time passwords are nobody's business.

Try it:  curl -d from={example} -d 'text=Hello' {url}
Then:    payees intake{system}
To end it: payees intake --revoke {number}{system}"""


def make_key(system: System, label: str, senders: Sequence[str], *, as_json: bool) -> None:
    """Make one, and print its address, once. Raises Failure."""
    try:
        parsed = parse_label(label)
    except InvalidValue as error:
        raise click.UsageError(f"--new: {error}.") from error
    secret = mint_till_key(secrets.token_bytes(KEY_BYTES))
    rows = intake_rows(system)
    with asking_intake(system):
        door = rows.door_url()
        if door is None:
            raise Failure("Intake has no address yet: `make intake STAGE=…` once more tells it.")
        click.echo(f"Writing to {system} …", err=True)
        made = rows.add_key(parsed, key_digest(secret), datetime.now(UTC), senders)
    url = f"{door}/alerts/{secret}"
    if as_json:
        document = {**_document(made), "key": secret, "url": url}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        click.echo(url)
    click.echo(
        _SET_UP.format(
            what=f"This is key {made.key.number}, “{isolated(parsed)}”.",
            sender=", ".join(senders) or "your bank's, such as HDFCBK: not all of them",
            example=senders[0] if senders else "HDFCBK",
            url=url,
            number=made.key.number,
            system=same_system(),
        ),
        err=True,
    )


def list_keys(system: System, *, as_json: bool) -> None:
    """Raises Failure."""
    with asking_intake(system):
        keys = intake_rows(system).keys()
    columns = (
        Column("n", is_number=True),
        Column("label", is_words=True),
        Column("senders", is_words=True),
        Column("made"),
        Column("revoked"),
    )
    listing = Listing(columns, map(_row, keys), _FIELDS, map(_document, keys))
    if not print_listing(listing, "json" if as_json else None, bom=False):
        click.echo(
            f"No key was made in {system} yet: payees intake --new LABEL{same_system()}", err=True
        )


def revoke_key(system: System, number: int, *, as_json: bool) -> None:
    """Raises Failure."""
    click.echo(f"Writing to {system} …", err=True)
    with asking_intake(system):
        found = intake_rows(system).revoke_key(number, datetime.now(UTC))
    if found is None or found.key.revoked_at is None:
        raise Failure(
            f"There is no key number {number}: `payees intake --list{same_system()}` tells which "
            "there are."
        )
    if as_json:
        click.echo(json.dumps(_document(found), ensure_ascii=False, indent=2))
    when = local_time(found.key.revoked_at)
    click.echo(
        f"Key {number}, “{isolated(found.key.label)}”, opens nothing since {when}.", err=True
    )


def forget(system: System, until: datetime | None, *, is_sure: bool) -> None:
    """Delete what came before `until`, or all of it. Raises Failure."""
    with asking_intake(system):
        rows = intake_rows(system)
        digests = [
            alert.posted.digest for alert in rows.alerts() if until is None or alert.at < until
        ]
        if not digests:
            click.echo("There is nothing to forget.", err=True)
            return
        if not is_sure:
            if not sys.stdin.isatty():
                raise click.UsageError("Say --yes to forget without being asked.")
            some = counted(len(digests), "message")
            click.confirm(f"Forget {some} of {system}?", abort=True, err=True)
        for digest in digests:
            rows.forget(digest)
    click.echo(
        f"Forgotten: {len(digests)}. What they confirmed stays, with number, day and amount.",
        err=True,
    )


def _row(one: AlertKey) -> tuple[str, str, str, str, str]:
    revoked = local_time(one.key.revoked_at) if one.key.revoked_at else ""
    senders = ", ".join(one.senders)
    return str(one.key.number), one.key.label, senders, local_time(one.key.made_at), revoked


def _document(one: AlertKey) -> dict[str, Any]:
    """All that is known of a key, but for its hash."""
    return {
        "n": one.key.number,
        "label": one.key.label,
        "senders": list(one.senders),
        "made_at": format_time(one.key.made_at),
        "revoked_at": format_time(one.key.revoked_at) if one.key.revoked_at else None,
    }
