"""Which payments have no line that is named for them, while lines are given away one by one."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desk.settling.case import Case
    from desk.settling.directory import Spot


class Watch:
    """Of each payment without money, two lines that are named for it. A payment with two is no
    stranger to any line, one with one line to that line only, one with none to all: so a line's
    strangers are found without looking at all payments of its amount."""

    def __init__(self, case: "Case") -> None:
        self._case = case
        self._watched: dict[int, set[int]] = defaultdict(set)
        self._single: dict[int, set[int]] = defaultdict(set)
        self._none: dict[Spot, set[int]] = defaultdict(set)
        for place in case.open:
            if not case.is_cash(place):
                self._look(place)

    def strangers(self, number: int) -> Iterator[int]:
        """Payments that fit a line by amount and day, and that no other line is named for."""
        case = self._case
        for spot in case.fitting(number):
            for place in self._none.get(spot, ()):
                if place in case.open:
                    yield place
        for place in self._single.get(number, ()):
            if place in case.open:
                yield place

    def leave(self, number: int) -> None:
        """A line is free no more: those that it was watched for look for another."""
        self._single.pop(number, None)
        for place in self._watched.pop(number, ()):
            if place in self._case.open:
                self._look(place)

    def _look(self, place: int) -> None:
        case = self._case
        found = list(islice(case.lines_like(place), 2))
        for number in found:
            self._watched[number].add(place)
        if len(found) == 1:
            self._single[found[0]].add(place)
        elif not found:
            self._none[case.spots[place]].add(place)
