"""Where money goes by what is published, and what a publish would change of it.

Nothing in a roster is more dangerous: a page that names somebody else's account looks like any
other. So the manifest remembers the accounts that were published last, one line each, and a plan
tells every one that appears, changes or goes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from publishing.object_store import ObjectStore
from rails import Account
from roster.model import Roster
from roster.reading import quote
from sitegen.page_files import payee_file
from sitegen.told_accounts import told_accounts

Accounts = Mapping[str, tuple[str, ...]]
"""By payee, a line for each account."""

_THREADS = 16
_IN_FULL = 400
_PAY_BY = re.compile(rb"<script[^>]*\bid=[\"']?pay-by\b[^>]*>(.*?)</script", re.DOTALL)


@dataclass(frozen=True, slots=True)
class AccountChange:
    """An account that was published and the one that takes its place; an empty text for one that
    appears or goes."""

    payee_id: str
    before: str
    after: str


def roster_accounts(roster: Roster) -> dict[str, tuple[str, ...]]:
    """Those of every payee, closed ones too: opening one again must not be what redirects money.
    Cash has no account. A holder that follows from payee or site is left out."""
    accounts = {}
    for entry in roster.entries:
        implied = {entry.payee.name, roster.site.title}
        lines = [_line(account, implied) for account in entry.pay_by if account.address]
        if lines:
            accounts[str(entry.payee_id)] = tuple(lines)
    return accounts


def account_changes(before: Accounts, after: Accounts) -> Iterator[AccountChange]:
    """What differs, in the payees' order. The order of a payee's accounts is no difference."""
    for payee_id in sorted({*before, *after}):
        gone = [line for line in before.get(payee_id, ()) if line not in after.get(payee_id, ())]
        for line in after.get(payee_id, ()):
            if line in before.get(payee_id, ()):
                continue
            former = next((one for one in gone if _rail(one) == _rail(line)), "")
            if former:
                gone.remove(former)
            yield AccountChange(payee_id, former, line)
        yield from (AccountChange(payee_id, line, "") for line in gone)


def rename_accounts(recorded: Accounts, roster: Roster) -> Accounts:
    """What was `recorded` under a payee's former id, under its present one: a new address is no
    new account."""
    renamed = dict(recorded)
    for former, entry in roster.by_former_id.items():
        if former in renamed and entry.payee_id not in renamed:
            renamed[entry.payee_id] = renamed.pop(former)
    return renamed


def inspect_accounts(
    recorded: Accounts,
    roster: Roster,
    tags: Mapping[str, str],
    found: Mapping[str, str],
    store: ObjectStore,
) -> dict[str, tuple[str, ...]]:
    """The accounts on the pages that are really out there.

    A page whose tag is `found` as it should be, by `tags`, has the roster's; another is read. Where
    a page names none, as that of a payee who is closed, the manifest, `recorded`, has the word.
    """
    wanted = roster_accounts(roster)
    accounts = dict(recorded)
    to_read: dict[str, set[str]] = {}
    names = {str(entry.payee_id): entry.payee for entry in roster.entries}
    for payee_id in {*names, *recorded}:
        file, payee = payee_file(payee_id), names.get(payee_id)
        if file in found and found[file] != tags.get(file):
            to_read[payee_id] = {roster.site.title, payee.name if payee else ""}
        elif file in found and payee and payee.is_open:
            accounts[payee_id] = wanted.get(payee_id, ())
    with ThreadPoolExecutor(_THREADS) as pool:
        pages = pool.map(store.get, map(payee_file, to_read))
        for (payee_id, implied), page in zip(to_read.items(), pages, strict=True):
            if page and (told := tuple(_told(page[0].body, implied))):
                accounts[payee_id] = told
    return {payee_id: lines for payee_id, lines in accounts.items() if lines}


def _told(page: bytes, implied: Iterable[str]) -> Iterator[str]:
    """A line for each account that a page names, and for what is no account there."""
    found = _PAY_BY.search(page)
    for told in told_accounts(found[1]) if found else ():
        if isinstance(told, str):
            yield quote(told, _IN_FULL)
        elif told.address:
            yield _line(told, implied)


def _line(account: Account, implied: Iterable[str]) -> str:
    return str(replace(account, holder="") if account.holder in implied else account)


def _rail(line: str) -> str:
    return line.partition(" ")[0]
