"""One request to the API, and its answer if there was one."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Answer:
    status: int
    document: dict[str, Any]
    retry_after: str | None


def put(
    port: int,
    path: str,
    document: Mapping[str, object],
    headers: Mapping[str, str] | None = None,
    *,
    timeout: float = 30,
) -> Answer | None:
    """None if there was no answer, or none that is JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        sent = {"Content-Type": "application/json", **(headers or {})}
        connection.request("PUT", path, json.dumps(document), sent)
        response = connection.getresponse()
        return Answer(response.status, json.loads(response.read()), response.headers["Retry-After"])
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
