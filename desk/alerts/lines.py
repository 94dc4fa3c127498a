"""Bank alerts read by patterns: as lines of a statement, or not at all. Nothing is guessed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from desk.alerts.pattern import Pattern, compile_wording, plain
from desk.fields import counted
from desk.statements.amounts import NoAmount, to_minor
from desk.statements.dates import NoDate, Order, read_date
from desk.statements.line import Kind, Line, Place, digest_text
from intake.alert import Alert, is_from
from payments.currencies import currency_codes, currency_digits
from payments.events import ALERT, Fingerprint, parse_fingerprint
from payments.money import Money
from payments.payment import parse_bank_reference
from payments.refusals import InvalidValue

_NO_YEAR = re.compile(r"[0-9]{1,2}([-/. ]?)(?:[0-9]{1,2}|[^\W\d_]{3,12})", re.ASCII)
_NO_SENDER = re.compile(r"[^A-Za-z0-9 .@_+-]")  # it stands in events, and anybody may choose it
_LONGEST_SENDER = 60
_SOON = timedelta(days=2)  # clocks, zones
_YEAR = timedelta(days=360)


class NotRead(ValueError):
    """`str()` says why."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a pattern reads in a message; `money` and `day` are None of what is no booking, and
    `account` is as the bank writes it."""

    pattern: Pattern
    money: Money | None = None
    day: date | None = None
    bank_number: str = ""
    payer: str = ""
    account: str = ""

    @property
    def facts(self) -> tuple[object, ...]:
        """All but by which pattern."""
        return (
            *(self.pattern.kind, self.money, self.day, self.bank_number, self.payer),
            self.address,
        )

    @property
    def address(self) -> str:
        """The account as the roster has it; empty where the pattern does not say."""
        known = self.pattern.accounts
        return known.get(self.account.casefold(), self.account) if known else ""


@dataclass(frozen=True, slots=True)
class Unread:
    """An alert that no pattern reads, and why."""

    alert: Alert
    why: str


@dataclass(frozen=True, slots=True)
class Alerts:
    """What became of alerts. `aside` are those that a pattern knows as no booking."""

    lines: tuple[Line, ...]
    unread: tuple[Unread, ...]
    aside: int
    told_again: int


class Reader:
    """Patterns, ready to read."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        """Raises NoPattern."""
        self._patterns = [(one, compile_wording(one)) for one in patterns]

    def read(self, sender: str, text: str, near: date) -> Told:
        """What a message tells; `near` is the day it came, for days without a year.

        Raises NotRead if no pattern knows the sender or the words, if one that does cannot read an
        amount or a day, and if two read it differently.
        """
        own = [(one, wording) for one, wording in self._patterns if is_from(one.senders, sender)]
        if not own:
            raise NotRead("no pattern has this sender")
        message = plain(text)
        found = [
            _told(pattern, match, near)
            for pattern, wording in own
            if (match := wording.match(message))
        ]
        if not found:
            raise NotRead("no pattern of this sender has these words")
        if any(one.facts != found[0].facts for one in found):
            names = " and ".join(f"“{one.pattern.name}”" for one in found)
            raise NotRead(f"{names} read it differently")
        return found[0]


def _told(pattern: Pattern, match: re.Match[str], near: date) -> Told:
    pieces = {name: text for name, text in match.groupdict().items() if text is not None}
    if pattern.kind is None:
        return Told(pattern)
    where = f"“{pattern.name}” fits, but "
    currency = pieces.get("currency", pattern.currency).upper()
    if currency not in currency_codes():
        raise NotRead(f"{where}“{currency}” is no currency")
    try:
        minor = to_minor(pieces["amount"], pattern.mark, currency_digits(currency))
    except NoAmount as error:
        raise NotRead(f"{where}{error}") from error
    if not minor:
        raise NotRead(f"{where}the amount is 0")
    try:
        number = parse_bank_reference(pieces["bank_number"]) if "bank_number" in pieces else ""
        day = _day(pieces["date"], pattern, near) if "date" in pieces else near
    except (InvalidValue, NoDate) as error:
        raise NotRead(f"{where}{error}") from error
    money = Money(minor, currency)
    return Told(pattern, money, day, number, pieces.get("payer", ""), pieces.get("account", ""))


def _day(text: str, pattern: Pattern, near: date) -> date:
    """Of a day without a year: the last one that was, by the day when the message came."""
    found = _NO_YEAR.fullmatch(text)
    if not found:
        return read_date(text, pattern.order)
    order = Order.DMY if pattern.order is Order.YMD else pattern.order
    for year in (near.year + 1, near.year, near.year - 1):
        try:
            day = read_date(f"{text}{found[1] or '-'}{year}", order)
        except NoDate:
            continue  # the 29th of February is not of every year
        if near - _YEAR <= day <= near + _SOON:
            return day
    raise NoDate(f"“{text}” is no date near {near}")


def read_alerts(reader: Reader, alerts: Iterable[Alert]) -> Alerts:
    """The lines that alerts are, one for each transfer however often it is told by its number."""
    lines: dict[Fingerprint, Line] = {}
    unread: list[Unread] = []
    aside = again = 0
    for number, alert in enumerate(alerts, 1):
        try:
            told = reader.read(alert.posted.sender, alert.posted.text, alert.at.astimezone().date())
        except NotRead as error:
            unread.append(Unread(alert, str(error)))
            continue
        line = _line(told, alert, number)
        if line is None:
            aside += 1
        elif line.fingerprint in lines:
            again += 1
        else:
            lines[line.fingerprint] = line
    return Alerts(tuple(lines.values()), tuple(unread), aside, again)


def _line(told: Told, alert: Alert, number: int) -> Line | None:
    if told.money is None or told.day is None or told.pattern.kind is None:
        return None
    posted = alert.posted
    when = f"{alert.at.astimezone():%Y-%m-%d %H:%M}"
    sender = _NO_SENDER.sub("?", posted.sender)[:_LONGEST_SENDER]
    place = Place(f"alert {when} of {sender or 'nobody'}", number)
    return Line(
        place, told.pattern.kind, told.money, told.day, plain(posted.text), told.payer,
        told.bank_number, (), told.address, _fingerprint(told.pattern.kind, told, alert),
    )  # fmt: skip


def _fingerprint(kind: Kind, told: Told, alert: Alert) -> Fingerprint:
    """One transfer's, where its number is told: the bank's SMS and its mail, two phones with one
    account. Else the message's own."""
    own = told.bank_number.lstrip("0") or alert.posted.digest
    return parse_fingerprint(f"{ALERT}{digest_text(f'{kind} {told.money} {own}')}")


def telling(alerts: Alerts) -> Iterator[str]:
    """What became of them, in words."""
    yield counted(len(alerts.lines), "booking")
    if alerts.told_again:
        yield f"{alerts.told_again} told again"
    if alerts.aside:
        yield f"{alerts.aside} no booking"
    if alerts.unread:
        yield f"{len(alerts.unread)} unread"
