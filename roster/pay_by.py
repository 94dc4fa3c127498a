"""`pay_by`: where a payee receives, item by item.

What makes an account right, its rail knows; here every mistake finds its place in the file.
"""

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from rails import ACCOUNT_KEYS, RAILS, Account, InvalidAccount, cash, kinds_in, parse_account
from roster.grammar import Placed, refuse_kind
from roster.reading import EmptyNode, MappingNode, Mistake, Node, Place, TextNode, quote

_KEYS = sorted({*ACCOUNT_KEYS, *(name for rail in RAILS.values() for name in rail.OPTIONS)})
_IN_FULL = 80  # an account in a message: what is wrong may be its last character


@dataclass(frozen=True, slots=True)
class PayByItem:
    """A bare word such as `cash`, or a rail with its account and its other keys. Its value is what
    was written, the bare word being a key with nothing behind it."""

    example: str = "upi: mahantesh@examplebank"

    @property
    def json_schema(self) -> Mapping[str, object]:
        """Numbers and truths will do: an editor reads them where the roster reads text."""
        any_text = {"type": ["string", "number", "boolean", "null"]}
        items = [
            {
                "type": "object",
                "properties": {
                    kind: {"description": "The account.", **any_text},
                    **{
                        name: {"description": f"{about[:1].upper()}{about[1:]}.", **any_text}
                        for name, about in rail.OPTIONS.items()
                    },
                },
                "anyOf": [{"required": [key]} for key, its in ACCOUNT_KEYS.items() if its == kind],
                "additionalProperties": False,
            }
            for kind, rail in RAILS.items()
        ]
        return {"anyOf": [{"enum": [cash.KIND]}, *items]}

    def read(
        self, node: Node, path: str, mistakes: list[Mistake]
    ) -> Placed[Mapping[str, str]] | None:
        if isinstance(node, TextNode):
            return Placed({node.text: ""}, node)
        if not isinstance(node, MappingNode):
            refuse_kind(node, "a way to pay", self.example, path, mistakes)
            return None
        texts: dict[str, str] = {}
        for key, (_, written) in node.entries.items():
            if isinstance(written, TextNode | EmptyNode):
                texts[key] = written.text if isinstance(written, TextNode) else ""
            else:
                refuse_kind(written, "text", "mahantesh@examplebank", f"{path}.{key}", mistakes)
        return Placed(texts, node) if len(texts) == len(node.entries) else None


_NEXT_KEY = re.compile(rf",(?=\s*(?:{'|'.join(_KEYS)})=)")


def parse_typed(text: str) -> str | dict[str, str]:
    """An item as one types it on a command line, `upi=mahantesh@examplebank,merchant=true`, as it
    is written in the roster. Of commas only those before a key's = part anything."""
    pairs = [part.partition("=") for part in _NEXT_KEY.split(text)]
    if len(pairs) == 1 and not pairs[0][1]:
        return text.strip()
    return {key.strip(): value.strip() for key, _, value in pairs}


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whose accounts they are: the `holder`, unless an account names another, and what that is."""

    holder: str
    what: str
    currency: str | None


def parse_accounts(
    items: Iterable[Placed[Mapping[str, str]]],
    receiver: Receiver,
    path: str,
    mistakes: list[Mistake],
) -> tuple[Account, ...]:
    """The accounts in their order: each right, in the receiver's currency, none twice."""
    accounts: list[Account] = []
    firsts: dict[Hashable, Placed[Mapping[str, str]]] = {}
    for item in items:
        account = _parse(item, receiver, path, mistakes)
        if account is None:
            continue
        accounts.append(account)
        first = firsts.setdefault((account.kind, account.destination), item)
        if first is not item:
            message = f"is the same account as on line {first.place.line}; keep one"
            mistakes.append(Mistake(item.place, f"{path}.{account.kind}: {message}"))
    return tuple(accounts)


def refuse_currency(
    accounts: Iterable[Account], currency: Placed[str] | None, mistakes: list[Mistake]
) -> None:
    """Accounts that a payee has from the site must take the currency that it has for itself."""
    for account in accounts:
        takes = RAILS[account.kind].CURRENCIES
        if currency and takes is not None and currency.value not in takes:
            message = (
                f"currency: the site's pay_by has {account.kind}, which takes "
                f"{' or '.join(sorted(takes))} only; give this payee a pay_by of its own"
            )
            mistakes.append(Mistake(currency.place, message))


def _parse(
    item: Placed[Mapping[str, str]], receiver: Receiver, path: str, mistakes: list[Mistake]
) -> Account | None:
    if message := _unknown(item.value) or _empty(item.value):
        mistakes.append(Mistake(item.place, f"{path}: {message}"))
        return None
    try:
        account = parse_account(item.value, receiver.holder)
    except InvalidAccount as error:
        mistakes.append(_mistake(item, error, receiver, path))
        return None
    takes, currency = RAILS[account.kind].CURRENCIES, receiver.currency
    if takes is not None and currency and currency not in takes:
        able = [kind for kind, rail in RAILS.items() if currency in (rail.CURRENCIES or ())]
        message = (
            f"{account.kind}: takes {' or '.join(sorted(takes))} only, not {currency}; "
            f"use {', '.join([*able, 'link'])} or cash"
        )
        mistakes.append(Mistake(item.place, f"{path}.{message}"))
        return None
    return account


def _unknown(texts: Mapping[str, str]) -> str:
    """What to say of an item that names no rail; "" if it names one."""
    if kinds_in(texts):
        return ""
    word = next(iter(texts), "")
    for key in texts:
        if meant := get_close_matches(key.casefold()[:64], RAILS, n=1):
            return f"unknown way to pay {quote(key)}; did you mean “{meant[0]}”?"
    if "@" in word or any(character.isdigit() for character in word):
        return f"write the way to pay before {quote(word, _IN_FULL)}, such as {PayByItem().example}"
    return f"unknown way to pay {quote(word)}; there are {', '.join(RAILS)}"


def _empty(texts: Mapping[str, str]) -> str:
    """What to say of a rail without its account, unless it needs none; "" of any other."""
    kind = kinds_in(texts)[0]
    if kind == cash.KIND or any(texts[key].strip() for key in ACCOUNT_KEYS if key in texts):
        return ""
    return f"{kind} needs an account; write it behind a colon, as in {PayByItem().example}"


def _mistake(
    item: Placed[Mapping[str, str]], error: InvalidAccount, receiver: Receiver, path: str
) -> Mistake:
    key, where = error.key, f"{path}.{error.key}" if error.key else path
    if key == "holder" and key not in item.value:
        named = f"{receiver.what} {quote(receiver.holder)}"
        return Mistake(item.place, f"{where}: {named} {error}; or add a holder")
    if key not in item.value or not isinstance(item.node, MappingNode):
        return Mistake(item.place, f"{where}: {error}")
    written = f"{quote(item.value[key], _IN_FULL)}: " if item.value[key] else ""
    return Mistake(_place(item.node, key), f"{where}: {written}{error}")


def _place(node: MappingNode, key: str) -> Place:
    """Of what is behind the key, or of the key itself where it does not belong."""
    kind = kinds_in(node.entries)[0]
    key_node, written = node.entries[key]
    belongs = ACCOUNT_KEYS.get(key) == kind or key in RAILS[kind].OPTIONS
    return (written if belongs else key_node).place
