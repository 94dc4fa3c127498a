"""Ways to pay that we know how to draw: one module each.

A module reads an account out of the roster, writes what its QR code says and what opens an app,
says what one types by hand, and reads a code back. The same is written for the phone, where amount
and reference are known, in templates/js/rails.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Protocol

from payments.money import Money
from payments.payment_id import PaymentId
from rails import cash, link, paynow, pix, promptpay, sepa, spayd, swiss, upi, vietqr, zbp
from rails.account import Account, InvalidAccount, Reading

__all__ = ["ACCOUNT_KEYS", "RAILS", "Account", "InvalidAccount", "Rail", "Reading"]
__all__ += ["kinds_in", "parse_account", "read", "read_code"]


class Rail(Protocol):
    """What a module of this package has.

    KIND              the key of its `pay_by` item, which holds the address
    CURRENCIES        what it moves; None: any
    OPTIONS           the item's other keys, each with what it is
    ASKS_BANK_NUMBER  whether the payer is asked for the bank's number, because the payee's
                      statement has no reference of ours
    STATEMENT_HAS     which form of the reference reaches the statement: full, ten digits, or ""
    WORDS             the texts of the catalogs that its part of a page uses
    """

    @property
    def KIND(self) -> str: ...  # noqa: N802
    @property
    def CURRENCIES(self) -> Collection[str] | None: ...  # noqa: N802
    @property
    def OPTIONS(self) -> Mapping[str, str]: ...  # noqa: N802
    @property
    def ASKS_BANK_NUMBER(self) -> bool: ...  # noqa: N802
    @property
    def STATEMENT_HAS(self) -> str: ...  # noqa: N802
    @property
    def WORDS(self) -> Sequence[str]: ...  # noqa: N802

    def parse_account(self, mapping: Mapping[str, str], /) -> Account:
        """Raises InvalidAccount."""

    def code_text(
        self, account: Account, money: Money | None = None, reference: str = "", text: str = "", /
    ) -> str:
        """What the QR code says, "" if there is none. Without money, or with
        none such as Money(0, "EUR"), the payer types the amount.

        `reference` goes into the rail's own field for it, `text` into its free text. Raises
        InvalidValue for what the rail does not take.
        """

    def remittance(self, account: Account, payment_id: PaymentId, /) -> tuple[str, str]:
        """What of a payment's id goes into the code: its reference and its text."""

    def link(
        self, account: Account, money: Money | None = None, reference: str = "", text: str = "", /
    ) -> str | None:
        """What opens an app on the same phone."""

    def copy_fields(
        self, account: Account, money: Money | None, payment_id: PaymentId | None, /
    ) -> list[tuple[str, str]]:
        """What one types by hand: the name of a catalog's text, and the value."""

    def read(self, text: str, /) -> Reading | None:
        """What a code says; None if it is not one of this rail, or wrong in any way."""


RAILS: Final[Mapping[str, Rail]] = MappingProxyType(
    {
        rail.KIND: rail
        for rail in (upi, sepa, pix, swiss, paynow, promptpay, spayd, vietqr, zbp, link, cash)
    }
)

ACCOUNT_KEYS: Final = {**{kind: kind for kind in RAILS}, "card": vietqr.KIND}
"""The keys of a `pay_by` item that hold an account, each with its rail: VietQR knows two."""


def parse_account(mapping: Mapping[str, str], holder: str = "") -> Account:
    """The account of one `pay_by` item, such as {"upi": "a@bank", "merchant": "true"}; of a bare
    word, {"cash": ""}. `holder` is the name for an item that has none.

    Raises InvalidAccount, whose `key` is the item's key that is wrong, "" for the item as a whole.
    """
    kinds = kinds_in(mapping)
    if not kinds:
        raise InvalidAccount("", f"names no way to pay: it is one of {', '.join(RAILS)}")
    if len(kinds) > 1:
        raise InvalidAccount(kinds[1], f"begin a new item with - for {kinds[1]}")
    rail = RAILS[kinds[0]]
    if holder and "holder" in rail.OPTIONS and "holder" not in mapping:
        mapping = {**mapping, "holder": holder}
    return rail.parse_account(mapping)


def kinds_in(keys: Iterable[str]) -> list[str]:
    """The rails that the keys of a `pay_by` item name, in their order."""
    return list(dict.fromkeys(ACCOUNT_KEYS[key] for key in keys if key in ACCOUNT_KEYS))


def read(text: str) -> Reading | None:
    """What a bank's QR code says; None if it is not one of a rail that we know."""
    return next(filter(None, (rail.read(text) for rail in RAILS.values())), None)


def read_code(text: str) -> Account | None:
    """Whom a bank's QR code pays; None if it is not one of a rail that we know."""
    reading = read(text)
    return reading.account if reading else None
