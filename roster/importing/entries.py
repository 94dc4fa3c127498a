"""A vendor as an entry of the roster: its keys if it is new, else what changes."""

from collections.abc import Callable, Iterable, Sequence

from payments.money import parse_money
from payments.refusals import InvalidValue
from rails import ACCOUNT_KEYS, Account, InvalidAccount, kinds_in, parse_account
from roster.checks import fold
from roster.editing import Changes, Values
from roster.importing.columns import DESCRIPTION
from roster.importing.vendors import Vendor
from roster.model import Roster, RosterEntry
from roster.reading import quote
from roster.writing import Item, Value

_Change = Callable[[str, str, str, Value], None]
"""Notes a key, what it says before and after, and the value to write."""


def new_entry(vendor: Vendor, payee_id: str, roster: Roster) -> tuple[Values, tuple[str, ...]]:
    """The keys to write of somebody new, and what of them is worth telling."""
    values: dict[str, Value] = {"id": payee_id, "name": vendor.name}
    if vendor.aliases:
        values["aliases"] = vendor.aliases
    if vendor.description:
        values[DESCRIPTION] = vendor.description
    if "currency" in vendor.texts and vendor.texts["currency"] != roster.site.currency:
        values["currency"] = vendor.texts["currency"]
    if limits := _limits(vendor, None, roster):
        values["limits"] = limits
    if vendor.amounts:
        values["amounts"] = vendor.amounts
    if vendor.accounts:
        values["pay_by"] = vendor.accounts
    told = [vendor.description] if vendor.description else []
    return values, (*told, *map(_item_text, vendor.accounts))


def _limits(vendor: Vendor, entry: RosterEntry | None, roster: Roster) -> dict[str, str]:
    """The limits that a row sets; what it leaves out is as it was. {} if it sets none."""
    if not {"min", "max"} & set(vendor.texts):
        return {}
    usual = entry.payee.limits if entry else roster.site.limits
    return {
        "min": vendor.texts.get("min", usual.min.amount),
        "max": vendor.texts.get("max", usual.max.amount),
    }


def changes_of(
    vendor: Vendor, entry: RosterEntry, written: Sequence[Item] | None, roster: Roster
) -> tuple[Changes, tuple[str, ...]]:
    """What the row says otherwise than the roster, and in words. An empty cell says nothing, and a
    name or description is not changed for capitals."""
    changes: dict[str, Value] = {}
    notes: list[str] = []

    def change(key: str, before: str, after: str, value: Value) -> None:
        changes[key] = value
        notes.append(f"{key}: {before or 'none'} → {after}")

    payee, texts = entry.payee, vendor.texts
    if fold(vendor.name) != fold(payee.name):
        change("name", quote(payee.name), quote(vendor.name), vendor.name)
    if vendor.description and fold(vendor.description) != fold(entry.description):
        before = quote(entry.description) if entry.description else ""
        change(DESCRIPTION, before, quote(vendor.description), vendor.description)
    if more := [alias for alias in vendor.aliases if alias not in entry.aliases]:
        change("aliases", ", ".join(entry.aliases), ", ".join(more), (*entry.aliases, *more))
    if texts.get("currency", payee.currency) != payee.currency:
        change("currency", payee.currency, texts["currency"], texts["currency"])
    limits = _limits(vendor, entry, roster)
    if limits and not _are_amounts(
        limits.values(), [payee.limits.min.amount, payee.limits.max.amount], payee.currency
    ):
        before = f"{payee.limits.min.amount} to {payee.limits.max.amount}"
        change("limits", before, f"{limits['min']} to {limits['max']}", limits)
    amounts = [money.amount for money in entry.amounts]
    if vendor.amounts and not _are_amounts(vendor.amounts, amounts, payee.currency):
        change("amounts", ", ".join(amounts), ", ".join(vendor.amounts), vendor.amounts)
    items = list(written or ())
    for item in vendor.accounts:
        _put(item, items, entry, change)
    if "pay_by" in changes:
        changes["pay_by"] = items
    return changes, tuple(notes)


def _put(item: Item, items: list[Item], entry: RosterEntry, change: _Change) -> None:
    """Put a row's account into the items of `pay_by`, in the place of the one on the same rail."""
    name = entry.payee.name
    kind = _kind(item)
    place = next((n for n, one in enumerate(items) if _kind(one) == kind), None)
    before = items[place] if place is not None else None
    if before is not None and _says_already(before, item, name):
        return
    if place is None:
        items.append(item)
    else:
        items[place] = item
    change("pay_by", _item_text(before) if before else "", _item_text(item), items)


def _says_already(before: Item, item: Item, name: str) -> bool:
    """Whether it is the same account, with all that the row tells of it."""
    if isinstance(before, str) or isinstance(item, str):
        return before == item
    one, other = accounts_of([before], name), accounts_of([item], name)
    more = {key: text for key, text in item.items() if key not in ACCOUNT_KEYS}
    return (
        [account.destination for account in one] == [account.destination for account in other]
        and bool(one)
        and all(before.get(key) == text for key, text in more.items())
    )


def _kind(item: Item) -> str:
    return item if isinstance(item, str) else next(iter(kinds_in(item)), "")


def _item_text(item: Item) -> str:
    if isinstance(item, str):
        return item
    return ", ".join(f"{key} {value}" for key, value in item.items())


def accounts_of(items: Iterable[Item], name: str) -> list[Account]:
    """The accounts, of what is one; what is wrong with others is told when the roster is read."""
    accounts = []
    for item in items:
        try:
            accounts.append(parse_account({item: ""} if isinstance(item, str) else item, name))
        except InvalidAccount:
            continue
    return accounts


def _are_amounts(texts: Iterable[str], amounts: Sequence[str], currency: str) -> bool:
    try:
        return [parse_money(text, currency).amount for text in texts] == list(amounts)
    except InvalidValue:
        return False
