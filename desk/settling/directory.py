"""Where payments, or lines, of an amount, a day and a name stand in their list.

They are kept as numbers that say amount, day and place, in their order: what has one amount and
is of some days stands together.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from desk.settling.names_agree import Name

Spot = int
"""An amount and a day, as one number: days that follow each other do so as spots."""
_PLACES = 32  # bits: more than a list has places
_PLACE = (1 << _PLACES) - 1
_EVERYWHERE = range(1 << 64)


class Directory:
    """Two names that agree share a key; if both are well known, they share a pair of keys, which
    few others have."""

    def __init__(
        self, places: Iterable[int], spots: Sequence[Spot], name: Callable[[int], Name]
    ) -> None:
        self._all = sorted(spots[place] << _PLACES | place for place in places)
        self._by_pair: dict[int, list[int]] = defaultdict(list)
        self._well_known: dict[int, list[int]] = defaultdict(list)
        self._little_known: dict[int, list[int]] = defaultdict(list)
        for one in self._all:
            found = name(one & _PLACE)
            for pair in found.pairs:
                self._by_pair[pair].append(one)
            by_key = self._well_known if found.pairs else self._little_known
            for key in found.keys:
                by_key[key].append(one)

    def at(self, spot: Spot) -> Iterator[int]:
        """All places of a spot."""
        return (one & _PLACE for one in _of(self._all, range(spot, spot + 1)))

    def sharing(self, name: Name, spots: range) -> Iterator[int]:
        """Places of some spots with names that may agree with this one, in no order; one may come
        twice."""
        first, end = spots.start << _PLACES, spots.stop << _PLACES
        found: list[int] = []
        some, keys = (self._by_pair, name.pairs) if name.pairs else (self._well_known, name.keys)
        for held, looked_for in ((some, keys), (self._little_known, name.keys)):
            for key in looked_for:
                if key in held:
                    one = held[key]
                    found += one[bisect_left(one, first) : bisect_left(one, end)]
        return map(_PLACE.__and__, found)

    def with_key(self, key: int, spots: range = _EVERYWHERE) -> list[int]:
        """Places of some spots with all names that have this key, in the order of spots."""
        known, others = self._well_known.get(key, ()), self._little_known.get(key, ())
        return [one & _PLACE for one in sorted([*_of(known, spots), *_of(others, spots)])]


def _of(some: Sequence[int], spots: range) -> Sequence[int]:
    first = bisect_left(some, spots.start << _PLACES)
    return some[first : bisect_left(some, spots.stop << _PLACES, first)]
