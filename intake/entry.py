"""What Lambda calls with each request to intake's address."""

import logging
import os
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from intake.door import answer, unavailable
from intake.rows import AlertRows

logging.getLogger().setLevel(logging.INFO)
_log = logging.getLogger(__name__)


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Lambda's handler. Its log has no message, no sender and no key."""
    try:
        reply = answer(event, _rows(), datetime.now(UTC), int(os.environ["KEEP_DAYS"]))
    except (ClientError, BotoCoreError):
        _log.exception("not kept")
        return unavailable()
    _log.info("answered %s", reply["statusCode"])
    return reply


@lru_cache(maxsize=1)
def _rows() -> AlertRows:
    patient = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 3})
    return AlertRows(boto3.client("dynamodb", config=patient), os.environ["INTAKE_TABLE"])
