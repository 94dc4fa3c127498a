"""What one payment really uses: a browser pays through the Lambda zip, and everything is counted.

The zip runs under AWS's own runtime client and writes to AWS's own DynamoDB engine, which says
what each call consumed. The page and the API share an origin, as behind the CDN.
"""

import gzip
import hashlib
import http.client
import json
import os
import re
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import Browser
from werkzeug.wrappers import Request, Response

from cli.local.local_cdn import one_origin
from infra.stage import load_stage
from payments.payment_id import mint_payment_id
from roster.model import load_roster
from testkit.demo_process import PAYEES, ROOT
from testkit.dynamodb_local import dynamodb_client, make_tables
from testkit.lambda_events import http_api_v2
from testkit.page_steps import expect_receipt, fill, send
from testkit.runtime_api import Lambda
from testkit.serving import served
from tools.lambda_gateway import LambdaGateway, running_lambdas
from tools.pricing import EVENT_BYTES, Times

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STAGE = load_stage("local").aws_name  # as in the zip
PAYEE = "sneha"
HEADER_BYTES = 1000  # an answer's headers, with what CloudFront adds; on the high side
ROUNDS = 5
YARDSTICK_MS = 6.0
"""What the yardstick takes on the core that all times are given for."""
_MS = re.compile(r'"ms":[0-9.]+')


@contextmanager
def metered_dynamodb(url: str) -> Iterator[tuple[str, Counter[str]]]:
    """A way to DynamoDB that has each call say what it consumed; yields its URL, and read and write
    units so far."""
    units: Counter[str] = Counter()
    port = urlsplit(url).port

    def forward(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        request = Request(environ)
        document = request.get_json(force=True) | {"ReturnConsumedCapacity": "TOTAL"}
        sent = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in ("content-length", "host")
        }
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("POST", "/", json.dumps(document), sent)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        kind = "write" if request.headers["X-Amz-Target"].endswith(".PutItem") else "read"
        units[kind] += json.loads(body)["ConsumedCapacity"]["CapacityUnits"]
        response = Response(body, answer.status, content_type="application/x-amz-json-1.0")
        return response(environ, start_response)

    with served(forward) as address:
        yield address.rstrip("/"), units


class CountingSite:
    """Pages and API, counting as a CDN bills."""

    def __init__(self, pages: Path, api: "WSGIApplication") -> None:
        self._pages = pages
        self._app = one_origin(self._page, api)
        self.counts: Counter[str] = Counter()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        is_api = environ["PATH_INFO"].startswith("/api/")
        self.counts["api_requests" if is_api else "page_requests"] += 1
        self.counts["preflights"] += environ["REQUEST_METHOD"] == "OPTIONS"
        body = b"".join(self._app(environ, start_response))
        if is_api:  # CloudFront compresses nothing below 1 000 bytes
            self.counts["cdn_bytes"] += len(body) + HEADER_BYTES
        else:
            self.counts["page_bytes"] += len(body)
            self.counts["cdn_bytes"] += len(gzip.compress(body, mtime=0)) + HEADER_BYTES
        return [body]

    def _page(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        file = self._pages / environ["PATH_INFO"].lstrip("/")
        file = file / "index.html" if file.is_dir() else file
        found = file.is_file()
        kind, _ = guess_type(file.name)
        response = Response(
            file.read_bytes() if found else b"", 200 if found else 404, content_type=kind
        )
        return response(environ, start_response)


def prepare_tables(url: str) -> None:
    """Every payee of the roster, registered."""
    client = dynamodb_client(url)
    entries = load_roster(ROOT / "payees.yaml").entries
    make_tables(client, STAGE, [entry.payee for entry in entries])
    client.close()


def count_usage(
    archive: Path, browser: Browser, dynamodb_url: str, folder: Path
) -> dict[str, float]:
    """Counts of one payment, none dependent on the machine; at `dynamodb_url` are the tables."""
    build = [str(PAYEES), "build", "--roster", f"{ROOT}/payees.yaml", "--out", f"{folder}/site"]
    subprocess.run(build, check=True, capture_output=True)
    with metered_dynamodb(dynamodb_url) as (url, units):
        environment = {"AWS_ENDPOINT_URL_DYNAMODB": url}
        with running_lambdas(archive, environment, 1) as lambdas:
            started = Counter(units)
            site = CountingSite(folder / "site", LambdaGateway(lambdas))
            with served(site) as address:
                pay(browser, address)
                forgotten = Counter(units)
                first = Counter(site.counts)
                pay(browser, address)
            lines = request_lines(lambdas[0])
        remembered = Counter(units) - forgotten
    counts = {name: site.counts[name] - first[name] for name in site.counts}
    if counts != first or len(lines) != 2:
        raise RuntimeError(f"two payments used different amounts: {first}, {counts}, {lines}")
    with running_lambdas(archive, {**environment, "REQUEST_LOG": "refusals"}, 1) as [lean]:
        for _ in range(2):  # the first of each Lambda is told in any case
            lean.invoke(http_api_v2("GET", "/api/healthz", None, {}))
        lean_lines = request_lines(lean)
    return {
        **{name: counts[name] for name in sorted(counts)},
        "cdn_requests": counts["page_requests"] + counts["api_requests"],
        "write_units": remembered["write"],
        "read_units_remembered": remembered["read"],
        "read_units_forgotten": forgotten["read"] - started["read"],
        "read_units_start": started["read"],
        "log_bytes": log_bytes(lines[1:]),
        "lean_log_bytes": log_bytes(lean_lines[1:]),
    }


def request_lines(running: Lambda) -> list[str]:
    """What it logged of requests, and not of its start."""
    return [line for line in running.output().splitlines() if line.startswith("{")]


def log_bytes(lines: Iterable[str]) -> int:
    """As CloudWatch counts, whatever the clock said."""
    return sum(len(_MS.sub('"ms":12.3', line).encode()) + EVENT_BYTES for line in lines)


def pay(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}{PAYEE}/")
    fill(page, "20", reason="")
    send(page)
    expect_receipt(page)
    context.close()


def measure_times(archive: Path, dynamodb_url: str) -> tuple[Times, int]:
    """The Lambda's CPU milliseconds, and its memory at most, in MB.

    How fast a core is depends on the machine and on what else runs there, so each round is put in
    relation to a yardstick, taken before and after it; of several rounds the median counts.
    """
    rounds, peaks = [], []
    for _ in range(ROUNDS):
        before = yardstick_ms()
        with running_lambdas(archive, {"AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url}, 1) as [running]:
            start = _cpu_ms(running)
            first = _cpu_of(running, 1)
            start += first
            remembered = statistics.median(_cpu_of(running, 25) for _ in range(8))
            read = _cpu_of_reading(running)
            peaks.append(_peak_mb(running))
        speed = YARDSTICK_MS / ((before + yardstick_ms()) / 2)
        rounds.append([cpu_ms * speed for cpu_ms in (remembered, remembered + read, start)])
    return Times(*map(statistics.median, zip(*rounds, strict=True))), max(peaks)


def yardstick_ms() -> float:
    """CPU milliseconds of work such as a request makes."""
    document = {"items": [{"number": number, "text": str(number) * 3} for number in range(40)]}
    laps = []
    for _ in range(20):
        started = time.process_time()
        for _ in range(100):
            text = json.dumps(document, sort_keys=True)
            hashlib.sha256(text.encode()).hexdigest()
            json.loads(text)
        laps.append(time.process_time() - started)
    return statistics.median(laps) * 1000


def _cpu_of(running: Lambda, count: int) -> float:
    body = json.dumps({"payer_id": "Asha", "amount": "20.00", "currency": "INR", "reason": ""})
    before = _cpu_ms(running)
    for _ in range(count):
        payment_id = mint_payment_id(datetime.now(UTC), os.urandom(10))
        path = f"/api/payees/{PAYEE}/payments/{payment_id}"
        headers = {"Content-Type": "application/json"}
        answer = running.invoke(http_api_v2("PUT", path, body, headers))
        if answer["statusCode"] != 201:
            raise RuntimeError(f"not recorded: {answer}")
    return (_cpu_ms(running) - before) / count


def _cpu_of_reading(running: Lambda) -> float:
    """One more row from DynamoDB: a GET of a payment, less a GET that asks nobody."""

    def cpu(path: str) -> float:
        before = _cpu_ms(running)
        for _ in range(25):
            running.invoke(http_api_v2("GET", path, None, {}))
        return (_cpu_ms(running) - before) / 25

    path = f"/api/payees/{PAYEE}/payments/{mint_payment_id(datetime.now(UTC), os.urandom(10))}"
    pairs = [(cpu(path), cpu("/api/healthz")) for _ in range(5)]
    return statistics.median(one - other for one, other in pairs)


def _cpu_ms(running: Lambda) -> float:
    tasks = Path(f"/proc/{running.process.pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6


def _peak_mb(running: Lambda) -> int:
    status = Path(f"/proc/{running.process.pid}/status").read_text()
    [kilobytes] = re.findall(r"VmHWM:\s+(\d+)", status)
    return round(int(kilobytes) / 1024)
