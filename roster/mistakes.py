"""What is wrong with a roster, as the people who edit it are told."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from roster.reading import (
    ListNode,
    Mistake,
    Node,
    TextNode,
    child,
    place_at,
    quote,
    without_bom,
)


@dataclass(frozen=True, slots=True)
class RosterMistake:
    """Line and column count from 1; `payee` is the id (or else the name) of the payee, as
    written, that `message` is about."""

    filename: str
    line: int
    column: int
    message: str
    payee: str | None = None

    def __str__(self) -> str:
        return f"{self.filename}:{self.line}:{self.column}: {self.message}"


class RosterInvalid(Exception):
    """Everything that is wrong with a roster, in the order of the file."""

    def __init__(self, mistakes: Iterable[RosterMistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: (mistake.line, mistake.column)))
        super().__init__("\n".join(map(str, self.mistakes)))


def locate_mistakes(
    filename: str, text: str, root: Node | None, mistakes: Iterable[Mistake]
) -> list[RosterMistake]:
    """Name the file, and the payee in whose entry each mistake in `text` stands."""
    payees = child(root, "payees")
    entries = payees.items if isinstance(payees, ListNode) else []
    starts = [entry.place for entry in entries]
    end = place_at(without_bom(text), payees.end) if isinstance(payees, ListNode) else None

    def locate(mistake: Mistake) -> RosterMistake:
        number = bisect_right(starts, mistake.place)
        if number == 0 or end is None or mistake.place >= end:
            return RosterMistake(filename, *mistake.place, mistake.message)
        payee = _written(entries[number - 1])
        label = quote(payee) if payee else f"number {number}"
        return RosterMistake(filename, *mistake.place, f"payee {label}: {mistake.message}", payee)

    return [locate(mistake) for mistake in mistakes]


def _written(entry: Node) -> str | None:
    for key in ("id", "name"):
        value = child(entry, key)
        if isinstance(value, TextNode) and value.text:
            return value.text
    return None
