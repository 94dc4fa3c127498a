"""What people may type as a time, an amount, a reference or a payee."""

import getpass
import re
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from payments.events import BY_MAX_LENGTH, WHY_MAX_LENGTH
from payments.money import AMOUNT_PATTERN
from payments.payment import parse_bank_reference
from payments.references import Reference, parse_reference
from payments.refusals import InvalidValue
from payments.text import parse_text

_AGO = re.compile(r"([1-9][0-9]{0,4})([mhdw])", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAY = timedelta(days=1)


class Moment(click.ParamType[datetime]):
    """A day or a time in this machine's zone. A day means its start, or with `end` its end."""

    name = "time"

    def __init__(self, *, end: bool = False) -> None:
        self._end = end

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        moment = parse_moment(str(value), datetime.now().astimezone(), end=self._end)
        if moment is None or not 1971 <= moment.year <= 9000:
            self.fail(
                f"“{value}” is no time: write 2026-03-01, 2026-03-01T09:30, today, yesterday, "
                "or how long ago: 30m, 12h, 7d, 2w.",
                param,
                ctx,
            )
        return moment


def parse_moment(text: str, now: datetime, *, end: bool) -> datetime | None:
    """The moment that `text` means, None if it means none; `end` makes a day mean its end."""
    if ago := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    if text in ("today", "yesterday"):
        text = f"{now - (_DAY if text == 'yesterday' else timedelta(0)):%Y-%m-%d}"
    try:
        moment = datetime.fromisoformat(text)
        if end and len(text) <= len("2026-03-01"):
            moment += _DAY
        # A time without an offset is this machine's, which may change its offset that night.
        return moment if moment.tzinfo else moment.astimezone()
    except (ValueError, OverflowError, OSError):
        return None


class Amount(click.ParamType[Decimal]):
    """Major units of whatever currency."""

    name = "amount"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        if not AMOUNT_PATTERN.fullmatch(str(value)):
            self.fail(f"“{value}” is no amount: write 50 or 50.00.", param, ctx)
        return Decimal(str(value))


class BankNumber(click.ParamType[str]):
    """A bank's number of a transfer, in its one form."""

    name = "number"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        try:
            return parse_bank_reference(str(value))
        except InvalidValue as error:
            self.fail(f"“{value}” {error}.", param, ctx)


class Words(click.ParamType[str]):
    """What somebody writes beside a payment, at most so many characters."""

    name = "text"

    def __init__(self, max_length: int) -> None:
        self._max_length = max_length

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        try:
            return parse_text(str(value), max_length=self._max_length, required=True)
        except InvalidValue as error:
            self.fail(f"{error}.", param, ctx)


WHY = Words(WHY_MAX_LENGTH)
_BY = Words(BY_MAX_LENGTH)


class ReferenceType(click.ParamType[Reference]):
    """Any form of a payment's id."""

    name = "reference"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Reference:
        if isinstance(value, Reference):
            return value
        try:
            return parse_reference(str(value))
        except InvalidValue as error:
            self.fail(f"“{value}”: {error}.", param, ctx)


by_option = click.option(
    "--by",
    type=_BY,
    envvar="PAYEES_BY",
    show_envvar=True,
    metavar="NAME",
    help="Who says so; else the name you are logged in with.",
)


def own_name() -> str:
    """Who is logged in here. Raises click.UsageError where nobody knows."""
    try:
        return parse_text(getpass.getuser(), max_length=BY_MAX_LENGTH, required=True)
    except (KeyError, OSError, InvalidValue):
        raise click.UsageError("Say who you are: --by NAME.") from None


def complete_payee(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The payees of the roster that start with `incomplete`."""
    from cli.kept_roster import load_kept_roster  # noqa: PLC0415 (for Tab only)
    from roster.model import RosterInvalid  # noqa: PLC0415

    path = ctx.params.get("roster_path") or Path("payees.yaml")
    try:
        entries = load_kept_roster(path).entries
    except RosterInvalid:
        return []
    return [
        CompletionItem(entry.payee_id, help=entry.payee.name)
        for entry in entries
        if entry.payee_id.startswith(incomplete)
    ]
