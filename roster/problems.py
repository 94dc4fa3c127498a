"""What is wrong with a roster, as the people who edit it are told."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from roster.reading import ListNode, MappingNode, Node, Problem, TextNode, place_number, quote


@dataclass(frozen=True, slots=True)
class RosterProblem:
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

    def __init__(self, problems: Iterable[RosterProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))
        super().__init__("\n".join(map(str, self.problems)))


def locate_problems(
    filename: str, root: Node | None, problems: Iterable[Problem]
) -> list[RosterProblem]:
    """Name the file, and the payee in whose entry each problem stands."""
    payees = _child(root, "payees")
    entries = payees.items if isinstance(payees, ListNode) else []
    starts = [entry.place for entry in entries]
    end = Node(place_number(payees.end)).place if isinstance(payees, ListNode) else None

    def locate(problem: Problem) -> RosterProblem:
        number = bisect_right(starts, problem.place)
        if number == 0 or end is None or problem.place >= end:
            return RosterProblem(filename, *problem.place, problem.message)
        payee = _written(entries[number - 1])
        label = quote(payee) if payee else f"number {number}"
        return RosterProblem(filename, *problem.place, f"payee {label}: {problem.message}", payee)

    return [locate(problem) for problem in problems]


def _written(entry: Node) -> str | None:
    for key in ("id", "name"):
        value = _child(entry, key)
        if isinstance(value, TextNode) and value.text:
            return value.text
    return None


def _child(node: Node | None, key: str) -> Node | None:
    if isinstance(node, MappingNode) and key in node.entries:
        return node.entries[key][1]
    return None
