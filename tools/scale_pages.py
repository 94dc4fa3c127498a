"""What docs/performance.md quotes of `make bench-scale`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, Literal

from tools.figures import table


@dataclass(frozen=True, slots=True)
class Row:
    """One thing, then and now, in its unit; the floor is what nothing can be below. The target is
    `of` what is now, or of the ratio of now to then."""

    what: str
    unit: str
    before: float | None = None
    now: float = 0
    ratio: float | None = None
    floor: float | None = None
    most: float | None = None
    least: float | None = None
    of: Literal["now", "ratio"] = "now"

    def told(self, now: Sequence[float], before: Sequence[float] = ()) -> "Row":
        """With the medians of what was measured, and of the pairs' ratios."""
        ratios = [new / old for new, old in zip(now, before, strict=True)] if before else []
        return replace(
            self,
            now=median(now),
            before=median(before) if before else None,
            ratio=median(ratios) if ratios else None,
        )

    @property
    def is_missed(self) -> bool:
        found = round(self.now if self.of == "now" else self.ratio or 0, 3)
        return (self.most is not None and found > self.most) or (
            self.least is not None and found < self.least
        )

    def cells(self) -> list[str]:
        aim = f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}"
        aim += f" {self.unit}" if self.unit and self.of == "now" else ""
        aim += " x then" if self.of == "ratio" else ""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return [
            self.what,
            *map(self._cell, (self.before, self.now)),
            ratio,
            self._cell(self.floor),
            f"{aim}, missed" if self.is_missed else aim,
        ]

    def _cell(self, value: float | None) -> str:
        if value is None:
            return ""
        shown = f"{value:.2f}" if value < 10 else f"{value:.1f}"
        return f"{shown} {self.unit}".strip()


def missed(rows: Iterable[Row]) -> list[str]:
    return [row.what for row in rows if row.is_missed]


def scale_table(figures: dict[str, Any]) -> str:
    one = figures["scale"]
    head = ["10,000 payees", f"at {one['commit']}", "now", "now / then", "the floor", "target"]
    return table([head, *(Row(**row).cells() for row in one["rows"])])


def scale_block(figures: dict[str, Any]) -> str:
    one = figures["scale"]
    other = (
        f"which had other work to do (a load of {one['load']:g} before it began)"
        if one["load"] >= 0.5
        else "which had nothing else to do"
    )
    return (
        f"All of it is from one run of {one['minutes']} minutes, on {one['day']}, on a machine of"
        f" {one['cores']} cores, {other}.\n"
    )


BLOCKS = {"scale": scale_table, "scale-run": scale_block}
