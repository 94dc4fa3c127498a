"""Lines and claims that are alike: somebody who buys the same every day.

Where lines and claims are of one payer, payee and amount, and no other line or claim comes into
question, any pairing of them comes to the same. They are paired in the order of their days, the
nearest of them; what is left over is money that nobody claims, or a claim without money.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

from desk.settling.case import LATEST, Case, Grade
from desk.settling.reasons import NAME_FITS

_MOST = 60  # claims that fit a line; more are asked, so that a hostile month takes no hour
_MOST_PAIRS = 250_000
_FIRST = 3  # days that money before its claim counts like
_Chain = tuple[int, int, Any] | None  # a line, its claim, and those before
_Way = tuple[int, int, _Chain]
_WHY = f"{NAME_FITS}, of lines and claims that are alike"


def take_alike(case: Case) -> None:
    """Take what is alike as likely."""
    for lines, claims in list(_groups(case)):
        if _are_alone(case, set(lines), claims):
            in_order = sorted(claims, key=lambda place: (case.day(place), place))
            certain = [n for n in lines if n not in case.doubtful and n not in case.again]
            for number, place in _paired(case, certain, in_order):
                case.take(Grade.LIKELY, number, place, _WHY)


def _paired(case: Case, lines: list[int], claims: list[int]) -> list[tuple[int, int]]:
    """As many as fit, and of these ways the one in which the days are nearest together."""
    # Of each way to pair so many of the first lines and claims: how many, how near, and the last
    ways: list[list[_Way]] = [[(0, 0, None)] * (len(claims) + 1)]
    for number in lines:
        row: list[_Way] = [(0, 0, None)]
        for at, place in enumerate(claims):
            best = max(ways[-1][at + 1], row[at], key=lambda way: way[:2])
            if case.fits_day(number, place, LATEST):
                many, near, chain = ways[-1][at]
                late = (case.lines[number].booked_on - case.day(place)).days
                way = (many + 1, near - (late if late >= 0 else _FIRST), (number, place, chain))
                best = max(best, way, key=lambda way: way[:2])
            row.append(best)
        ways.append(row)
    pairs, chain = [], ways[-1][-1][2]
    while chain:
        pairs.append(chain[:2])
        chain = chain[2]
    return pairs[::-1]


def _groups(case: Case) -> Iterator[tuple[list[int], set[int]]]:
    """Lines that are alike, in order of their days, with the claims that fit any of them; apart
    where none of the claims fits those before."""
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number in sorted(case.free, key=lambda n: (case.lines[n].booked_on, n)):
        line, name = case.lines[number], case.name(number)
        if name.is_name:
            alike[name.words, line.money, line.account].append(number)
    for numbers in alike.values():
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
    """Whether the claims are alike, and no other line is named for them."""
    payments = [case.histories[place].payment for place in claims]
    values = {(one.payee_id, one.payer_id) for one in payments}
    return (
        len(values) == 1
        and len(lines) * len(claims) in range(2, _MOST_PAIRS)
        and all(number in lines for place in claims for number in case.lines_like(place))
    )
