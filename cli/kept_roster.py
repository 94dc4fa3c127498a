"""A large roster, of which only those entries are read whose text changed since it was last read.

Reading ten thousand entries is half of a build that changes one. What was read without a mistake
is kept in the user's cache folder, by the text of each entry. Where anything else changed than what
an entry says of itself, all is read as if nothing were kept: also whenever there is a mistake, for
only the whole file tells its line.
"""

import os
import pickle
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import payments
import rails
import roster as roster_package
from cli.failure import Failure
from cli.local.cache_folder import cache_dir
from payments.payee import Payee
from roster.checks import fold
from roster.model import (
    Roster,
    RosterEntry,
    RosterInvalid,
    Site,
    load_roster,
    no_garbage,
    parse_roster,
)

_LARGE = 100_000  # bytes; a smaller one is read at once
_FEW = 500
_MANY = 2_000
_FIRST_ITEM = re.compile(r"(?m)^payees:[ \t]*(?:#.*)?\n(?:[ \t]*(?:#.*)?\n)*( *)(?=-[ \n])")
_CODE = (*payments.__path__, *rails.__path__, *roster_package.__path__)


Columns = Sequence[Sequence[Any]]
"""One field of all entries in each: entries that are pickled one by one take twice as long."""

_OF_PAYEE = [f"payee.{one.name}" for one in fields(Payee)]
_OF_ENTRY = [one.name for one in fields(RosterEntry) if one.name != "payee"]


class _Texts(NamedTuple):
    """A roster's text: what comes before the first entry, and that of each."""

    head: str
    items: Sequence[str]


class _Kept(NamedTuple):
    """What a roster was read as: under `key`, all that its entries were read by, each by a hash."""

    key: str
    site: Site
    columns: Columns
    hashes: Sequence[bytes]


def load_kept_roster(path: Path) -> Roster:
    """As load_roster, but sooner where it is large and was read before."""
    try:
        if path.stat().st_size < _LARGE:
            return load_roster(path)
        texts = _divide(path.read_text("utf-8"))
        file = cache_dir() / "rosters" / f"{sha256(str(path.absolute()).encode()).hexdigest()}"
    except (OSError, UnicodeDecodeError, Failure):
        return load_roster(path)
    if texts is None:
        return load_roster(path)
    hashes = [sha256(item.encode()).digest() for item in texts.items]
    key = _key(texts.head)
    kept = _load(file)
    if kept and kept.key == key:
        few = len(set(hashes).difference(kept.hashes)) < _FEW
        if few and (found := _combine(texts, hashes, kept)):
            return found  # keeping it takes longer than reading these few again
    found = None
    if len(texts.items) >= _MANY:
        from cli.roster_halves import parse_halves  # noqa: PLC0415 (slow, and rarely needed)

        found = parse_halves(*texts)
    found = found or load_roster(path)
    if len(found.entries) == len(hashes):  # else some text only looks like an entry
        _save(file, _Kept(key, found.site, columns_of(found.entries), hashes))
    return found


def columns_of(entries: Iterable[RosterEntry]) -> Columns:
    return tuple(zip(*map(attrgetter(*_OF_PAYEE, *_OF_ENTRY), entries), strict=True))


def entries_of(columns: Columns) -> tuple[RosterEntry, ...]:
    payees = map(Payee, *columns[: len(_OF_PAYEE)])
    return tuple(map(RosterEntry, payees, *columns[len(_OF_PAYEE) :]))


def _divide(text: str) -> _Texts | None:
    """None unless all that follows the first entry belongs to one, as its indentation shows."""
    first = _FIRST_ITEM.search(text)
    if first is None:
        return None
    start, indent = first.start(1), first[1]
    rest, item = f"\n{text[start:]}", f"\n{indent}-"
    known = sum(map(rest.count, (f"{item} ", f"{item}\n", f"\n{indent} ")))
    if known + rest.endswith("\n") < rest.count("\n") and re.search(
        rf"\n(?!{indent}-[ \n]|{indent} | *#| *(?:\n|\Z))", rest
    ):
        return None
    items = [f"{item[1:]}{part}\n" for part in rest.split(item)[1:]]
    items[-1] = items[-1].removesuffix("\n")
    return _Texts(text[:start], items) if len(set(items)) == len(items) else None


def _combine(texts: _Texts, hashes: Sequence[bytes], kept: _Kept) -> Roster | None:
    """The roster of `texts`, without reading those entries that are kept; None where the whole has
    to be looked at."""
    before = Roster(kept.site, entries_of(kept.columns))
    by_hash = dict(zip(kept.hashes, before.entries, strict=True))
    fresh_texts = [
        item for item, hashed in zip(texts.items, hashes, strict=True) if hashed not in by_hash
    ]
    try:
        fresh = parse_roster(texts.head + "".join(fresh_texts)).entries if fresh_texts else ()
    except RosterInvalid:
        return None
    if len(fresh) != len(fresh_texts):
        return None
    left = iter(fresh)
    entries = tuple([by_hash.get(hashed) or next(left) for hashed in hashes])
    if not _tells_of_itself(fresh, entries, before.by_id):
        return None
    return Roster(before.site, entries)


def _tells_of_itself(
    fresh: Sequence[RosterEntry], entries: Sequence[RosterEntry], before: Mapping[str, RosterEntry]
) -> bool:
    """Whether nothing of `fresh` that others' entries are held against is new."""
    for one in fresh:
        old = before.get(one.payee_id)
        if old is None or old.payee.ids != one.payee.ids:
            return False
        said = {name: getattr(old, name) for name in ("payee", "description", "amounts", "pay_by")}
        if replace(one, **said, group=old.group) != old:
            return False
    if len({entry.payee_id for entry in entries}) < len(entries):
        return False
    looks = [(fold(one.payee.name), fold(one.description)) for one in fresh]
    names = {name for name, _ in looks}
    others = [
        (fold(one.payee.name), fold(one.description))
        for one in entries
        if fold(one.payee.name) in names
    ]
    return len(set(others)) == len(others)


def _key(head: str) -> str:
    """Of all that an entry is read by: the roster's other text, the code, and the day."""
    parts = [head, sys.version, str(datetime.now(UTC).date())]
    for folder in _CODE:
        for file in sorted(Path(folder).rglob("*.py")):
            found = file.stat()
            parts.append(f"{file} {found.st_size} {found.st_mtime_ns}")
    return sha256("\n".join(parts).encode()).hexdigest()


def _load(file: Path) -> _Kept | None:
    """What is kept, if it is this user's own: nobody else may say what is read here."""
    try:
        found = file.stat()
        if hasattr(os, "getuid") and (found.st_uid != os.getuid() or found.st_mode & 0o022):
            return None
        with no_garbage():
            kept = pickle.loads(file.read_bytes())  # noqa: S301 (our own, as Python's bytecode is)
    except Exception:  # noqa: BLE001 (whatever is wrong with it, the roster itself is there)
        return None
    return kept if isinstance(kept, _Kept) else None


def _save(file: Path, kept: _Kept) -> None:
    """Without a place to keep it, it is read anew."""
    new = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.write_bytes(b"")
        new.chmod(0o600)
        new.write_bytes(pickle.dumps(kept, pickle.HIGHEST_PROTOCOL))
        new.replace(file)
