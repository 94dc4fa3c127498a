"""Questions that are answered together: those of which the same speaks for a claim stand on one
page, so that a treasurer looks down a list and says yes or no to it once.

What is suggested is no more than that. It settles nothing before somebody says yes, and what a page
suggests changes with each answer, since a claim that is chosen is no other line's.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from desk.deciding.review import Candidate, Question, Review, difference
from desk.settling.names_agree import NameBook, agree
from desk.settling.reasons import (
    LINES_HAVE_IT,
    NAME_FITS,
    NAME_FITS_TOO,
    NO_NAME_FITS,
    NUMBER,
    OTHER_NAME,
    OTHER_NUMBER,
    PART_OF_REFERENCE,
    REFERENCE,
)
from payments.events import Fingerprint

ON_A_PAGE = 9
_FEWEST = 3  # of two, each is asked by itself
SOON = 3  # days in which money comes after its claim; later, a name alone tells little
_PARTICULARS = re.compile(r"[0-9A-Z]{25}|[0-9]+(?:[.-][0-9]+)*(?: [A-Z]{3})?")


class Standing(IntEnum):
    """What speaks for what a question suggests, in the order in which pages come."""

    FITS = 1  # and nothing else fits
    NEAREST = 2  # of several that fit
    AGAINST = 3  # something speaks against it
    SEVERAL = 4  # nothing is suggested, for two claims are as good
    NONE = 5  # nothing is suggested, for none is


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the claim that is suggested: several if they are parts, or none. `others` fit
    as well: claims that the line may be for, or lines that the claim may be paid by."""

    question: Question
    standing: Standing
    suggested: tuple[Candidate, ...] = ()
    others: tuple[Candidate | Question, ...] = ()

    @property
    def why(self) -> str:
        return (self.suggested or self.question.candidates)[0].why


@dataclass(frozen=True, slots=True)
class Page:
    """Questions of one standing; one alone is no list."""

    standing: Standing
    asked: tuple[Asked, ...]


def plan_pages(review: Review, skipped: Collection[Fingerprint] = ()) -> list[Page]:
    """All open questions but those of lines that are `skipped`, in the order in which they are best
    answered. What is skipped still has its claims: no other line gets one because of it."""
    of: dict[Standing, list[Asked]] = defaultdict(list)
    for one in _Suggesting(review, review.open()).asked():
        if one.question.evidence.fingerprint not in skipped:
            of[one.standing].append(one)
    pages: list[Page] = []
    single: list[Page] = []
    for standing in (*Standing,):
        some = _by_reason(of[standing])
        is_list = standing is not Standing.SEVERAL and len(some) >= _FEWEST
        if standing is Standing.NONE and is_list:
            pages += single
            single = []
        found = _pages(standing, some) if is_list else [Page(standing, (one,)) for one in some]
        (pages if is_list else single).extend(found)
    return [*pages, *single]


def _by_reason(asked: Iterable[Asked]) -> list[Asked]:
    """The most frequent reason first, and of each as the plan has them."""
    some = list(asked)
    reasons = [_PARTICULARS.sub("", one.why) for one in some]
    count = Counter(reasons)
    order = sorted(range(len(some)), key=lambda n: (-count[reasons[n]], reasons[n], n))
    return [some[n] for n in order]


def _pages(standing: Standing, some: Sequence[Asked]) -> Iterator[Page]:
    """As few as hold them all, and none much fuller than another."""
    number = -(-len(some) // ON_A_PAGE)
    for n in range(number):
        yield Page(standing, tuple(some[n * len(some) // number : (n + 1) * len(some) // number]))


Payment = tuple[str, str]


@dataclass(slots=True)
class _Suggesting:
    """Each claim is suggested for one line, the pairs first for which most speaks.

    claims  of each question, those that no other line settles
    lines   of each payment, the questions it fits, by their places
    own     the claim that is suggested for a question
    taken   the question that a payment is suggested for
    """

    review: Review
    questions: Sequence[Question]
    claims: list[list[Candidate]] = field(default_factory=list)
    lines: dict[Payment, list[int]] = field(default_factory=dict)
    own: dict[int, Candidate] = field(default_factory=dict)
    taken: dict[Payment, int] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)
    book: NameBook = field(default_factory=NameBook)

    def __post_init__(self) -> None:
        self.claims = [
            [one for one in question.candidates if self.review.is_free(question, one)]
            for question in self.questions
        ]
        pairs = []
        for n, question in enumerate(self.questions):
            for one in self.claims[n]:
                if level := self._level(question, one):
                    self.lines.setdefault(_payment(one), []).append(n)
                    pairs.append((level, self._closeness(question, one), -n, one))
        pairs.sort(key=lambda pair: pair[:3], reverse=True)
        for _, _, n, one in pairs:
            if -n not in self.own and _payment(one) not in self.taken:
                self.own[-n] = one
                self.taken[_payment(one)] = -n

    def asked(self) -> Iterator[Asked]:
        for n, question in enumerate(self.questions):
            yield self._asked(n, question)

    def _asked(self, n: int, question: Question) -> Asked:
        claims = self.claims[n]
        if len(claims) > 1 and len(claims) == len(question.candidates) and _are_parts(question):
            against = any(map(_speaks_against, claims))
            return Asked(question, Standing.AGAINST if against else Standing.FITS, tuple(claims))
        own = self.own.get(n)
        if own is None:
            fits = any(self._level(question, one) for one in claims)
            return Asked(question, Standing.SEVERAL if fits else Standing.NONE)
        level = self._level(question, own)
        rivals = [
            one
            for one in claims
            if one is not own and self._level(question, one) >= level and not _are_alike(one, own)
        ]
        if self._is_by_name(question, own) and not own.is_likely:
            return self._by_name(n, own, rivals)
        if rivals or not own.payee_id:
            return Asked(question, Standing.SEVERAL)
        is_other = own.claimed is not None and own.claimed != question.evidence.money
        against = is_other or _speaks_against(own)
        return Asked(question, Standing.AGAINST if against else Standing.FITS, (own,))

    def _by_name(self, n: int, own: Candidate, rivals: list[Candidate]) -> Asked:
        """A claim that fits by name is the nearest of several, unless it is near by itself, and all
        that else would do is suggested for another line, which has no use for this claim."""
        question = self.questions[n]
        if _speaks_against(own):
            return Asked(question, Standing.AGAINST, (own,))
        lines = [other for other in self.lines[_payment(own)] if other != n]
        others: list[Candidate | Question] = [
            one for one in rivals if self.taken.get(_payment(one), n) in (n, *lines)
        ]
        others += [
            self.questions[other]
            for other in lines
            if other not in self.own and self.questions[other].name != question.name
        ]
        is_near = not others and 0 <= own.days <= SOON
        return Asked(
            question, Standing.FITS if is_near else Standing.NEAREST, (own,), tuple(others)
        )

    def _level(self, question: Question, one: Candidate) -> int:
        """How much speaks for a claim; 0 if no more than its amount and day."""
        if one.place not in self.levels:
            by_name = self._is_by_name(question, one)
            agrees = by_name or bool(question.name and one.payer_id and not one.is_other_name)
            is_rival = one.why.startswith(NAME_FITS_TOO)
            if one.claimed is None or one.why.startswith(REFERENCE):
                self.levels[one.place] = 4 + agrees
            elif one.is_likely or one.why.startswith((NUMBER, PART_OF_REFERENCE)):
                self.levels[one.place] = 2 + agrees
            else:
                self.levels[one.place] = 2 * (by_name or is_rival)
        return self.levels[one.place]

    def _is_by_name(self, question: Question, one: Candidate) -> bool:
        """Whether nothing but the name speaks for it, beside what any claim has. Some banks have it
        in their words, and something else where the name should be."""
        if one.why.startswith(NO_NAME_FITS):
            words = self.book.name(question.text, is_name=False)
            return agree(self.book.name(one.payer_id), words)
        return one.why.startswith(NAME_FITS)

    def _closeness(self, question: Question, one: Candidate) -> tuple[int, int]:
        """How many words two names share, and how near the days are; money comes after a claim."""
        payer, told = (
            self.book.name(one.payer_id),
            self.book.name(f"{question.name} {question.text}"),
        )
        shared = len(set(payer.words) & set(told.words))
        return shared, -abs(one.days) - (2 if one.days < 0 else 0)


def _speaks_against(one: Candidate) -> bool:
    """Whether more is said against it than which of several it may be."""
    if one.is_likely:
        return False
    _, _, but = one.why.partition(", but ")
    return bool(but) and but not in (OTHER_NAME, OTHER_NUMBER) and not but.endswith(LINES_HAVE_IT)


def _are_parts(question: Question) -> bool:
    """Whether all claims together are what arrived, and none of them is by itself."""
    money = question.evidence.money
    return not difference(question, question.candidates) and all(
        one.claimed not in (None, money) for one in question.candidates
    )


def _are_alike(one: Candidate, other: Candidate) -> bool:
    """Whether it comes to the same which of two claims a line pays for."""
    return (one.payee_id, one.payer_id, one.claimed) == (
        other.payee_id, other.payer_id, other.claimed,
    )  # fmt: skip


def _payment(one: Candidate) -> Payment:
    return one.payee_id, one.reference
