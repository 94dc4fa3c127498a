"""One entry for each request: what was asked and how it ended, never who paid or why.

Nothing in an entry comes from the client as it was sent: the operation is ours, the payee is a
slug, and the source address is what the gateway saw. Neither a path nor a header can forge it.
"""

import time
import traceback
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, request

from payments.payee import SLUG_PATTERN

RequestLog = Callable[[dict[str, Any]], object]


def log_requests(app: Flask, log: RequestLog) -> None:
    """Call `log` with an entry, which JSON can carry, after every request to `app`."""

    @app.before_request
    def start_clock() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def log_request(response: Response) -> Response:
        entry = {
            "source": _source_address(),
            "operation": request.endpoint and request.endpoint.rpartition(".")[2],
            "payee": _payee_id(),
            "status": response.status_code,
            "outcome": g.get("outcome", "ok"),
            "ms": round((time.perf_counter() - g.started) * 1000, 1),
            **g.get("trouble", {}),
        }
        log(entry)
        return response


def with_metrics(entry: dict[str, Any], namespace: str, now: float) -> dict[str, Any]:
    """The entry as CloudWatch's embedded metric format: `ms` by `outcome`, whose sample count is
    the number of requests that ended so. `now` is in seconds since 1970.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    directive = {
        "Namespace": namespace,
        "Dimensions": [["outcome"]],
        "Metrics": [{"Name": "ms"}],
    }
    return {**entry, "_aws": {"Timestamp": int(now * 1000), "CloudWatchMetrics": [directive]}}


def note_trouble(error: BaseException) -> None:
    """Add where an error came from to the request's entry, without its text: that may quote the
    payment."""
    cause = error.__cause__ or error
    frames = traceback.extract_tb(cause.__traceback__)
    g.trouble = {
        "request_id": _request_id(),
        "error": type(cause).__name__,
        "error_code": (getattr(cause, "response", None) or {}).get("Error", {}).get("Code"),
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]],
    }


def _payee_id() -> str | None:
    payee_id = (request.view_args or {}).get("payee_id", "")
    return payee_id if SLUG_PATTERN.fullmatch(payee_id) else None


def _request_id() -> str | None:
    return getattr(request.environ.get("lambda.context"), "aws_request_id", None)


def _source_address() -> str | None:
    """From the event's request context: HTTP API v2 and Function URLs, or REST API v1.

    REMOTE_ADDR is no use on Lambda: Zappa takes it from X-Forwarded-For, which clients write.
    """
    context: dict[str, Any] = request.environ.get("lambda.event", {}).get("requestContext", {})
    source = context.get("http", {}).get("sourceIp") or context.get("identity", {}).get("sourceIp")
    return str(source) if source else None
