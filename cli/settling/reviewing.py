"""A plan's questions on a terminal, by pages and one by one. Lines are written below each other and
none is taken back, so that any terminal will do, and what was asked can be scrolled to."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from cli.failure import Failure
from cli.files import ending_in_order, replacing
from cli.settling.lists import ask_page, told_days, told_part
from cli.settling.terminal import (
    Part,
    at_terminal,
    pressed_keys,
    read_line,
    reading_keys,
    say,
    say_parts,
    told_key,
    write,
)
from cli.system import same_system
from desk.deciding.plan import NO, PART, YES
from desk.deciding.review import Candidate, Question, Review, difference
from desk.deciding.sitting import Sitting
from desk.names import isolated
from payments.payee import parse_payee_id
from payments.refusals import InvalidValue

_KEYS = "123456789"
_HELP = """\
1 2 …  the line pays for this claim, and for none of the others; y, if there is but one
p      it pays for several: say which
n      for none of them
s      not now: it is asked again at the end, and the next time
u      take the last answer back
q      stop: all answers are in the plan, and the same command goes on
"""


def review_plan(review: Review, path: Path) -> None:
    """Ask all that is open; each answer stands in the plan at `path` before the next question.

    Ends when nothing is open, by q, or by Ctrl-C or a signal, which end the command."""
    keys = pressed_keys()
    try:
        with ending_in_order(), reading_keys():
            _ask_all(Sitting(review), path, keys)
    except (KeyboardInterrupt, EOFError):
        say("")
        _tell_left(review, path)
        raise SystemExit(128 + 2) from None
    except SystemExit:  # by a signal; a terminal that was closed takes no words
        with suppress(OSError):
            say("")
            _tell_left(review, path)
        raise
    _tell_left(review, path)


def _ask_all(sitting: Sitting, path: Path, keys: Iterator[str]) -> None:
    review = sitting.review
    while page := sitting.next():
        if sitting.again:
            some = f"{sitting.again} skipped, again:" if sitting.again < sitting.total else "Again:"
            say(some, "bold")
        number = sitting.number()
        if len(page.asked) > 1:
            answer = ask_page(sitting, page, number, keys)
        else:
            question = page.asked[0].question
            _show(review, question, number, sitting.total)
            answer = _answer(review, question, keys)
        if answer == "q":
            return
        if answer == "s":
            sitting.skip(page)
            continue
        if answer == "u":
            if not sitting.undo():
                say("There is no answer to take back.", "yellow")
                continue
            say("Taken back.", "yellow")
        with replacing(path, private=True) as file:
            file.write(review.sheet.content())


def _answer(review: Review, question: Question, keys: Iterator[str]) -> str:
    """What was pressed, once it is one of the answers and, for a choice, is in the plan."""
    some = question.candidates[: len(_KEYS)]
    numbers = "1 or y" if len(some) == 1 else f"1-{len(some)}"
    parts = "p parts · " if len(some) > 1 else ""
    prompt = f"{numbers} choose · {parts}n none · s skip · u undo · q quit · ? help "
    while True:
        write(prompt)
        key = told_key(keys)
        if key in ("s", "u", "q"):
            return key
        if key == "n":
            review.choose(question, [])
            return key
        if key == "p" and len(some) > 1:
            chosen = _parts(question, some)
        elif key in _KEYS[: len(some)] or (key == "y" and len(some) == 1):
            chosen = [some[0 if key == "y" else int(key) - 1]]
        else:
            say(_HELP.rstrip())
            continue
        if chosen and _may_be(review, question, chosen, keys):
            return key


def _parts(question: Question, some: Sequence[Candidate]) -> list[Candidate]:
    every = " ".join(_KEYS[: len(some)])
    default = "" if difference(question, some) else every
    asked = f"Which, such as 1 2{f' [{default}]' if default else ''}: "
    typed = (read_line(asked) or default).replace(",", " ").replace("+", " ").split()
    if len(set(typed)) > 1 and all(one in _KEYS[: len(some)] for one in typed):
        return [some[int(one) - 1] for one in sorted(set(typed))]
    say("Two or more of the numbers above make parts.", "yellow")
    return []


def _may_be(
    review: Review, question: Question, chosen: list[Candidate], keys: Iterator[str]
) -> bool:
    """Whether it is meant; if so, it is in the plan."""
    for one in chosen:
        if line := review.taken_by(question, one):
            say(f"{one.reference} is settled by {line} already: undo that first.", "yellow")
            return False
    differs = difference(question, chosen)
    if differs and len(chosen) > 1:
        say(f"Parts have to be what arrived: {differs}.", "red")
        return False
    if any(one.claimed is None for one in chosen) and len(chosen) > 1:
        say("A payment that nobody recorded is no part.", "yellow")
        return False
    if differs:
        write(f"{differs}. Confirm it all the same? y/n ")
        if told_key(keys) != "y":
            return False
    payee_id = chosen[0].payee_id or _ask_payee()
    if not payee_id:
        return False
    review.choose(question, chosen)
    if not chosen[0].payee_id:
        review.name_payee(chosen[0], payee_id)
    return True


def _ask_payee() -> str:
    try:
        return parse_payee_id(read_line("Whose is it? The payee's id: "))
    except InvalidValue as error:
        say(f"{error}.", "yellow")
        return ""


def _show(review: Review, question: Question, number: int, total: int) -> None:
    evidence = question.evidence
    say("")
    say_parts([(f"{number} of {total}", "bold"), (isolated(question.place), None)])
    line: list[Part] = [(str(evidence.booked_on), None), (str(evidence.money), "bold")]
    line += [(isolated(question.name), "bold")] if question.name else []
    say_parts(line)
    if question.text:
        say_parts([(isolated(question.text), None)])
    for key, one in zip(_KEYS, question.candidates, strict=False):
        say_parts(_told(one, question), f" {key}  ")
        taken = review.taken_by(question, one)
        why = f"settled by {taken} already" if taken else one.why
        say_parts([(isolated(why), "yellow" if taken else None)], "    ")
    if more := question.candidates[len(_KEYS) :]:
        say(f"    and {len(more)} more, which the plan has")


def _told(one: Candidate, question: Question) -> list[Part]:
    """A claim beside its line: what differs is coloured and marked."""
    money = one.claimed or question.evidence.money
    parts = [
        told_part(isolated(one.payer_id) or "not recorded", differs=one.is_other_name),
        told_part(str(money), differs=money != question.evidence.money),
    ]
    if one.days:
        parts.append(told_part(told_days(one), differs=True))
    return [*parts, (f"for {one.payee_id}" if one.payee_id else "for whom?", None)]


def _tell_left(review: Review, path: Path) -> None:
    said = {YES: "yes", PART: "part", NO: "no"}
    counts = [f"{word} {review.count(one)}" for one, word in said.items() if review.count(one)]
    left = len(review.open())
    say(f"{path} says: {', '.join(counts) or 'nothing yet'}; open {left}.")
    apply = f"payees reconcile --apply {path}{same_system()}"
    if left:
        say(f"To go on: payees reconcile --review --plan {path}{same_system()}")
        apply = f"to confirm what says yes: {apply}"
    say(f"{'Or, ' if left else 'Next: '}{apply}")


def refuse_without_terminal() -> None:
    """Raises Failure."""
    if not at_terminal():
        raise Failure(
            "--review asks at a terminal, and this is none: write the --plan, and open it in a "
            "spreadsheet. Nothing was changed."
        )
