"""The WSGI application for Zappa: reads the environment, builds the one AWS client.

LEDGER_TABLE     the DynamoDB table of payments
REGISTRY_TABLE   that of payees
API_BASE_PATH    the path the API is served below, such as /api (default: none)
API_ORIGINS      other web origins whose pages may use the API, separated by spaces
PAYMENTS_AN_HOUR  how many of one payee each Lambda records in an hour (default: any number)
REQUEST_LOG      `refusals` logs only requests that failed or were refused (default: all)
"""

import json
import logging
import os
import sys
import time
from typing import Any

import boto3

from backend.app import create_app
from backend.ceiling import Ceiling
from backend.dynamo_ledger import DynamoLedger
from backend.dynamo_registry import DynamoRegistry
from backend.dynamodb import CLIENT_CONFIG
from backend.payee_cache import CachedPayees
from backend.request_log import with_metrics

# Zappa's own access log repeats the path, line breaks and all; ours says what happened.
logging.getLogger("zappa.wsgi").setLevel(logging.WARNING)

_client = boto3.client("dynamodb", config=CLIENT_CONFIG)

_namespace = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
_least_status = 400 if os.environ.get("REQUEST_LOG") == "refusals" else 0


def _log(entry: dict[str, Any]) -> None:
    if entry["status"] >= _least_status:
        line = with_metrics(entry, _namespace, time.time()) if _namespace else entry
        sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")


_ceiling = Ceiling(float(os.environ.get("PAYMENTS_AN_HOUR", "inf")), time.monotonic)
_registry = DynamoRegistry(_client, os.environ["REGISTRY_TABLE"])
app = create_app(
    DynamoLedger(_client, os.environ["LEDGER_TABLE"]),
    CachedPayees(_registry, monotonic=time.monotonic),
    _registry,
    base_path=os.environ.get("API_BASE_PATH", ""),
    origins=os.environ.get("API_ORIGINS", "").split(),
    log=_log,
    admits=_ceiling.admits,
)
