"""What docs/cost.md quotes, from what was measured: tables, sentences and the chart."""

import json
import math
from typing import Any

from tools.figures import table
from tools.pricing import (
    GET_MS,
    MEMORY_MB,
    MILLION,
    PRICES,
    PUT_MS,
    USUAL,
    Times,
    Traffic,
    Usage,
    a_month,
    always_on,
    billed_ms,
    break_even,
    floor,
    gb_seconds,
    load_prices,
    original,
    original_pages,
    our_pages,
    ours,
    per_million,
)
from tools.till_cost import till_table

TARGETS = {"production": 2.60, "production_lean": 1.00}
MOST_ABOVE_FLOOR = 1.2
_ITEMS = {
    "http_api_request": "HTTP API",
    "rest_api_request": "REST API, with the preflight",
    "lambda_invocation": "Lambda, invocation",
    "lambda_gb_second_arm": "Lambda, time (arm64)",
    "lambda_gb_second_x86": "Lambda, time (x86)",
    "dynamodb_write_unit": "DynamoDB, writing",
    "dynamodb_read_unit": "DynamoDB, reading",
    "log_gb": "CloudWatch Logs",
}


def designs(cost: dict[str, Any], traffic: Traffic = USUAL) -> dict[str, Usage]:
    """What one payment uses in each design; `cost` is that section of the figures."""
    times = Times(**cost["cpu_ms"])
    counted = cost["one_payment"]
    return {
        **{
            stage: ours(counted, times, memory, lean=stage == "production_lean", traffic=traffic)
            for stage, memory in MEMORY_MB.items()
        },
        "floor": floor(),
        "original": original(times),
    }


def dollars(cost: dict[str, Any], traffic: Traffic = USUAL) -> dict[str, float]:
    """For a million payments, by design."""
    prices = load_prices()
    return {
        name: sum(per_million(used, prices).values())
        for name, used in designs(cost, traffic).items()
    }


def headline(figures: dict[str, Any]) -> str:
    lines = [f"{name}: ${usd:.2f} per million\n" for name, usd in dollars(figures["cost"]).items()]
    return "```\n" + "".join(lines) + "```\n"


def usage_table(figures: dict[str, Any]) -> str:
    counted = figures["cost"]["one_payment"]
    rows = [["one payment", ""]]
    rows += [[name.replace("_", " "), f"{value:,g}"] for name, value in counted.items()]
    return table(rows)


def cost_table(figures: dict[str, Any]) -> str:
    prices = load_prices()
    columns = {name: per_million(used, prices) for name, used in designs(figures["cost"]).items()}
    rows = [["dollars per million payments", *columns]]
    for item, name in _ITEMS.items():
        cells = [f"{column[item]:.3f}" if item in column else "" for column in columns.values()]
        rows.append([name, *cells])
    rows.append(["**all**", *(f"**{sum(column.values()):.2f}**" for column in columns.values())])
    return table(rows)


def cdn(cost: dict[str, Any]) -> tuple[float, float]:
    """Dollars for a million payments, and how many a month cost nothing."""
    usage = our_pages(cost["one_payment"])
    free = json.loads(PRICES.read_text())["always_free_a_month"]
    allowed = min(free[name] / amount for name, amount in usage.items())
    return a_month(usage, load_prices()) * MILLION, allowed


def pages_table(figures: dict[str, Any]) -> str:
    usd, allowed = cdn(figures["cost"])
    website = a_month(original_pages(figures["cost"]["one_payment"]), load_prices()) * MILLION
    return table(
        [
            ["a page opened and paid on", "dollars per million", "free each month"],
            ["the CDN", f"{usd:.2f}", f"{allowed:,.0f} payments"],
            ["S3's website", f"{website:.2f}", ""],
        ]
    )


def always_on_a_month() -> dict[str, float]:
    """Dollars."""
    prices = load_prices()
    zones = {"in one zone": False, "in two zones": True}
    return {what: a_month(always_on(twice=twice), prices) for what, twice in zones.items()}


def memory_table(figures: dict[str, Any]) -> str:
    prices = load_prices()
    times = Times(**figures["cost"]["cpu_ms"])
    rows = [["memory", "payee remembered", "payee asked for", "start, at worst", "$ per million"]]
    for memory in (128, 256, 512, 1024, 1769):
        usd = gb_seconds(times, memory) * prices["lambda_gb_second_arm"] * MILLION
        rows.append(
            [
                f"{memory} MB",
                f"{billed_ms(times.remembered, PUT_MS, memory)} ms",
                f"{billed_ms(times.forgotten, GET_MS + PUT_MS, memory)} ms",
                f"{billed_ms(times.start, 0, memory) / 1000:.1f} s",
                f"{usd:.3f}",
            ]
        )
    return table(rows)


def break_even_table(figures: dict[str, Any]) -> str:
    usd = dollars(figures["cost"])
    names = [name for name in usd if name != "floor"]
    rows = [["an always-on server with a database", "a month", *(f"above, {n}" for n in names)]]
    for what, month in always_on_a_month().items():
        above = [f"{break_even(usd[name], month) / MILLION:.0f} million" for name in names]
        rows.append([what, f"${month:.0f}", *above])
    return table(rows)


def traffic_table(figures: dict[str, Any]) -> str:
    traffics = {
        "as assumed": USUAL,
        "payees get dozens of payments a minute": Traffic(forgotten=0),
        "payees get a payment an hour": Traffic(forgotten=1),
        "one payment in fifty starts a Lambda": Traffic(forgotten=1, cold=0.02),
        "every payment starts a Lambda": Traffic(forgotten=1, cold=1),
    }
    rows = [["dollars per million payments", *MEMORY_MB]]
    cost = figures["cost"]
    slower = {name: ms * 1.5 for name, ms in cost["cpu_ms"].items()}
    by_case = {what: dollars(cost, traffic) for what, traffic in traffics.items()}
    by_case["a core that takes half as long again"] = dollars(cost | {"cpu_ms": slower})
    for what, usd in by_case.items():
        rows += [[what, *(f"{usd[stage]:.2f}" for stage in MEMORY_MB)]]
    return table(rows)


def prices_table(_: dict[str, Any]) -> str:
    document = json.loads(PRICES.read_text())
    rows = [[f"{document['region']}, {document['dated']}", "dollars", "for"]]
    for name, price in document["prices"].items():
        label = f"[{name.replace('_', ' ')}]({price['source']})"
        rows.append([label, f"{price['usd']:.10f}".rstrip("0").rstrip("."), f"{price['per']:,}"])
    return table(rows)


_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 720, 420, 64, 46, 18, 168
_DECADES_X, _DECADES_Y = (4, 9), (-2, 4)
_COLOURS = {"original": "#b3261e", "production": "#0b57d0", "production_lean": "#146c2e"}


def chart(figures: dict[str, Any]) -> str:
    """Dollars a month over payments a month, both by powers of ten, as SVG."""
    usd = dollars(figures["cost"])
    lines = {name: [(x, usd[name] * 10**x / MILLION) for x in _DECADES_X] for name in _COLOURS}
    box = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="system-ui, sans-serif" font-size="13"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img">',
        "<title>Dollars a month over payments a month</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        *_grid(),
    ]
    for name, ends in lines.items():
        parts.append(_line(ends, _COLOURS[name], ""))
        parts.append(_label(ends[-1][1], name, _COLOURS[name]))
    for apart, (zones, month) in zip((0.85, 1.1), always_on_a_month().items(), strict=True):
        parts.append(_line([(x, month) for x in _DECADES_X], "#5f6368", "6 4"))
        parts.append(_label(month * apart, f"always on, {zones}", "#5f6368"))
    return "\n".join([*parts, "</svg>", ""])


def _x(decade: float) -> float:
    low, high = _DECADES_X
    return _LEFT + (decade - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)


def _y(usd: float) -> float:
    low, high = _DECADES_Y
    share = (math.log10(usd) - low) / (high - low)
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP)


def _grid() -> list[str]:
    parts = []
    powers = {4: "10 000", 5: "100 000", 6: "1 million", 7: "10 million",
              8: "100 million", 9: "1 billion"}  # fmt: skip
    for power, label in powers.items():
        x = f"{_x(power):.1f}"
        parts.append(f'<path d="M{x} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="#e0e0e0"/>')
        parts.append(
            f'<text x="{x}" y="{_HEIGHT - 26}" text-anchor="middle" font-size="11">{label}</text>'
        )
    for power in range(_DECADES_Y[0], _DECADES_Y[1] + 1):
        y = f"{_y(10**power):.1f}"
        label = f"${10**power:,}" if power >= 0 else f"${10**power:.2f}"
        parts.append(f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="#e0e0e0"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y}" dy="4" text-anchor="end">{label}</text>')
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(
        f'<text x="{middle}" y="{_HEIGHT - 6}" text-anchor="middle">payments a month</text>'
    )
    return parts


def _line(ends: list[tuple[int, float]], colour: str, dashes: str) -> str:
    (x1, usd1), (x2, usd2) = ends
    return (
        f'<path d="M{_x(x1):.1f} {_y(usd1):.1f}L{_x(x2):.1f} {_y(usd2):.1f}" '
        f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}" fill="none"/>'
    )


def _label(usd: float, text: str, colour: str) -> str:
    return f'<text x="{_WIDTH - _RIGHT + 8}" y="{_y(usd):.1f}" dy="4" fill="{colour}">{text}</text>'


BLOCKS = {
    "headline": headline,
    "usage": usage_table,
    "cost": cost_table,
    "pages": pages_table,
    "memory": memory_table,
    "traffic": traffic_table,
    "break-even": break_even_table,
    "tills": till_table,
    "prices": prices_table,
}
