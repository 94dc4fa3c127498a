"""A page of a review: questions below each other, to which one key says yes or no."""

from collections.abc import Collection, Iterator

from cli.settling.terminal import Part, say, say_parts, told_key, write
from desk.deciding.pages import SOON, Asked, Page, Standing
from desk.deciding.review import Candidate, Question
from desk.deciding.sitting import Sitting
from desk.fields import counted
from desk.names import isolated
from desk.settling.reasons import NO_NAME_FITS

_HEADS = {
    Standing.FITS: "nothing else fits these",
    Standing.NEAREST: "the nearest, of several that fit",
    Standing.AGAINST: "something speaks against these",
    Standing.NONE: "no claim has these names",
}
_SHOWN = 2
_YES = "y      each line pays for the claim beside it\n"
_HELP = """\
1 2 …  this one is asked by itself, after the page; once more: it is not
n      none of these lines pays for a claim; those asked by themselves aside
s      not now: they are asked again at the end, and the next time
u      take the last answer back, of a whole page if it was one
q      stop: all answers are in the plan, and the same command goes on
"""


def ask_page(sitting: Sitting, page: Page, number: int, keys: Iterator[str]) -> str:
    """What was pressed, once it is one of the answers and, if it is yes or no, is in the plan."""
    has_claims = page.standing is not Standing.NONE
    _show(sitting, page, number)
    apart: set[int] = set()
    yes = "y yes to all · " if has_claims else ""
    while True:
        write(f"{yes}1-{len(page.asked)} by itself · n none · s skip · u undo · q quit · ? help ")
        key = told_key(keys)
        if key in ("s", "u", "q"):
            return key
        if key.isdecimal() and 0 < int(key) <= len(page.asked):
            apart ^= {int(key) - 1}
            numbers = " ".join(str(n + 1) for n in sorted(apart))
            say(f"By themselves: {numbers}" if apart else "None by itself.")
        elif key == "n" or (key == "y" and has_claims and _is_meant(page, apart, keys)):
            _take(sitting, page, apart, is_yes=key == "y")
            return key
        elif key != "y" or not has_claims:
            say(((_YES if has_claims else "") + _HELP).rstrip())


def _is_meant(page: Page, apart: Collection[int], keys: Iterator[str]) -> bool:
    """Yes to what something speaks against has to be said twice."""
    count = len(page.asked) - len(apart)
    if page.standing is not Standing.AGAINST or not count:
        return True
    write(f"Confirm {'it' if count == 1 else f'these {count}'} all the same? y/n ")
    return told_key(keys) == "y"


def _take(sitting: Sitting, page: Page, apart: Collection[int], *, is_yes: bool) -> None:
    said = [one for n, one in enumerate(page.asked) if n not in apart]
    answers = [(one.question, one.suggested if is_yes else ()) for one in said]
    sitting.answer(answers, [page.asked[n] for n in sorted(apart)])


def _show(sitting: Sitting, page: Page, number: int) -> None:
    say("")
    last = number + len(page.asked) - 1
    count = f"{number}-{last} of {sitting.total}"
    say_parts([(count, "bold"), (_HEADS[page.standing], "bold")])
    former = ""
    for n, one in enumerate(page.asked, 1):
        if one.why != former:
            say_parts([(isolated(one.why), None)], "    ")
            former = one.why
        say_parts([*_line(one), *_claims(sitting, one)], f" {n}  ")


def _line(one: Asked) -> list[Part]:
    question = one.question
    parts: list[Part] = [(str(question.evidence.booked_on), None)]
    parts.append((str(question.evidence.money), None))
    told = [question.name] if question.name else [question.text]
    if one.why.startswith(NO_NAME_FITS):  # the payer's name may stand in the text
        told = [question.name, question.text]
    return [*parts, *((isolated(text), "bold") for text in told if text)]


def _claims(sitting: Sitting, one: Asked) -> Iterator[Part]:
    """What is suggested, and what else fits; or who may be meant."""
    if one.suggested:
        for place, claim in enumerate(one.suggested):
            yield from _claim(claim, one.question, "+ " if place else "· ")
        yield from (_other(other) for other in one.others[:_SHOWN])
        if more := len(one.others[_SHOWN:]):
            yield (f"or {more} more", "yellow")
        return
    free = [c for c in one.question.candidates if sitting.review.is_free(one.question, c)]
    yield (f"· {'perhaps' if free else 'none is left'}", None)
    yield from ((isolated(claim.payer_id), None) for claim in free[:_SHOWN])
    if more := len(free[_SHOWN:]):
        yield (f"or {more} more", None)


def _claim(claim: Candidate, question: Question, before: str) -> Iterator[Part]:
    money = claim.claimed or question.evidence.money
    name = isolated(claim.payer_id) or "not recorded"
    yield told_part(name, differs=claim.is_other_name, before=before)
    if money != question.evidence.money:
        yield told_part(str(money), differs=True)
    if not 0 <= claim.days <= SOON:
        yield told_part(told_days(claim), differs=True)
    yield (f"for {claim.payee_id}", None)


def _other(other: Candidate | Question) -> Part:
    if isinstance(other, Question):
        return (f"or {isolated(other.name or other.text)} of {other.evidence.booked_on}", "yellow")
    return (f"or {isolated(other.payer_id)} for {other.payee_id}", "yellow")


def told_part(text: str, *, differs: bool, before: str = "") -> Part:
    """What differs from the line is red, and marked also where there is no colour."""
    return (f"{before}≠ {text}", "red") if differs else (f"{before}{text}", None)


def told_days(claim: Candidate) -> str:
    """How long before its money a claim came, or after it."""
    return f"{counted(abs(claim.days), 'day')} {'before' if claim.days > 0 else 'after'}"
