"""Lines and claims that are alike: somebody who buys the same every day.

Where as many lines as claims are of one payer, payee and amount, and no other line or claim comes
into question, any pairing of them comes to the same: they are paired in the order of their days.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from desk.settling.case import LATEST, Case, Grade
from desk.settling.reasons import NAME_FITS

_MOST = 60  # claims that fit a line; more are asked, so that a hostile month takes no hour
_WHY = f"{NAME_FITS}, of as many lines as claims that are alike"


def take_alike(case: Case) -> None:
    """Take what is alike as likely."""
    for lines, claims in list(_groups(case)):
        in_order = sorted(claims, key=lambda place: (case.day(place), place))
        pairs = list(zip(lines, in_order, strict=False))
        if (
            len(lines) == len(claims)
            and all(case.fits_day(number, place, LATEST) for number, place in pairs)
            and _are_alone(case, set(lines), claims)
        ):
            for number, place in pairs:
                case.take(Grade.LIKELY, number, place, _WHY)


def _groups(case: Case) -> Iterator[tuple[list[int], set[int]]]:
    """Lines that are alike, in order of their days, with the claims that fit any of them; apart
    where none of the claims fits those before."""
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number in sorted(case.free, key=lambda n: (case.lines[n].booked_on, n)):
        line, name = case.lines[number], case.name(number)
        if name.is_name:
            alike[name.words, line.money, line.account].append(number)
    for numbers in alike.values():
        if len(numbers) == 1:
            continue
        lines: list[int] = []
        claims: set[int] = set()
        for number in numbers:
            fit = set(islice(case.nearest_alike(number), _MOST))
            if claims.isdisjoint(fit) and lines:
                yield lines, claims
                lines, claims = [], set()
            lines.append(number)
            claims |= fit
        yield lines, claims


def _are_alone(case: Case, lines: set[int], claims: set[int]) -> bool:
    """Whether the claims are alike, nothing else is named for them, and nothing is doubtful."""
    payments = [case.histories[place].payment for place in claims]
    values = {(one.payee_id, one.payer_id, one.method) for one in payments}
    return (
        len(values) == 1
        and len(lines) > 1
        and lines.isdisjoint(case.doubtful.keys() | case.again.keys())
        and all(set(islice(case.lines_like(place), _MOST)) <= lines for place in claims)
    )
