"""What docs/capacity.md quotes: what `make load` measured, and limits worked out from it."""

from typing import Any

from tools.cost_pages import MEMORY_MB, dollars
from tools.figures import table
from tools.pricing import GET_MS, MILLION, PUT_MS, Times, billed_ms

SECONDS_A_MONTH = 30 * 24 * 3600
PEAK = 10
"""The busiest seconds of a month are taken as ten times the average."""


def load_table(figures: dict[str, Any]) -> str:
    load = figures["load"]
    rows = [[f"{load['connections']} connections", "WSGI server", f"{load['lambdas']} Lambdas"]]
    for name in ("requests", "per_second", "p50_ms", "p99_ms", "broken", "acknowledged", "rows",
                 "lost", "doubled"):  # fmt: skip
        cells = [f"{load[side][name]:,g}" for side in ("server", "lambda")]
        rows.append([name.replace("_", " "), *cells])
    for status in sorted({*load["server"]["answered"], *load["lambda"]["answered"]}):
        cells = [f"{load[side]['answered'].get(status, 0):,}" for side in ("server", "lambda")]
        rows.append([f"answered {status}", *cells])
    return table(rows)


def lambda_table(figures: dict[str, Any]) -> str:
    times = Times(**figures["cost"]["cpu_ms"])
    ms = billed_ms(times.forgotten, GET_MS + PUT_MS, MEMORY_MB["production"])
    rows = [["Lambdas at once", f"1 000 ms / {ms} ms each", "10 requests each, Lambda's own limit"]]
    rows += [
        [f"{lambdas:,}", f"{lambdas * 1000 / ms:,.0f} a second", f"{lambdas * 10:,} a second"]
        for lambdas in (10, 100, 1000)
    ]
    return table(rows)


def magnitudes_table(figures: dict[str, Any]) -> str:
    usd = dollars(figures["cost"])
    rows = [["payments a month", "a second", "at peak", "production", "production_lean"]]
    for power in range(4, 11):
        payments = 10**power
        average = payments / SECONDS_A_MONTH
        cost = [f"${usd[stage] * payments / MILLION:,.2f}" for stage in MEMORY_MB]
        rows.append([f"{payments:,}", _rate(average), _rate(average * PEAK), *cost])
    return table(rows)


def _rate(per_second: float) -> str:
    return f"{per_second:,.0f}" if per_second >= 10 else f"{per_second:.2g}"


BLOCKS = {"load": load_table, "lambdas": lambda_table, "magnitudes": magnitudes_table}
