"""The Lambda zip: what Zappa packed, cut down to what a request needs.

Zappa takes the whole folder and the whole venv. Here nothing gets in that is not on the list, and
what gets in is made to start fast: see infra/fast_start.
"""

import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from infra.fast_start.slim_botocore import DATA_FILES, slim_botocore
from infra.fast_start.stand_ins import put_stand_ins
from infra.fast_start.undated_bytecode import compile_undated

MAX_BYTES = 3_000_000

OURS = {"backend", "payments", "handler.py", "zappa_settings.py"}
FLASK = {
    *("flask", "werkzeug", "jinja2", "markupsafe", "itsdangerous", "click", "blinker"),
    "flask_cors",
}
BOTO = {
    *("boto3", "botocore", "jmespath", "dateutil", "six.py", "urllib3"),
    "certifi",
}
ZAPPA = {"durationpy", "zappa"}
TOP_LEVEL = OURS | FLASK | BOTO | ZAPPA

# Of these packages there is nothing else: the rest of Zappa is the tool that deploys.
_OF_ZAPPA = {f"zappa/{name}.py" for name in ("__init__", "asgi", "middleware", "utilities", "wsgi")}
_NOT_FOR_REQUESTS = {"payments/references.py"}  # what people and banks make of an id

# Beside Python, the only files that are read. Of compiled extensions there is none: one zip runs
# on both architectures, and markupsafe has the same in Python.
_READ = DATA_FILES | {"certifi/cacert.pem"}


def make_lambda_zip(archive: Path, compile_ahead: Callable[[Path], None]) -> None:
    """Replace the zip that Zappa made by ours. `compile_ahead` writes a module into a folder
    that has the Lambda in it."""
    with TemporaryDirectory(prefix="lambda-zip-") as scratch:
        folder = Path(scratch)
        unpack_needed(archive, folder)
        slim_botocore(folder)
        put_stand_ins(folder)
        compile_undated(folder, keep_sources=OURS)
        compile_ahead(folder)
        compile_undated(folder, keep_sources=OURS)
        pack(folder, archive)


def unpack_needed(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder, [name for name in packed.namelist() if is_needed(name)])


def is_needed(name: str) -> bool:
    """Whether a request may need the file `name` of Zappa's zip."""
    top = PurePosixPath(name).parts[0]
    if top == "zappa":
        return name in _OF_ZAPPA
    if name in _NOT_FOR_REQUESTS:
        return False
    return top in TOP_LEVEL and (name.endswith(".py") or name in _READ)


def pack(folder: Path, archive: Path) -> None:
    """The same files give the same bytes: in order, and without the date."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # Unix, or Lambda would not see the mode
            packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
