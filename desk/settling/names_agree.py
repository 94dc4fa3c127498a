"""Whether a bank's name for somebody and what they call themselves may be one person."""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from itertools import combinations
from sys import intern

from desk.names import folded

_WORD = re.compile(r"[^\W\d_]+")
_BEGIN = re.compile(r"(?<![^\W\d_])[^\W\d_]{3,4}")  # of a word, what a name may have as a key
_NO_NAMES = frozenset("mr mrs ms miss dr shri smt sri the and und".split())  # noqa: SIM905
_PREFIX = 4  # a bank cuts names off, but not below this
_MARKS = 60
_LEAST = 3  # letters of a word that is more than an initial
_WELL_KNOWN = 3  # keys at most: a text of many words would have too many pairs of them
_KEYS = 1 << 32  # more than there are


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """The words of a name, or of a text that may have one in it (`is_name` says which it is).

    keys   two names that agree share one
    pairs  of its keys, if it is well known by them: of two such names that agree, all keys of one
           are the other's, too
    marks  of the keys in few bits: the keys of one can be among another's only if its marks are
    """

    words: tuple[str, ...]
    is_name: bool
    keys: tuple[int, ...]
    pairs: tuple[int, ...]
    marks: int
    has_initial: bool

    @property
    def begins(self) -> Iterator[str]:
        """What its keys stand for."""
        return (word[:_PREFIX] for word in self.words if len(word) >= _LEAST)


@dataclass(slots=True)
class NameBook:
    """Each name that is met, once: a statement has the same ones again and again."""

    _names: dict[tuple[str, bool], Name] = field(default_factory=dict)
    _keys: dict[str, int] = field(default_factory=dict)

    def name(self, text: str, *, is_name: bool = True) -> Name:
        """Spellings that are folded alike have one name."""
        plain = folded(text)
        found = self._names.get((plain, is_name))
        if found is None:
            found = self._names[plain, is_name] = self._made(plain, is_name=is_name)
        return found

    def _made(self, plain: str, *, is_name: bool) -> Name:
        words = tuple(
            dict.fromkeys(intern(word) for word in _WORD.findall(plain) if word not in _NO_NAMES)
        )
        begins = (word[:_PREFIX] for word in words if len(word) >= _LEAST)
        keys = tuple(self._keys.setdefault(one, len(self._keys)) for one in dict.fromkeys(begins))
        has_initial = any(len(word) == 1 for word in words)
        pairs: tuple[int, ...] = ()
        if len(keys) <= _WELL_KNOWN and not has_initial:
            pairs = tuple(one * _KEYS + other for one, other in combinations(sorted(keys), 2))
        marks = 0
        for key in keys:
            marks |= 1 << key % _MARKS
        return Name(words, is_name, keys, pairs, marks, has_initial)


def has_begin(text: str, begins: Set[str]) -> bool:
    """Whether a text may have a name in it that begins with one of these: seen without making a
    name of it."""
    return not begins.isdisjoint(_BEGIN.findall(folded(text)))


def agree(payer: Name, told: Name) -> bool:
    """Whether every word of the payer's name is among those `told`, or, where these are a name and
    nothing else, the other way round. An initial stands for a word, but one whole word is needed.
    """
    both = payer.marks | told.marks
    if not (
        both == told.marks
        or (both == payer.marks and told.is_name)
        or payer.has_initial
        or told.has_initial
    ):
        return False  # most pairs, found so without comparing their words
    if payer is told or payer.words == told.words:
        return bool(payer.keys)
    return _are_in(payer.words, told.words) or (told.is_name and _are_in(told.words, payer.words))


def _are_in(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    whole = 0
    for word in some:
        if any(word == other or _is_cut(word, other) for other in others):
            whole += len(word) >= _LEAST
        elif not any(
            len(min(word, other, key=len)) == 1 and word[0] == other[0] for other in others
        ):
            return False
    return whole > 0


def _is_cut(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return len(short) >= _PREFIX + 2 and long.startswith(short)
