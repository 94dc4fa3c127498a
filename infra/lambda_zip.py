"""The Lambda zip: what Zappa packed, cut down to what a request needs.

Zappa takes the whole folder and the whole venv, and its bytecode is stale: it dates the sources
back, so a Lambda would compile everything again at each cold start. Here nothing gets in that is
not on the list, and what gets in is compiled so that no date matters.
"""

import json
import py_compile
import zipfile
from collections.abc import Callable
from gzip import decompress
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from infra.fast_start.s3transfer_stand_in import STAND_INS

MAX_BYTES = 3_000_000
TASK_ROOT = PurePosixPath("/var/task")  # where Lambda unpacks: bytecode names its sources by it

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

# handler.py needs these of Zappa; the rest of it is the tool that deploys.
_OF_ZAPPA = {f"zappa/{name}.py" for name in ("__init__", "asgi", "middleware", "utilities", "wsgi")}

# Beside Python, the only files that are read. Of compiled extensions there is none: one zip runs
# on both architectures, and markupsafe has the same in Python.
_BOTO_DATA = "botocore/data"
_DYNAMODB = f"{_BOTO_DATA}/dynamodb/2012-08-10"

_DATA_FILES = {
    "certifi/cacert.pem",
    f"{_BOTO_DATA}/endpoints.json",
    f"{_BOTO_DATA}/partitions.json",
    f"{_BOTO_DATA}/sdk-default-configuration.json",
    f"{_DYNAMODB}/endpoint-rule-set-1.json.gz",
    f"{_DYNAMODB}/service-2.json.gz",
}


def make_lambda_zip(archive: Path, compile_regexes: Callable[[Path], None]) -> None:
    """Replace the zip that Zappa made by ours. `compile_regexes` writes a module into a folder
    that has the Lambda in it."""
    with TemporaryDirectory(prefix="lambda-zip-") as scratch:
        folder = Path(scratch)
        unpack_needed(archive, folder)
        slim_botocore(folder)
        for name, source in STAND_INS.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(source)
        compile_for_lambda(folder)
        compile_regexes(folder)
        compile_for_lambda(folder)
        pack(folder, archive)


def unpack_needed(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder, [name for name in packed.namelist() if is_needed(name)])


def is_needed(name: str) -> bool:
    """Whether a request may need the file `name` of Zappa's zip."""
    top = PurePosixPath(name).parts[0]
    if top == "zappa":
        return name in _OF_ZAPPA
    return top in TOP_LEVEL and (name.endswith(".py") or name in _DATA_FILES)


def slim_botocore(folder: Path) -> None:
    """Cut out what costs time at each cold start: other services' endpoints, and documentation."""
    data = folder / _BOTO_DATA
    endpoints = data / "endpoints.json"
    document = json.loads(endpoints.read_bytes())
    for partition in document["partitions"]:
        partition["services"] = {"dynamodb": partition["services"].get("dynamodb", {})}
    endpoints.write_text(json.dumps(document, separators=(",", ":")))
    for packed in data.rglob("*.json.gz"):
        model = _without_documentation(json.loads(decompress(packed.read_bytes())))
        packed.with_suffix("").write_text(json.dumps(model, separators=(",", ":")))
        packed.unlink()


def _without_documentation(model: Any) -> Any:
    if isinstance(model, dict):
        return {
            name: _without_documentation(value)
            for name, value in model.items()
            if not (name == "documentation" and isinstance(value, str))
        }
    return [_without_documentation(value) for value in model] if isinstance(model, list) else model


def compile_for_lambda(folder: Path) -> None:
    """Bytecode that is valid whatever the sources' dates (PEP 552, unchecked).

    Libraries go without their sources, which are half of the zip; ours stay to be read.
    """
    for source in sorted(folder.rglob("*.py")):
        name = source.relative_to(folder)
        is_ours = name.parts[0] in OURS
        py_compile.compile(
            str(source),
            None if is_ours else str(source.with_suffix(".pyc")),
            dfile=str(TASK_ROOT / name),
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        if not is_ours:
            source.unlink()


def pack(folder: Path, archive: Path) -> None:
    """The same files give the same bytes: in order, and without the date."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # Unix, or Lambda would not see the mode
            packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
