"""The WSGI application for Zappa: reads the environment, builds the one AWS client.

LEDGER_TABLE     the DynamoDB table of payments
REGISTRY_TABLE   that of payees
API_BASE_PATH    the path the API is served below, such as /api (default: none)
API_ORIGINS      other web origins whose pages may use the API, separated by spaces
PAYMENTS_AN_HOUR  how many of one payee each Lambda records in an hour (default: any number)
ORIGIN_KEYS      SHA-256 of the keys by which the CDN makes itself known, separated by spaces; `make
                 deploy` sets it (default: anybody may ask)
REQUEST_LOG      `refusals` logs only requests that failed or were refused, and the first of each
                 Lambda (default: all)
"""

import json
import logging
import os
import sys
import time
from typing import Any

import boto3
import click
from botocore.exceptions import NoRegionError

from backend.app import create_app
from backend.ceiling import Ceiling
from backend.dynamo_ledger import DynamoLedger
from backend.dynamo_registry import DynamoRegistry
from backend.dynamodb import CLIENT_CONFIG
from backend.origin import close_origin
from backend.payee_cache import CachedPayees
from backend.request_log import with_metrics
from backend.warming import warm_up

# Zappa's own access log repeats the path, line breaks and all; ours says what happened.
logging.getLogger("zappa.wsgi").setLevel(logging.WARNING)


def _needed(name: str) -> str:
    """Raises click.ClickException, which `flask run` shows as a sentence."""
    if value := os.environ.get(name):
        return value
    raise click.ClickException(f"{name} is not set: it names a table (how: CONTRIBUTING.md).")


_ledger_table, _registry_table = _needed("LEDGER_TABLE"), _needed("REGISTRY_TABLE")
try:
    _client = boto3.client("dynamodb", config=CLIENT_CONFIG)
except NoRegionError:
    raise click.ClickException("AWS_DEFAULT_REGION is not set: it names AWS's region.") from None

_namespace = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
_least_status = 400 if os.environ.get("REQUEST_LOG") == "refusals" else 0
_starts = iter([{"first": True}])  # logged in any case: it counts Lambdas that had to start


def _log(entry: dict[str, Any]) -> None:
    is_told, first = entry["status"] >= _least_status, next(_starts, {})
    line = entry | first
    if _namespace and is_told:
        line = with_metrics(line, _namespace, time.time())
    if is_told or first:
        sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")


_ceiling = Ceiling(float(os.environ.get("PAYMENTS_AN_HOUR", "inf")), time.monotonic)


_registry = DynamoRegistry(_client, _registry_table)
app = create_app(
    DynamoLedger(_client, _ledger_table),
    CachedPayees(_registry, monotonic=time.monotonic),
    _registry,
    base_path=os.environ.get("API_BASE_PATH", ""),
    origins=os.environ.get("API_ORIGINS", "").split(),
    log=_log,
    admits=_ceiling.admits,
)
if _namespace:  # in Lambda
    warm_up(_client, _registry, _ledger_table)
if _origin_keys := os.environ.get("ORIGIN_KEYS", "").split():
    close_origin(app, _origin_keys)
