"""Start the Lambda of a zip and ask whether it is well: python -I -S try_handler.py ZIP PATH.

Only the standard library and the zip are there to import from. Exits non-zero with a traceback.
"""

import importlib
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable


def try_handler(archive: str, health_path: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
        start_handler(folder, health_path)
        os.chdir("/")


def start_handler(folder: str, health_path: str) -> Callable[[str], dict[str, object]]:
    """Import the handler from `folder` and let it answer one request; gives what answers GETs of
    other paths. Raises SystemExit."""
    os.chdir(folder)
    sys.path.insert(0, folder)
    handler = importlib.import_module("backend.lambda_entry").lambda_handler
    answer = handler(_get(health_path), None)
    if answer["statusCode"] != 200:
        raise SystemExit(f"GET {health_path} is answered {answer}")
    return lambda path: handler(_get(path), None)


def _get(path: str) -> dict[str, object]:
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {},
        "requestContext": {"http": {"method": "GET", "path": path}},
        "isBase64Encoded": False,
    }


if __name__ == "__main__":
    try_handler(*sys.argv[1:3])
