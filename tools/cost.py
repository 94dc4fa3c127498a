"""`make cost`: measure what a payment uses, price it, and write docs/cost.md's figures.

Ends with 1 if a stage misses what it is to cost at most.
"""

import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from cli.local.emulator import CREDENTIALS
from testkit.browser import running_browser
from testkit.dynamodb_local import find_program, running_dynamodb_local
from testkit.zappa import package
from tools.cost_pages import (
    MOST_ABOVE_FLOOR,
    TARGETS,
    always_on_a_month,
    cdn,
    chart,
    dollars,
)
from tools.figure_pages import refresh
from tools.figures import DOCS, save_figures
from tools.payment_usage import count_usage, measure_times, prepare_tables
from tools.pricing import MEMORY_MB
from tools.till_cost import MOST, count_tills, till_month


def measure() -> dict[str, object]:
    program = find_program()
    if program is None:
        raise SystemExit("DynamoDB Local is missing: it needs Java 17 and npm.")
    if not Path("/proc/self/schedstat").exists():
        raise SystemExit("The CPU time of a Lambda is read from /proc, which only Linux has.")
    os.environ |= CREDENTIALS
    with tempfile.TemporaryDirectory() as scratch, running_dynamodb_local(program) as url:
        folder = Path(scratch)
        archive = package(folder / "local.zip")
        prepare_tables(url)
        with running_browser() as browser:
            counted = count_usage(archive, browser, url, folder)
        times, peak = measure_times(archive, url)
    return {
        "one_payment": counted,
        "cpu_ms": {name: round(value, 1) for name, value in asdict(times).items()},
        "peak_mb": peak,
        "tills": count_tills(),
    }


def main() -> None:
    figures = save_figures("cost", measure())
    (DOCS / "images/cost.svg").write_text(chart(figures))
    refresh(figures)
    usd = dollars(figures["cost"])
    for name, value in usd.items():
        print(f"{name}: ${value:.2f} per million")
    beside, allowed = cdn(figures["cost"])
    print(f"the CDN, beside it: ${beside:.2f} per million, nothing up to {allowed:,.0f} a month")
    for what, month in always_on_a_month().items():
        print(f"always on, {what}: ${month:.0f} a month")
    above = usd["production_lean"] / usd["floor"]
    print(f"production_lean / floor: {above:.2f}")
    day = figures["cost"]["tills"][0]
    till = {stage: till_month(figures["cost"], day, stage) for stage in MEMORY_MB}
    for name, month in till.items():
        print(f"a till, ten hours a day, {name}: ${month:.2f} a month")
    missed = [name for name, most in TARGETS.items() if round(usd[name], 2) > most]
    for name in missed:
        print(f"{name} is to cost at most ${TARGETS[name]:.2f}", file=sys.stderr)
    if till["production"] > MOST:
        print(f"a till is to cost at most ${MOST:.2f} a month", file=sys.stderr)
    if above > MOST_ABOVE_FLOOR:
        print(f"production_lean is to cost at most {MOST_ABOVE_FLOOR} floors", file=sys.stderr)
    print("Written: docs/figures.json, the tables in docs, docs/images/cost.svg", file=sys.stderr)
    raise SystemExit(bool(missed) or above > MOST_ABOVE_FLOOR or till["production"] > MOST)


if __name__ == "__main__":
    main()
