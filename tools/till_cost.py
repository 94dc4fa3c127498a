"""What a till costs that asks for news all day: its page's own schedule, priced."""

import json
import subprocess
from typing import Any

from testkit.demo_process import ROOT
from tools.figures import table
from tools.pricing import GET_MS, MEMORY_MB, Times, a_month, billed_ms, load_prices

DAYS = 30
MOST = 0.15  # dollars a month of `production`, on the first of DAYS_OF
DAYS_OF = ((20, 10), (60, 30), (200, 100))
"""Payments a day, and how many of them answer a request on the till's screen."""


def count_tills() -> list[dict[str, int]]:
    """Requests and read units of one till in ten hours, for each of DAYS_OF: the page's modules
    run them in virtual time, against an API that keeps its contract."""
    node = ROOT / ".tools/node/node"
    counted = []
    for payments, requests in DAYS_OF:
        script = ROOT / "tools/node/till_day.mjs"
        command = [str(node), str(script), str(payments), str(requests)]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        counted.append({"payments": payments, **json.loads(ran.stdout)})
    return counted


def till_month(cost: dict[str, Any], day: dict[str, int], stage: str) -> float:
    """Dollars for 30 such days. A look takes the Lambda about as long as a payment whose payee it
    asks for, and waits for two reads."""
    memory = MEMORY_MB[stage]
    lean = stage == "production_lean"
    requests = day["requests"]
    seconds = billed_ms(Times(**cost["cpu_ms"]).forgotten, 2 * GET_MS, memory) / 1000
    usage = {
        "lambda_invocation": requests,
        "lambda_gb_second_arm": requests * memory / 1024 * seconds,
        "dynamodb_read_unit": day["read_units"],
        "log_gb": 0 if lean else requests * cost["one_payment"]["log_bytes"] / 1e9,
        "http_api_request": 0 if lean else requests,
    }
    return DAYS * a_month(usage, load_prices())


def till_table(figures: dict[str, Any]) -> str:
    rows = [
        [
            "a till, ten hours a day",
            "requests a day",
            *(f"{stage}, $ a month" for stage in MEMORY_MB),
        ]
    ]
    for day in figures["cost"]["tills"]:
        usd = [f"{till_month(figures['cost'], day, stage):.2f}" for stage in MEMORY_MB]
        rows.append([f"{day['payments']} payments a day", f"{day['requests']:,}", *usd])
    return table(rows)
