"""A bar chart as inline SVG: what was recorded, day by day, or month by month if there are many."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from desk.fields import grouped
from desk.totals import Total
from payments.money import Money

_WIDTH, _HEIGHT = 920, 220  # of the plot, in the SVG's own units
_LEFT, _TOP, _BOTTOM = 100, 12, 26
_MOST_DAYS = 92


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    total: Total


def bars_of(by_day: Mapping[date, Total]) -> list[Bar]:
    """A bar for each day from the first to the last, also for days without a payment; for each
    month if that would be too many to tell apart."""
    first, last = min(by_day), max(by_day)
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    if len(days) <= _MOST_DAYS:
        return [Bar(day.isoformat(), by_day.get(day, Total())) for day in days]
    months = {f"{day:%Y-%m}": Total() for day in days}
    for day, total in by_day.items():
        months[f"{day:%Y-%m}"].include(total)
    return [Bar(month, total) for month, total in months.items()]


def chart_svg(bars: list[Bar], currency: str) -> Markup:
    """The confirmed part of each bar is filled, the rest of what is recorded is lighter."""
    top = _round_up(max(bar.total.recorded_minor for bar in bars) or 1)
    step = _WIDTH / len(bars)
    label = f"Recorded in {currency}, {bars[0].label} to {bars[-1].label}"
    head = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
        _LEFT + _WIDTH, _TOP + _HEIGHT + _BOTTOM, label
    )
    scale = [_scale_line(share, int(top * share), currency) for share in (0, 0.5, 1)]
    drawn = [
        _bar(bar, _LEFT + number * step, step, top, currency) for number, bar in enumerate(bars)
    ]
    every = -(-len(bars) // 12)  # labels that have room beside one another
    labels = [
        Markup('<text x="{:.1f}" y="{}" class="day">{}</text>').format(
            _LEFT + (number + 0.5) * step, _TOP + _HEIGHT + 18, bars[number].label
        )
        for number in range(0, len(bars), every)
    ]
    return Markup("").join([head, *scale, *drawn, *labels, Markup("</svg>")])


def _scale_line(share: float, minor: int, currency: str) -> Markup:
    return Markup(
        '<line x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}" class="grid"/>'
        '<text x="{3}" y="{4:.1f}" class="scale">{5}</text>'
    ).format(
        _LEFT,
        _LEFT + _WIDTH,
        _TOP + _HEIGHT * (1 - share),
        _LEFT - 8,
        _TOP + _HEIGHT * (1 - share) + 4,
        grouped(Money(minor, currency).amount),
    )


def _bar(bar: Bar, x: float, step: float, top: int, currency: str) -> Markup:
    total = bar.total
    said = (
        f"{bar.label}: {grouped(Money(total.recorded_minor, currency))} in {grouped(total.count)}, "
        f"of it {grouped(Money(total.confirmed_minor, currency))} confirmed"
    )
    heights = (("recorded", total.recorded_minor), ("confirmed", total.confirmed_minor))
    shapes = [
        Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" class="{}"/>').format(
            x + step * 0.1,
            _TOP + _HEIGHT * (1 - minor / top),
            step * 0.8,
            _HEIGHT * minor / top,
            kind,
        )
        for kind, minor in heights
        if minor
    ]
    return Markup("<g><title>{}</title>{}</g>").format(said, Markup("").join(shapes))


def _round_up(minor: int) -> int:
    """The next of 1, 2, 4, 5, 6, 8 times a power of ten: what one likes to read on a scale."""
    power = int(10 ** (len(str(minor)) - 1))
    return next(step * power for step in (1, 2, 4, 5, 6, 8, 10) if step * power >= minor)
