"""A review as one goes through it: which page comes next, and what became of those before."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from desk.deciding.pages import Asked, Page, plan_pages
from desk.deciding.review import Answer, Question, Review
from payments.events import Fingerprint

Lines = set[Fingerprint]


@dataclass(slots=True)
class Sitting:
    """Answers stand in the plan; what is kept here lasts as long as somebody sits there.

    total    questions that were open at first, and those that were taken back since
    apart    lines to be asked about by themselves, before anything else
    skipped  lines to be asked about once all others are answered
    again    how many skipped ones begin with the page that came last; 0 if it is none of them
    """

    review: Review
    total: int = 0
    apart: list[Fingerprint] = field(default_factory=list)
    skipped: Lines = field(default_factory=set)
    again: int = 0
    _undone: Lines = field(default_factory=set)

    def __post_init__(self) -> None:
        self.total = len(self.review.open())

    def next(self) -> Page | None:
        """What to ask now; None if nothing is open."""
        left = _lines_of(self.review.open())
        self.total = max(self.total, len(left))
        self.again = 0 if left - self.skipped else len(left)
        if self.again:
            self.skipped.clear()
        self.apart = [line for line in self.apart if line in left - self.skipped]
        pages = plan_pages(self.review, self.skipped)
        if self.apart:
            return _alone(pages, self.apart[0])
        undone, self._undone = self._undone, set()
        found = (page for page in pages if undone & _lines(page.asked))
        return next(found, pages[0] if pages else None)

    def number(self) -> int:
        """Of the question that comes next, counted from 1."""
        return self.total - len(self.review.open()) + 1

    def answer(self, answers: Iterable[Answer], apart: Iterable[Asked]) -> None:
        """What some lines pay for, and which others are to be asked by themselves, and next."""
        self.review.choose_all(answers)
        self.apart[:0] = [_line(one.question) for one in apart]

    def skip(self, page: Page) -> None:
        self.skipped |= _lines(page.asked)

    def undo(self) -> bool:
        """Take the last answer back, and ask it next; False if there is none."""
        undone = {_line(one) for one in self.review.undo()}
        self.skipped -= undone
        self.apart = [*undone, *self.apart] if len(undone) == 1 else []
        self._undone = undone
        return bool(undone)


def _alone(pages: Iterable[Page], line: Fingerprint) -> Page:
    return next(
        Page(page.standing, (one,))
        for page in pages
        for one in page.asked
        if _line(one.question) == line
    )


def _line(question: Question) -> Fingerprint:
    return question.evidence.fingerprint


def _lines(asked: Iterable[Asked]) -> Lines:
    return _lines_of(one.question for one in asked)


def _lines_of(questions: Iterable[Question]) -> Lines:
    return set(map(_line, questions))
