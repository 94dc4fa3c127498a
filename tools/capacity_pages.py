"""What docs/capacity.md quotes: what `make load` measured, and limits worked out from it."""

from typing import Any

from infra.guarding.gateway import REQUESTS_PER_SECOND
from tools.build_pages import Way, a_second
from tools.cost_pages import dollars
from tools.figures import table
from tools.pricing import GET_MS, MEMORY_MB, MILLION, PUT_MS, Times, billed_ms, load_prices

WRITES_PER_SECOND = 200
"""MaxWritesPerSecond of infra/payee-pages.yaml, as it is unless somebody sets it."""
NEW_ACCOUNTS_LAMBDAS = 10
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


def outage(_: dict[str, Any]) -> str:
    waiting, new, most = 360_000, REQUESTS_PER_SECOND, 1000
    average = 22.5  # seconds between the tries of an open page, which are 15 to 30 apart
    tries = waiting / average
    usd = tries * 3600 * load_prices()["cdn_https_request"]
    return _sums(
        f"open pages try every {average} s: {waiting:,} / {average} = {tries:,.0f} a second",
        f"the HTTP API lets {REQUESTS_PER_SECOND} a second through: {waiting:,} / "
        f"{REQUESTS_PER_SECOND} = {waiting / REQUESTS_PER_SECOND / 60:.0f} minutes",
        f"with both limits of ours at {most:,}: {waiting:,} / ({most:,} - {new}) = "
        f"{waiting / (most - new) / 60:.0f} minutes",
        f"the CDN, for as many tries all the time: ${usd:.0f} an hour",
    )


def flood_table(figures: dict[str, Any]) -> str:
    """An hour of made-up payments, as many as the throttle and Lambda let through, all new."""
    prices, cost = load_prices(), figures["cost"]
    lambdas = 10 * NEW_ACCOUNTS_LAMBDAS  # requests a second, at ten each
    rows = [["made-up payments a second", "production", "production_lean"]]
    for asked in (10, 1_000, 100_000):
        cells = []
        for stage in MEMORY_MB:
            through = min(asked, REQUESTS_PER_SECOND if stage == "production" else lambdas)
            a_payment = dollars(cost)[stage] / MILLION
            cdn = asked * prices["cdn_https_request"]
            cells.append(f"${3600 * (through * a_payment + cdn):,.2f} an hour")
        rows.append([f"{asked:,}", *cells])
    return table(rows)


def million_payees(figures: dict[str, Any]) -> str:
    prices = load_prices()
    writes = WRITES_PER_SECOND
    built, uploaded = (a_second(figures, way) for way in (Way.OUR_PAGES, Way.OUR_UPLOAD))
    size = figures["cost"]["one_payment"]["page_bytes"]
    return _sums(
        f"rows:    1,000,000 / {writes} written a second = {MILLION / writes / 60:.0f} minutes, "
        f"${MILLION * prices['dynamodb_write_unit']:.2f}",
        f"pages:   1,000,000 / {built:,} built a second = {MILLION / built / 60:.0f} minutes",
        f"objects: 1,000,000 / {uploaded:,} uploaded a second = "
        f"{MILLION / uploaded / 60:.0f} minutes, ${MILLION * prices['s3_put']:.2f}",
        f"bucket:  1,000,000 x {size / 1000:.0f} kB = {size / 1000:.0f} GB, "
        f"${size / 1000 * prices['s3_gb_month']:.2f} a month",
    )


def sync_table(figures: dict[str, Any]) -> str:
    """What a sync asks of the ledger; the Scan is reckoned from its first page."""
    sync = figures["sync"]
    unit = load_prices()["dynamodb_read_unit"]
    few = f"{sync['payments']:,} payments of 300 payees"
    many = "10,000 payees, most with nothing fresh"
    changes = "110 new payments, 11 events of old ones"
    rows = [["one sync", "requests", "read units", "costs"]]
    for what, name in (
        (f"{few}: nothing new", "few"),
        (f"{few}: {changes}", "few_changed"),
        (f"{few}: passing over the table", "scan"),
        (f"{many}: nothing new", "many"),
        (f"{many}: {changes}", "many_changed"),
    ):
        found = sync[name]
        units = found["units"]
        rows.append([what, f"{found['requests']:,}", f"{units:,}", f"${units * unit:.5f}"])
    return table(rows)


def _sums(*lines: str) -> str:
    return "```text\n" + "".join(f"{line}\n" for line in lines) + "```\n"


BLOCKS = {
    "load": load_table,
    "lambdas": lambda_table,
    "magnitudes": magnitudes_table,
    "outage": outage,
    "flood": flood_table,
    "million": million_payees,
    "sync": sync_table,
}
