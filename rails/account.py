"""Where a payee receives on one rail, and how a `pay_by` item of the roster is read into it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from payments.money import Money
from payments.payment_id import PaymentId
from payments.refusals import InvalidValue
from payments.text import parse_text

MERCHANT = "true"  # how the roster, whose scalars are texts, says yes


@dataclass(frozen=True, slots=True)
class Account:
    """`str()` is all of it in one line, for tables and for the guard over where money goes.

    kind     the rail
    address  in its one spelling: a UPI address, an IBAN, a Pix key, a URL template; "" for cash
    holder   the name as the bank has it
    options  what else the rail knows of it (bic, city, merchant …), by name
    """

    kind: str
    address: str
    holder: str = ""
    options: tuple[tuple[str, str], ...] = ()

    def option(self, name: str) -> str:
        """ "" if it has none of that name."""
        return dict(self.options).get(name, "")

    @property
    def destination(self) -> tuple[str, str]:
        """Equal for two accounts exactly if money sent to either arrives in the same place, however
        it is sent (an IBAN is one account on each of its rails), and whatever they are called."""
        return self.address.casefold(), self.option("bank")

    def __str__(self) -> str:
        what = f"{self.kind} {self.address}".rstrip()
        more = [("holder", self.holder), *self.options]
        return ", ".join([what, *(f"{name} {value}" for name, value in more if value)])


@dataclass(frozen=True, slots=True)
class Reading:
    """What a code says: an account, and what it asks for beside."""

    account: Account
    money: Money | None = None  # None: the payer types the amount
    reference: str = ""  # in the rail's own field for it
    text: str = ""  # in the rail's free text


class InvalidAccount(InvalidValue):
    """`key` is the key of the `pay_by` item that is wrong."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def refuse_unknown_keys(kind: str, mapping: Mapping[str, str], known: Collection[str]) -> None:
    """Raises InvalidAccount for a key that is neither the rail's own nor one of `known`."""
    for key in mapping:
        if key != kind and key not in known:
            takes = f"beside it can stand {', '.join(known)}" if known else "it stands alone"
            raise InvalidAccount(key, f"{kind} knows no {key}: {takes}")


def take_text(mapping: Mapping[str, str], key: str, most: int) -> str:
    """The text under `key`, "" if there is none. Raises InvalidAccount."""
    try:
        return parse_text(mapping.get(key, ""), max_length=most, required=False)
    except InvalidValue as error:
        raise InvalidAccount(key, str(error)) from error


def take_holder(mapping: Mapping[str, str], most: int) -> str:
    """The name, for rails whose codes must have one. Raises InvalidAccount."""
    holder = take_text(mapping, "holder", most)
    if not holder:
        raise InvalidAccount("holder", "is missing: write the account holder as the bank has it")
    return holder


def make_account(kind: str, address: str, holder: str = "", **options: str) -> Account:
    """An account with those of `options` that say something."""
    return Account(kind, address, holder, tuple(sorted((k, v) for k, v in options.items() if v)))


def amount_of(kind: str, money: Money | None, currencies: Collection[str]) -> str:
    """The amount that a code of the rail asks for; "" if the payer is to type it, for None or zero.

    Raises InvalidValue for money that the rail does not move.
    """
    if money is None:
        return ""
    if money.currency not in currencies:
        raise InvalidValue(
            f"{kind} pays in {' or '.join(sorted(currencies))}, not {money.currency}"
        )
    return money.amount if money.amount_minor else ""


def refuse_too_long(what: str, text: str, most: int) -> None:
    """Raises InvalidValue."""
    if len(text) > most:
        raise InvalidValue(f"{what} has at most {most} characters, not {len(text)}")


def filled(*rows: tuple[str, str | Money | PaymentId | None]) -> list[tuple[str, str]]:
    """Those rows, each a word's name and what to type, that have something to type: of money its
    amount, of a payment its reference."""
    return [(name, text) for name, value in rows if (text := _typed(value))]


def _typed(value: str | Money | PaymentId | None) -> str:
    match value:
        case Money():
            return value.amount if value.amount_minor else ""
        case PaymentId():
            return value.reference
    return value or ""


def readable(text: str) -> str:
    """A name or text out of a stranger's code: "" for one that hides something."""
    try:
        return parse_text(text, max_length=1000, required=False)
    except InvalidValue:
        return ""
