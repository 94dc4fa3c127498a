"""What Lambda calls: Zappa's handler, quicker to load, and deaf to all but HTTP.

Zappa's own handler also runs `command` and `raw_command` of an event, which is `exec` for whoever
may invoke the function. No part of this system sends such events.
"""

import gc
import importlib
from contextlib import suppress
from typing import Any

gc.disable()  # loading makes many objects and no garbage; looking for it takes 2/5 of a start

with suppress(ModuleNotFoundError):  # made with the zip, and only to be quick
    importlib.import_module("compiled_ahead")

from handler import lambda_handler as answer_http  # noqa: E402 (Zappa makes it, in the zip)

gc.freeze()
gc.enable()


def lambda_handler(event: dict[str, Any], context: object) -> object:
    """Answer a request from an HTTP API, a Function URL or a REST API.

    Raises ValueError for any other event.
    """
    if event.get("version") != "2.0" and not event.get("httpMethod"):
        raise ValueError("This function answers HTTP requests, nothing else.")
    return answer_http(event, context)
