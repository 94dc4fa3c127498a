"""What payments cost: arithmetic over usage and list prices, measuring nothing.

A usage says how much of each thing in tools/prices.json one payment takes, by that thing's name;
fractions are averages over many payments.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Usage = dict[str, float]

MEMORY_MB = {"production": 512, "production_lean": 256}  # a test compares zappa_settings.json
PRICES = Path(__file__).with_name("prices.json")
HOURS_A_MONTH = 730
MILLION = 1_000_000
FULL_CPU_MB = 1769
"""A Lambda of this size has one whole CPU, a smaller one its share of it.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
EVENT_BYTES = 26
"""What CloudWatch Logs adds to each line it counts."""

# The ways through the network and DynamoDB that no emulator has: assumed, on the high side.
PUT_MS = 5
GET_MS = 3


@dataclass(frozen=True, slots=True)
class Times:
    """CPU milliseconds of the Lambda at one whole CPU: of a payment whose payee it remembers, of
    one whose payee it asks for, and of a start."""

    remembered: float
    forgotten: float
    start: float


@dataclass(frozen=True, slots=True)
class Traffic:
    """Shares of all payments: `forgotten`, whose payee the Lambda asks DynamoDB for, half if each
    payee gets one payment a minute; and `cold`, which start a Lambda, one in 500 if a payment comes
    every second or more."""

    forgotten: float = 0.5
    cold: float = 0.002


USUAL = Traffic()


def load_prices() -> dict[str, float]:
    """US dollars for one of each."""
    listed = json.loads(PRICES.read_text())["prices"]
    return {name: price["usd"] / price["per"] for name, price in listed.items()}


def per_million(usage: Usage, prices: Mapping[str, float]) -> Usage:
    """US dollars for a million payments, by what they are paid for. Raises KeyError for a thing
    without a price."""
    return {name: amount * prices[name] * MILLION for name, amount in usage.items()}


def billed_ms(cpu_ms: float, waiting_ms: float, memory_mb: int) -> int:
    """What Lambda bills: whole milliseconds. Waiting costs as much as working, and a smaller Lambda
    works slower, but waits no longer."""
    return math.ceil(cpu_ms * max(1.0, FULL_CPU_MB / memory_mb) + waiting_ms)


def gb_seconds(times: Times, memory_mb: int, traffic: Traffic = USUAL) -> float:
    """An average payment's, with its share of starts."""
    ms = (
        (1 - traffic.forgotten) * billed_ms(times.remembered, PUT_MS, memory_mb)
        + traffic.forgotten * billed_ms(times.forgotten, GET_MS + PUT_MS, memory_mb)
        + traffic.cold * billed_ms(times.start, 0, memory_mb)
    )
    return memory_mb / 1024 * ms / 1000


def floor() -> Usage:
    """Less than this no payment can take that Lambda writes to DynamoDB."""
    return {"lambda_invocation": 1, "dynamodb_write_unit": 1}


def ours(
    counted: Mapping[str, float],
    times: Times,
    memory_mb: int,
    *,
    lean: bool,
    traffic: Traffic = USUAL,
) -> Usage:
    """`counted` is what was measured of one payment: see tools/payment_usage.py."""
    read_units = (
        traffic.forgotten * counted["read_units_forgotten"]
        + (1 - traffic.forgotten) * counted["read_units_remembered"]
        + traffic.cold * counted["read_units_start"]
    )
    gateway = {} if lean else {"http_api_request": counted["api_requests"]}
    log_bytes = counted["lean_log_bytes" if lean else "log_bytes"]
    return gateway | {
        "lambda_invocation": counted["api_requests"],
        "lambda_gb_second_arm": gb_seconds(times, memory_mb, traffic),
        "dynamodb_write_unit": counted["write_units"],
        "dynamodb_read_unit": read_units,
        "log_gb": log_bytes / 1e9,
    }


def original(times: Times) -> Usage:
    """The design this project began with: a REST API, which also answers an uncached preflight per
    payment; 128 MB on x86; an unconditional put; Lambda's and Zappa's log lines, some 600 bytes."""
    return {
        "rest_api_request": 2,
        "lambda_invocation": 1,
        "lambda_gb_second_x86": 128 / 1024 * billed_ms(times.remembered, PUT_MS, 128) / 1000,
        "dynamodb_write_unit": 1,
        "log_gb": 600 / 1e9,
    }


def our_pages(counted: Mapping[str, float]) -> Usage:
    """The CDN's part: page and API go through it."""
    return {
        "cdn_https_request": counted["cdn_requests"],
        "cdn_function_call": counted["page_requests"],
        "cdn_gb_out": counted["cdn_bytes"] / 1e9,
    }


def original_pages(counted: Mapping[str, float]) -> Usage:
    """S3's website: it compresses nothing."""
    return {"s3_get": 1, "internet_gb_out": counted["page_bytes"] / 1e9}


def always_on(*, twice: bool) -> Usage:
    """A month of load balancer, server and database; `twice` in two zones, as Lambda and DynamoDB
    are anyhow."""
    count = 2 if twice else 1
    return {
        "load_balancer_hour": HOURS_A_MONTH,
        "public_ipv4_hour": (2 + count) * HOURS_A_MONTH,
        "ec2_t4g_small_hour": count * HOURS_A_MONTH,
        "rds_t4g_micro_hour": count * HOURS_A_MONTH,
        "rds_gb_month": count * 20,
    }


def a_month(usage: Usage, prices: Mapping[str, float]) -> float:
    """US dollars for what is used in a month."""
    return sum(amount * prices[name] for name, amount in usage.items())


def break_even(dollars_per_million: float, dollars_a_month: float) -> float:
    """Payments a month above which the fixed price is the lower one."""
    return dollars_a_month / dollars_per_million * MILLION
