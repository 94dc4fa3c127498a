"""What a list of vendors would make of the roster: who is new, the same, changed, or unclear.

Nothing is guessed that money depends on. A row is taken for somebody in the roster by its id, or
by its name with what else tells people apart; where that may be two, it is asked for.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from payments.payee import PayeeId
from roster.checks import fold
from roster.editing import Changes, Values, add_payees, edit_payees
from roster.importing.columns import Columns, NumberedRow
from roster.importing.entries import accounts_of, changes_of, new_entry
from roster.importing.ids import is_free, make_id
from roster.importing.vendors import Vendor, read_vendors
from roster.importing.written import written_pay_by
from roster.model import Roster, RosterEntry, RosterInvalid, parse_roster
from roster.reading import quote
from roster.writing import Item


class Verdict(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What becomes of a row of the file; `notes` say what changes, or what is unclear."""

    row: int
    verdict: Verdict
    payee_id: str
    name: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Import:
    """`text` is the roster with all that is clear; `roster` what it says. `unnamed` are payees
    that were there and of whom the file says nothing: they stay as they are."""

    rows: tuple[PlannedRow, ...]
    text: str
    roster: Roster
    unnamed: int

    def count(self, verdict: Verdict) -> int:
        return sum(row.verdict is verdict for row in self.rows)


@dataclass(slots=True)
class _Plan:
    """What is known so far of each row, by its number."""

    planned: dict[int, PlannedRow]
    new: dict[int, Values]
    changes: dict[int, tuple[PayeeId, Changes]]

    def refuse(self, vendor: Vendor, payee_id: str, notes: Iterable[str]) -> None:
        self.new.pop(vendor.row, None)
        self.changes.pop(vendor.row, None)
        verdict = Verdict.UNCLEAR
        self.planned[vendor.row] = PlannedRow(
            vendor.row, verdict, payee_id, vendor.name, tuple(notes)
        )


def plan_import(
    text: str,
    filename: str,
    roster: Roster,
    columns: Columns,
    rows: Sequence[NumberedRow],
) -> Import:
    """What the rows make of the valid roster's `text`. Raises NotEditable, and RosterInvalid if
    what is wrong afterwards is in nobody's row."""
    vendors, repeated = read_vendors(columns, rows, roster.site.currency)
    written = written_pay_by(text)
    plan = _Plan({}, {}, {})
    known = _Known(roster, written)
    taken = known.ids | {vendor.wish for vendor in vendors}
    meant = _who_is_meant(vendors, known, plan)
    for vendor in vendors:
        if vendor.row in plan.planned:
            continue
        entry = meant.get(vendor.row)
        if entry is None:
            payee_id = vendor.wish or make_id(vendor.name, vendor.description, taken)
            taken.add(payee_id)
            plan.new[vendor.row], notes = new_entry(vendor, payee_id, roster)
            plan.planned[vendor.row] = PlannedRow(
                vendor.row, Verdict.NEW, payee_id, vendor.name, notes
            )
            continue
        changes, notes = changes_of(vendor, entry, written.get(entry.payee_id), roster)
        verdict = Verdict.CHANGED if changes else Verdict.SAME
        if changes:
            plan.changes[vendor.row] = entry.payee_id, changes
        plan.planned[vendor.row] = PlannedRow(
            vendor.row, verdict, entry.payee_id, entry.payee.name, notes
        )
    edited, after = _checked(text, filename, vendors, plan)
    for row, first in repeated.items():
        one = plan.planned[first]
        plan.planned[row] = replace(one, row=row, verdict=Verdict.SAME, notes=(f"as row {first}",))
    named = {row.payee_id for row in plan.planned.values()}
    names = {fold(vendor.name) for vendor in vendors}
    unnamed = sum(
        entry.payee_id not in named and fold(entry.payee.name) not in names
        for entry in roster.entries
    )
    in_order = tuple(plan.planned[row] for row in sorted(plan.planned))
    return Import(in_order, edited, after, unnamed)


class _Known:
    """The roster's payees, by what a row may say of them."""

    def __init__(self, roster: Roster, written: Mapping[str, Sequence[Item]]) -> None:
        self.by_id = roster.by_id
        self.ids: set[str] = set(roster.by_id)
        self.by_name: dict[str, list[RosterEntry]] = {}
        self.by_key: dict[tuple[str, str], list[RosterEntry]] = {}
        self.owners: dict[tuple[str, str], list[RosterEntry]] = {}
        for entry in roster.entries:
            self.ids.update(entry.aliases)
            key = fold(entry.payee.name), fold(entry.description)
            self.by_name.setdefault(key[0], []).append(entry)
            self.by_key.setdefault(key, []).append(entry)
            for account in entry.pay_by if entry.payee_id in written else ():
                if account.address:
                    self.owners.setdefault(account.destination, []).append(entry)


def _who_is_meant(vendors: Sequence[Vendor], known: _Known, plan: _Plan) -> dict[int, RosterEntry]:
    """By row, whom of the roster it is about; what is unclear goes to the `plan`."""
    meant: dict[int, RosterEntry] = {}
    alike = _Alike(vendors, known)
    for vendor in vendors:
        if vendor.faults:
            plan.refuse(vendor, vendor.wish, vendor.faults)
            continue
        entry, fault = alike.find(vendor, known)
        if fault:
            plan.refuse(vendor, vendor.wish, [fault])
        elif entry:
            meant[vendor.row] = entry
    rows = {vendor.row: vendor for vendor in vendors}
    for row, entry in list(meant.items()):
        rivals = [str(other) for other, one in meant.items() if one is entry and other != row]
        if rivals:
            fault = f"may be {entry.payee_id}, as row {', '.join(rivals)}: put ids into a column"
            plan.refuse(rows[row], entry.payee_id, [fault])
    return meant


class _Alike:
    """Which rows of the file could be taken for one another; `claimed` are the ids of those whom a
    row names for sure, by id or by name and description."""

    def __init__(self, vendors: Sequence[Vendor], known: _Known) -> None:
        self.claimed = {vendor.wish for vendor in vendors}
        self.names = Counter(fold(vendor.name) for vendor in vendors)
        self.wishes: dict[str, list[int]] = {}
        self.keys: dict[tuple[str, str], list[int]] = {}
        for vendor in vendors:
            if vendor.wish:
                self.wishes.setdefault(vendor.wish, []).append(vendor.row)
                continue
            self.keys.setdefault(vendor.key, []).append(vendor.row)
            self.claimed.update(entry.payee_id for entry in known.by_key.get(vendor.key, ()))

    def find(self, vendor: Vendor, known: _Known) -> tuple[RosterEntry | None, str]:
        """Who of the roster it is, None for somebody new; or what is unclear."""
        if vendor.wish:
            entry = known.by_id.get(PayeeId(vendor.wish))
            if rows := _others(self.wishes[vendor.wish], vendor.row):
                return None, f"the id {vendor.wish} stands in row {rows}, too"
            if entry is None and not is_free(vendor.wish, known.ids):
                return None, f"the id {vendor.wish} is taken: choose another"
            return entry, ""
        if rows := _others(self.keys[vendor.key], vendor.row):
            return None, (
                f"nothing tells it apart from row {rows} on the page: give each a description, "
                "such as the stall, or delete one"
            )
        if same := known.by_key.get(vendor.key):
            return same[0], ""
        return self._guess(vendor, known)

    def _guess(self, vendor: Vendor, known: _Known) -> tuple[RosterEntry | None, str]:
        """Who of one name it is, if it can only be one."""
        accounts = {one.destination for one in accounts_of(vendor.accounts, vendor.name)}
        owners = [entry for account in accounts for entry in known.owners.get(account, ())]
        free = [entry for entry in owners if entry.payee_id not in self.claimed]
        named = known.by_name.get(fold(vendor.name), ())
        called = [entry for entry in named if entry.payee_id not in self.claimed]
        sure = [entry for entry in called if entry in owners]
        if len(sure) == 1:
            return sure[0], ""
        if called:
            only = called[0]
            is_alone = len(called) == 1 and self.names[fold(vendor.name)] == 1
            if is_alone and not (vendor.description and only.description):
                return only, ""
            described = quote(only.description) if only.description else "empty"
            told = f", whose description is {described}" if len(called) == 1 else ""
            ids = " or ".join(entry.payee_id for entry in called)
            return None, f"may be {ids}{told}: write the id into a column id, or a new one"
        if free:
            owner = free[0]
            return None, (
                f"has the account of {owner.payee_id}, {quote(owner.payee.name)}: if that is the "
                f"same payee, write {owner.payee_id} into a column id, else a new id"
            )
        return None, ""


def _others(rows: Iterable[int], row: int) -> str:
    return ", ".join(str(one) for one in rows if one != row)


def _checked(
    text: str, filename: str, vendors: Sequence[Vendor], plan: _Plan
) -> tuple[str, Roster]:
    """The roster with what is clear, in which nothing is wrong: rows that would bring a mistake are
    unclear, in the words of `payees check`."""
    while True:
        edited = add_payees(edit_payees(text, dict(plan.changes.values())), list(plan.new.values()))
        try:
            return edited, parse_roster(edited, filename)
        except RosterInvalid as error:
            wrong: dict[str, list[str]] = {}
            for mistake in error.mistakes:
                prefix = f"payee {quote(mistake.payee or '')}: "
                wrong.setdefault(mistake.payee or "", []).append(
                    mistake.message.removeprefix(prefix)
                )
            refused = False
            for vendor in vendors:
                row = plan.planned[vendor.row]
                if row.verdict in (Verdict.NEW, Verdict.CHANGED) and row.payee_id in wrong:
                    plan.refuse(vendor, row.payee_id, wrong[row.payee_id])
                    refused = True
            if not refused:
                raise
