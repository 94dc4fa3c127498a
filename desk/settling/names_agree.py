"""Whether a bank's name for somebody and what they call themselves may be one person."""

import re
from functools import lru_cache

from desk.names import folded

_WORD = re.compile(r"[^\W\d_]+")
_NO_NAMES = frozenset("mr mrs ms miss dr shri smt sri the and und".split())  # noqa: SIM905
_PREFIX = 4  # a bank cuts names off, but not below this


@lru_cache(maxsize=1 << 17)
def name_words(text: str) -> tuple[str, ...]:
    words = _WORD.findall(folded(text))
    return tuple(dict.fromkeys(word for word in words if word not in _NO_NAMES))


@lru_cache(maxsize=1 << 17)
def name_keys(words: tuple[str, ...]) -> frozenset[str]:
    """Two names that agree share one of these."""
    return frozenset(word[:_PREFIX] for word in words if len(word) >= 3)


@lru_cache(maxsize=1 << 17)
def _has_initial(words: tuple[str, ...]) -> bool:
    return any(len(word) == 1 for word in words)


def agree(payer: tuple[str, ...], told: tuple[str, ...], *, is_name: bool) -> bool:
    """Whether every word of the payer's name is among those `told`, or, where these are a name and
    nothing else, the other way round. An initial stands for a word, but one whole word is needed.
    """
    if payer == told:
        return bool(name_keys(payer))
    ours, theirs = name_keys(payer), name_keys(told)
    if not (ours <= theirs or (is_name and theirs <= ours)) and not (
        _has_initial(payer) or _has_initial(told)
    ):
        return False  # most pairs, found so without comparing their words
    return _are_in(payer, told) or (is_name and _are_in(told, payer))


def _are_in(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    whole = 0
    for word in some:
        if any(word == other or _is_cut(word, other) for other in others):
            whole += len(word) >= 3
        elif not any(
            len(min(word, other, key=len)) == 1 and word[0] == other[0] for other in others
        ):
            return False
    return whole > 0


def _is_cut(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return len(short) >= _PREFIX + 2 and long.startswith(short)
