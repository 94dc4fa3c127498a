"""The arithmetic of what payments cost."""

import json

import pytest

from tools import notices_cost, pricing
from tools.pricing import (
    PRICES,
    Times,
    Traffic,
    a_month,
    always_on,
    billed_ms,
    break_even,
    floor,
    gb_seconds,
    load_prices,
    ours,
    per_million,
)

COUNTED = {
    "api_requests": 1,
    "write_units": 1,
    "read_units_remembered": 0,
    "read_units_forgotten": 0.5,
    "read_units_start": 0.5,
    "log_bytes": 300,
    "lean_log_bytes": 0,
}
TIMED = notices_cost.Measured(start=0.3, first=0.1, one=0.02, ten=0.1)
TIMES = Times(remembered=2, forgotten=3, start=400)


def test_a_million_cost_a_million_times_as_much_as_one() -> None:
    prices = {"write": 0.625e-6, "log_gb": 0.5}
    assert per_million({"write": 2, "log_gb": 300e-9}, prices) == pytest.approx(
        {"write": 1.25, "log_gb": 0.15}
    )
    assert a_month({"write": 2_000_000}, prices) == pytest.approx(1.25)


def test_what_has_no_price_is_an_error_not_free() -> None:
    with pytest.raises(KeyError):
        per_million({"new thing": 1}, load_prices())


@pytest.mark.parametrize(
    ("memory", "ms"),
    [(1769, 2 + 5), (3538, 2 + 5), (884, 10), (128, 28 + 5)],  # 4.002 and 27.6, rounded up
)
def test_a_smaller_lambda_works_slower_but_waits_no_longer(memory: int, ms: int) -> None:
    assert billed_ms(2, 5, memory) == ms


def test_an_average_payment_has_its_share_of_reads_and_of_starts() -> None:
    def average(**shares: float) -> float:
        return gb_seconds(TIMES, 1769, Traffic(**shares)) / (1769 / 1024) * 1000

    assert average(forgotten=0, cold=0) == pytest.approx(7)
    assert average(forgotten=1, cold=0) == pytest.approx(11)
    assert average(forgotten=0.5, cold=0.01) == pytest.approx(9 + 4)


def test_lean_pays_no_gateway_and_no_log() -> None:
    full = ours(COUNTED, TIMES, 512, lean=False)
    lean = ours(COUNTED, TIMES, 512, lean=True)
    differing = {name for name in full if full[name] != lean.get(name)}
    assert differing == {"http_api_request", "log_gb"}
    assert full["dynamodb_read_unit"] == pytest.approx(0.5 * 0.5 + 0.002 * 0.5)


def test_the_floor_is_an_invocation_and_a_write() -> None:
    assert sum(per_million(floor(), load_prices()).values()) == pytest.approx(0.825)


def test_two_zones_have_two_of_all_but_the_load_balancer() -> None:
    one, two = always_on(twice=False), always_on(twice=True)
    assert {name for name in one if two[name] == 2 * one[name]} == {
        *("ec2_t4g_small_hour", "rds_t4g_micro_hour", "rds_gb_month"),
    }
    assert two["load_balancer_hour"] == one["load_balancer_hour"] == 730


def test_at_break_even_both_cost_the_same() -> None:
    assert break_even(2.0, 50.0) == 25_000_000


def test_every_price_has_its_source_and_all_have_a_date_and_a_region() -> None:
    document = json.loads(PRICES.read_text())
    assert document["dated"] >= "2026"
    assert document["region"]
    for price in document["prices"].values():
        assert price["source"].startswith("https://aws.amazon.com/")
    unused = set(document["prices"]) - {
        name
        for usage in (
            pricing.original(TIMES),
            ours(COUNTED, TIMES, 512, lean=False),
            pricing.our_pages({"cdn_requests": 2, "page_requests": 1, "cdn_bytes": 1}),
            pricing.original_pages({"page_bytes": 1}),
            always_on(twice=True),
            notices_cost.usage(notices_cost.RECEIVERS[0], TIMED),
        )
        for name in usage
    }
    assert unused == {"s3_put", "s3_gb_month"}  # a publish's


def test_a_notice_is_priced_by_what_was_measured_and_what_is_remembered() -> None:
    prices = load_prices()
    fast, slow, _, push = notices_cost.RECEIVERS

    def dollars(receiver: notices_cost.Receiver, one: float = 0.02) -> float:
        measured = notices_cost.Measured(start=0.3, first=0.1, one=one, ten=0.1)
        return a_month(notices_cost.usage(receiver, measured), prices)

    assert dollars(fast) < dollars(slow) < dollars(push)
    assert dollars(slow, one=0.5) > dollars(slow) + 1
