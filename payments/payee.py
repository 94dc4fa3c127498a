"""The payee as the API knows it: who receives, in which currency, how much, and whether still."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from payments.addressee import Addressee
from payments.money import Money
from payments.refusals import InvalidValue

PayeeId = NewType("PayeeId", str)

SLUG_PATTERN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", re.ASCII)

NAME_MAX_LENGTH = 100


class PayeeStatus(StrEnum):
    """Only who is open takes payments; who is away will again."""

    OPEN = "open"
    AWAY = "away"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Limits:
    """The least and the most one payment may be; equal ones lock the amount."""

    min: Money
    max: Money

    def __post_init__(self) -> None:
        if self.min.currency != self.max.currency:
            raise InvalidValue("both limits must be in the same currency")
        if self.min.amount_minor > self.max.amount_minor:
            raise InvalidValue(f"the least amount, {self.min}, is above the most, {self.max}")

    def check(self, money: Money) -> None:
        """Raises InvalidValue if `money` is outside the limits."""
        if money.currency != self.min.currency:
            raise InvalidValue(f"must be in {self.min.currency}")
        if money.amount_minor < self.min.amount_minor:
            raise InvalidValue(f"must be at least {self.min}")
        if money.amount_minor > self.max.amount_minor:
            raise InvalidValue(f"must be at most {self.max}")


@dataclass(frozen=True, slots=True)
class Payee:
    """`notify` is who is told of its payments, and is on no page: what a payee spells as says
    nothing of it, nor of `ids`: all that it has or had, the present one first, or none where it
    never had another. A payee is registered under each of them."""

    payee_id: PayeeId
    name: str
    limits: Limits
    status: PayeeStatus = PayeeStatus.OPEN
    notify: tuple[Addressee, ...] = field(default=(), repr=False)
    ids: tuple[PayeeId, ...] = field(default=(), repr=False)

    @property
    def currency(self) -> str:
        return self.limits.min.currency

    @property
    def is_open(self) -> bool:
        return self.status is PayeeStatus.OPEN

    @property
    def is_former(self) -> bool:
        """Whether it is known here under an id that it no longer has."""
        return bool(self.ids) and self.ids[0] != self.payee_id

    @property
    def all_ids(self) -> tuple[PayeeId, ...]:
        """Under which its payments are recorded: the present one first."""
        return self.ids or (self.payee_id,)


def parse_payee_id(text: str) -> PayeeId:
    """Raises InvalidValue unless `text` is a slug: it is the payee's web address."""
    if not SLUG_PATTERN.fullmatch(text):
        raise InvalidValue(
            "must be 1 to 64 characters of a-z, 0-9 and inner hyphens, such as town-bakery"
        )
    return PayeeId(text)
