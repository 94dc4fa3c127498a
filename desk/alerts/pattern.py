"""How a bank words its messages: the message itself, with {amount} and the like in place of what
changes. Nobody has to write a regular expression, and none can be written that takes for ever.

A message is read as a whole, from its first character to its last. So what a payer writes, which
stands somewhere in it, cannot pass for the words of the bank before it.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from unicodedata import normalize

from desk.statements.amounts import Mark
from desk.statements.dates import Order
from desk.statements.line import Kind

_ANY, _PAYER = "any", "payer"
# Never a part of a date: 01 Mar of 01 Mar 2026 is none, nor is 01/03 10 of 01/03 10:15.
_DATE = (
    r"(?<![^\W_])(?:(?:[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}|[0-9]{8}"
    r"|[0-9]{1,2}[-/. ]?[^\W\d_]{3,12}\.?[-/. ]?[0-9]{2,4})(?![:\w]|[-/.][0-9])"
    r"|[0-9]{1,2}(?:[-/.][0-9]{1,2}|[-/. ]?[^\W\d_]{3,12})(?!\w|[-/.][0-9])"
    r"(?![-/. ]{1,2}(?:[0-9]{4}|[0-9]{2})(?![\w:.])))"
)
_PIECES = {
    "amount": r"[0-9](?:[0-9.,'\u2019 ]{0,20}[0-9])?(?![0-9]|[.,][0-9])",
    "currency": r"[A-Z]{3}",
    "bank_number": r"[A-Z0-9]{4,35}",
    "account": r"[A-Z0-9*•.-]{1,40}[A-Z0-9]",
    "date": _DATE,
    _PAYER: r"\S(?:.{0,98}?\S)?",
    _ANY: r".{0,400}?",
}
PIECES = tuple(_PIECES)
_LAZY = (_PAYER, _ANY)  # may be anything: they end where what follows them is first met
_PIECE = re.compile(r"\{([^{}]*)\}")


class NoPattern(ValueError):
    """`str()` says what of it cannot be meant, and what to do; `key` is where it stands."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, slots=True)
class Pattern:
    """One wording of one bank's. `kind` is what it tells: None if it is no booking at all.

    currency  of amounts, unless the message tells it
    mark      what stands before the decimals
    order     of day, month and year
    accounts  what the bank writes of an account, in small letters, and the roster's address of it
    """

    name: str
    senders: tuple[str, ...]
    says: str
    kind: Kind | None = Kind.CREDIT
    currency: str = ""
    mark: Mark = "."
    order: Order = Order.DMY
    accounts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def plain(text: str) -> str:
    """A message with one space for each run of white space."""
    return " ".join(normalize("NFC", text).split())


def compile_wording(pattern: Pattern) -> re.Pattern[str]:
    """What finds the pieces in a `plain` message. Raises NoPattern.

    From one piece that may be anything to the next is one atomic group: once what follows such a
    piece is met, it is not looked for again. So the time grows with the message's length, whatever
    the message.
    """
    parts = _PIECE.split(plain(pattern.says))
    pieces = parts[1::2]
    _check(pattern, pieces, parts)
    text = re.escape(parts[0])
    depth = 0
    for name, after in zip(pieces, parts[2::2], strict=True):
        if name in _LAZY:
            text += ")" * depth + "(?>"
            depth = 1
        piece = _PIECES[name] if name == _ANY else f"(?P<{name}>{_PIECES[name]})"
        text += piece + re.escape(after)
    return re.compile(f"{text}\\Z{')' * depth}", re.IGNORECASE)


def _check(pattern: Pattern, pieces: Collection[str], parts: list[str]) -> None:
    known = ", ".join(f"{{{name}}}" for name in PIECES)
    for name in pieces:
        if name not in _PIECES:
            raise NoPattern("says", f"there is no {{{name}}}: there are {known}")
        if name != _ANY and list(pieces).count(name) > 1:
            raise NoPattern(
                "says", f"{{{name}}} stands in it twice: put {{any}} where it is not meant"
            )
    if any(mark in part for part in parts[::2] for mark in "{}"):
        raise NoPattern("says", f"a single bracket stands in it: the pieces are {known}")
    for place in range(1, len(pieces)):
        before, after = parts[2 * place - 1], parts[2 * place + 1]
        if not parts[2 * place] and before in _LAZY and after in (*_LAZY, "account"):
            raise NoPattern(
                "says", f"{{{before}}} and {{{after}}} stand side by side: where does one end?"
            )
    if pattern.kind is not None and "amount" not in pieces:
        raise NoPattern("says", "it has no {amount}: kind: nothing is for what is no booking")
    if pattern.kind is not None and not pattern.currency and "currency" not in pieces:
        raise NoPattern("says", "it tells no {currency}: say it beside, as in currency: INR")


def reads_up_to(pattern: Pattern, text: str) -> str:
    """Where a message stops being what a pattern says, in words: the longest beginning of the
    wording that fits."""
    said, message = plain(pattern.says), plain(text)
    parts = _PIECE.split(said)
    fits = ""
    for count in range(1, len(parts) + 1):
        begin = "".join(
            f"{{{part}}}" if place % 2 else part for place, part in enumerate(parts[:count])
        )
        shorter = Pattern(pattern.name, (), f"{begin}{{any}}", None)
        try:
            found = compile_wording(shorter).match(message)
        except NoPattern:  # {payer}{any} side by side
            continue
        if not found:
            break
        fits = begin
    return f"; “{pattern.name}” fits up to “{fits[-60:]}”" if fits else ""
