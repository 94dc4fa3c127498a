"""Names by how they begin: in few parts, whatever the script, none of which depends on another."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from struct import unpack
from unicodedata import normalize

from roster.model import RosterEntry

MOST_LINKS = 64
"""Parts of one whole. Chinese names begin in thousands of ways: neighbours are one part then."""

MOST_ON_A_PAGE = 150
_PRIME = 0x01000193
_LONGEST_NAME = 60  # of a file
_ACCENTS = re.compile("[\u0300-\u036f]")
_BEFORE_A_WORD = re.compile(r"^\W+")

Folded = tuple[str, RosterEntry]


@dataclass(frozen=True, slots=True)
class Branch:
    """Some of the payees, in the order of their names: on one page, or in further `parts`.

    `name` is for a file, `label` for people. Folded, they begin with a letter from `first` to
    `last`.
    """

    name: str
    label: str
    entries: tuple[RosterEntry, ...]
    first: str = ""
    last: str = ""
    parts: tuple["Branch", ...] = ()

    def walk(self) -> Iterator["Branch"]:
        """It and its parts, and theirs."""
        yield self
        for part in self.parts:
            yield from part.walk()


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """What is the same for who looks for a name: without case, accents, and what is before it."""
    if text.isascii() and text[:1].isalnum():
        return text.lower()  # the same, sooner
    letters = _ACCENTS.sub("", normalize("NFD", text)).casefold()
    return _BEFORE_A_WORD.sub("", letters) or letters


def in_order(entries: Iterable[RosterEntry]) -> list[Folded]:
    folded = [(fold(entry.payee.name), entry) for entry in entries]
    return sorted(folded, key=lambda one: (one[0], one[1].payee_id))


def branch(
    name: str,
    label: str,
    folded: Sequence[Folded],
    depth: int = 0,
    letters: tuple[str, str] = ("", ""),
) -> Branch:
    """`folded` is in order, and alike in the first `depth` letters."""
    entries = tuple([entry for _, entry in folded])
    fits = len(entries) <= MOST_ON_A_PAGE or folded[0][0] == folded[-1][0]
    return Branch(name, label, entries, *letters, () if fits else tuple(parts(name, folded, depth)))


def parts(name: str, folded: Sequence[Folded], depth: int = 0) -> Iterator[Branch]:
    """The parts of what is called `name`, by the letter after `depth`."""
    while (code := _code(folded[0][0], depth)) and code == _code(folded[-1][0], depth):
        name, depth = name + _spell(code), depth + 1  # they are in order: the others have it, too
    codes = {_code(text, depth) for text, _ in folded}
    shift = 0
    while len({code >> shift for code in codes}) > MOST_LINKS:
        shift += 1
    for high, group in groupby(folded, lambda one: _code(one[0], depth) >> shift):
        some = list(group)
        yield branch(
            _short(f"{name}{_spell(high, shift)}"),
            _label(some, depth, shift),
            some,
            depth if shift else depth + 1,
            _bounds(high, shift) if depth == 0 else (some[0][0][:1], some[0][0][:1]),
        )


def _code(text: str, depth: int) -> int:
    return ord(text[depth]) if depth < len(text) else 0


def _spell(code: int, shift: int = 0) -> str:
    """A letter, or those alike but for their last `shift` bits, as a file may be called."""
    if shift:
        return f"-{code:x}s{shift}-"
    letter = chr(code)
    return letter if letter.isascii() and letter.isalnum() else f"-{code:x}-"


def _bounds(high: int, shift: int) -> tuple[str, str]:
    """Whoever comes to be between them: so the way to some does not depend on who they are."""
    return chr(high << shift), chr((high + 1 << shift) - 1)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"-h{mark(name)}"


def _label(folded: Sequence[Folded], depth: int, shift: int) -> str:
    """How they all begin, or the first and the last of them do."""
    first, last = (
        normalize("NFC", folded[at][0][: depth + 1]).capitalize().strip() for at in (0, -1)
    )
    return first if first == last or not shift else f"{first} \u2013 {last}"


def mark(text: str) -> str:
    """16 hexadecimal digits that tell `text` from others: FNV-1a of 32 bits from two starts, which
    a script without a secure context can make, too (see templates/js/old_links.js)."""
    return marks([text])[text]


def marks(texts: Iterable[str]) -> dict[str, str]:
    """The mark of each. Those of one length are made together, each in 64 bits of one large number:
    a product has 57, so that none reaches its neighbour."""
    by_length: dict[int, list[bytes]] = {}
    for text in texts:
        encoded = text.encode()
        by_length.setdefault(len(encoded), []).append(encoded)
    found = {}
    for length, some in by_length.items():
        together = b"".join(some)
        columns = [_lanes(together[at::length]) for at in range(length)]
        ones = _lanes(b"\1" * len(some))
        halves = []
        for start in (0x811C9DC5, _PRIME):
            hashed = start * ones
            for column in columns:
                hashed = (hashed ^ column) * _PRIME & 0xFFFFFFFF * ones
            halves.append(unpack(f"<{len(some)}Q", hashed.to_bytes(8 * len(some), "little")))
        for encoded, first, second in zip(some, *halves, strict=True):
            found[encoded.decode()] = f"{first:08x}{second:08x}"
    return found


def _lanes(column: bytes) -> int:
    """A byte in every 64 bits."""
    lanes = bytearray(8 * len(column))
    lanes[::8] = column
    return int.from_bytes(lanes, "little")
