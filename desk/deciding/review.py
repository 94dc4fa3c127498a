"""What a plan asks, line by line, and the answers, which stand in the plan and nowhere else: so a
review can be left at any moment, and taken up again here or in a spreadsheet."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from desk.deciding.plan import NO, PART, UNCLAIMED, YES, parse_evidence, said_in
from desk.deciding.sheet import Sheet
from desk.settling.case import Grade
from desk.settling.names_agree import NameBook, agree
from desk.spreadsheet import NotRows
from payments.events import Evidence, Fingerprint
from payments.money import Money, parse_money
from payments.refusals import InvalidValue


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of the plan, named by its `place` in the sheet: a claim that the line may pay for.

    `claimed` is None for a payment that nobody recorded: it would be recorded as what arrived.
    `days` is how much later the money was booked. `is_other_name` if the bank tells a name that is
    not the payer's. `is_likely`: it would be confirmed with what is likely, unasked.
    """

    place: int
    payee_id: str
    reference: str
    payer_id: str
    claimed: Money | None
    days: int
    is_other_name: bool
    is_likely: bool
    why: str


@dataclass(frozen=True, slots=True)
class Question:
    """A line of a statement, and the claims it may be for."""

    evidence: Evidence
    name: str
    text: str
    place: str
    candidates: tuple[Candidate, ...]


Answer = tuple[Question, Collection[Candidate]]


@dataclass(slots=True)
class Review:
    """The questions of a plan, in its order; `by_payment` has the rows of each payment."""

    sheet: Sheet
    questions: list[Question] = field(default_factory=list)
    by_payment: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    _before: list[list[tuple[Question, dict[int, tuple[str, str]]]]] = field(default_factory=list)

    def open(self) -> list[Question]:
        """Those that nobody answered."""
        return [one for one in self.questions if not self._is_answered(one)]

    def count(self, said: str) -> int:
        return sum(self._said(n) == said for n in range(len(self.sheet.rows)))

    def taken_by(self, question: Question, candidate: Candidate) -> str:
        """The line that settles this payment already, as the plan stands; empty if none does."""
        for place in self._elsewhere(question, candidate):
            if self._said(place) in (YES, PART):
                return f"{self.sheet.get(place, 'file')}:{self.sheet.get(place, 'line')}"
        return ""

    def is_free(self, question: Question, candidate: Candidate) -> bool:
        """Whether nobody said yet that the line pays for this claim or does not, nor that another
        one does."""
        return not self._said(candidate.place) and not self.taken_by(question, candidate)

    def choose_all(self, answers: Iterable[Answer]) -> None:
        """Several answers, which are taken back together."""
        before = len(self._before)
        for question, chosen in answers:
            self.choose(question, chosen)
        together = [cells for answer in self._before[before:] for cells in answer]
        self._before[before:] = [together] if together else []

    def choose(self, question: Question, chosen: Collection[Candidate]) -> None:
        """It pays for the one that is chosen, for several in parts, or for none of them. No other
        line that is still open pays for what is chosen: nobody has to be asked, nor says yes to it
        unasked."""
        yes = PART if len(chosen) > 1 else YES
        places = {one.place for one in chosen}
        rows = (place for one in chosen for place in self._elsewhere(question, one))
        open_elsewhere = [place for place in rows if not self._said(place)]
        self._remember(question, open_elsewhere)
        for place in [*(one.place for one in question.candidates), *open_elsewhere]:
            self.sheet.put(place, "settle", yes if place in places else NO)

    def _elsewhere(self, question: Question, candidate: Candidate) -> list[int]:
        """The rows of the same payment beside other lines."""
        own = {one.place for one in question.candidates}
        payment = (candidate.payee_id, candidate.reference)
        return [place for place in self.by_payment.get(payment, ()) if place not in own]

    def name_payee(self, candidate: Candidate, payee_id: str) -> None:
        """Whose the payment is that nobody recorded; comes after its `choose`, which undoes it."""
        self.sheet.put(candidate.place, "payee_id", payee_id)

    def undo(self) -> list[Question]:
        """Take the last answer back, and give the questions that it answered; also one of an
        earlier sitting: that is then the last one in the plan's order. Empty if there is none."""
        if self._before:
            before = self._before.pop()
            for _, cells in reversed(before):
                for place, (settle, payee_id) in cells.items():
                    self.sheet.put(place, "settle", settle)
                    self.sheet.put(place, "payee_id", payee_id)
            return [question for question, _ in before]
        answered = [one for one in self.questions if self._is_answered(one)]
        if not answered:
            return []
        for one in answered[-1].candidates:
            was_chosen = self._said(one.place) in (YES, PART)
            self.sheet.put(one.place, "settle", "")
            for place in self._elsewhere(answered[-1], one) if was_chosen else ():
                if self._said(place) == NO:  # by that answer, or by one that is asked once more
                    self.sheet.put(place, "settle", "")
        return answered[-1:]

    def _remember(self, question: Question, elsewhere: Sequence[int] = ()) -> None:
        get, places = self.sheet.get, [*(one.place for one in question.candidates), *elsewhere]
        cells = {place: (get(place, "settle"), get(place, "payee_id")) for place in places}
        self._before.append([(question, cells)])

    def _is_answered(self, question: Question) -> bool:
        said = [self._said(one.place) for one in question.candidates]
        return "" not in said or YES in said or PART in said

    def _said(self, place: int) -> str:
        return said_in(self.sheet.numbers[place], self.sheet.get(place, "settle"))


def difference(question: Question, chosen: Iterable[Candidate]) -> str:
    """What arrived beside what was claimed in these together, in words; empty if it is equal."""
    arrived = question.evidence.money
    sums: dict[str, int] = defaultdict(int)
    for one in chosen:
        money = one.claimed or arrived
        sums[money.currency] += money.amount_minor
    if sums == {arrived.currency: arrived.amount_minor}:
        return ""
    told = " and ".join(str(Money(minor, currency)) for currency, minor in sorted(sums.items()))
    if set(sums) != {arrived.currency}:
        return f"{arrived} arrived, and {told} is claimed"
    more = arrived.amount_minor - sums[arrived.currency]
    by = Money(abs(more), arrived.currency)
    return f"{arrived} arrived, {by} {'more' if more > 0 else 'less'} than the {told} claimed"


def plan_review(sheet: Sheet, *, include_likely: bool) -> Review:
    """What is asked in it, and with `include_likely` also what is likely. Raises NotRows."""
    grades = {Grade.ASK, UNCLAIMED, *([Grade.LIKELY] if include_likely else [])}
    by_line: dict[Fingerprint, list[int]] = defaultdict(list)
    review = Review(sheet)
    for place, (number, row) in enumerate(sheet.cells()):
        said_in(number, row["settle"])
        if not row["evidence"]:
            continue
        payment = (row["payee_id"], row["reference"])
        review.by_payment.setdefault(payment, []).append(place)
        if row["grade"] in grades:
            by_line[_evidence(sheet, place).fingerprint].append(place)
    review.questions = [_question(sheet, places) for places in by_line.values()]
    return review


def carry_over(
    former: Sheet, sheet: Sheet, lines: Collection[Fingerprint] = ()
) -> list[Fingerprint]:
    """Put into `sheet`, a plan of these `lines`, what was decided in a `former` one; gives the
    lines of decisions that have no place in it. Raises NotRows."""
    rows = {
        (row["evidence"], row["reference"]): place
        for place, (_, row) in enumerate(sheet.cells())
        if row["evidence"]
    }
    lost = []
    for place, (number, row) in enumerate(former.cells()):
        said, is_sure = said_in(number, row["settle"]), row["grade"] == Grade.SURE
        if not row["evidence"] or not (said or is_sure):
            continue
        now = rows.get((row["evidence"], row["reference"]))
        if now is not None:
            sheet.put(now, "settle", said)
            sheet.put(now, "payee_id", row["payee_id"])
            continue
        line = _evidence(former, place).fingerprint
        if said == NO:  # to what would be confirmed otherwise, once that line is read again
            is_lost = row["grade"] in (Grade.SURE, Grade.LIKELY) and line not in lines
        else:
            is_lost = bool(said) and not is_sure  # what is sure says yes by itself
        if is_lost:
            lost.append(line)
    return lost


def _question(sheet: Sheet, places: Sequence[int]) -> Question:
    evidence, first = _evidence(sheet, places[0]), places[0]
    return Question(
        evidence,
        sheet.get(first, "name"),
        sheet.get(first, "text"),
        f"{sheet.get(first, 'file')}:{sheet.get(first, 'line')}",
        tuple(_candidate(sheet, place, evidence.booked_on) for place in places),
    )


def _candidate(sheet: Sheet, place: int, booked_on: date) -> Candidate:
    claimed, recorded = sheet.get(place, "claimed"), sheet.get(place, "recorded_at")
    name, payer_id = sheet.get(place, "name"), sheet.get(place, "payer_id")
    try:
        money = parse_money(*claimed.split(" ")) if claimed else None
        day = datetime.fromisoformat(recorded).astimezone().date() if recorded else booked_on
    except (ValueError, TypeError, InvalidValue) as error:
        raise _was_changed(sheet, place, error) from error
    book = NameBook()
    is_other = not agree(book.name(payer_id), book.name(name))
    return Candidate(
        place, sheet.get(place, "payee_id"), sheet.get(place, "reference"), payer_id, money,
        (booked_on - day).days, bool(name and payer_id and is_other),
        sheet.get(place, "grade") == Grade.LIKELY, sheet.get(place, "why"),
    )  # fmt: skip


def _evidence(sheet: Sheet, place: int) -> Evidence:
    try:
        return parse_evidence(sheet.get(place, "evidence"))
    except (ValueError, InvalidValue) as error:
        raise _was_changed(sheet, place, error) from error


def _was_changed(sheet: Sheet, place: int, error: Exception) -> NotRows:
    return NotRows(f"{sheet.numbers[place]}: this row was changed and cannot be read ({error})")
