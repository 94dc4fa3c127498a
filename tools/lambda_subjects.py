"""The Lambdas that `make bench-lambda` starts: ours, an earlier commit's, others', and what is the
least that any can take."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

from infra.deployment import ZAPPA
from infra.stage import load_stage
from infra.trial import LAMBDA_PYTHON
from testkit.demo_process import ROOT
from testkit.zappa import package

STAGE = load_stage("local")
_PUT = f"""
def put(client, path, body):
    key = path.split("/")
    payment = {{name: {{"S": value}} for name, value in json.loads(body).items()}}
    client.put_item(
        TableName="{STAGE.ledger_table}",
        Item={{"PK": {{"S": key[-3]}}, "SK": {{"S": key[-1]}}, **payment}},
        ConditionExpression="attribute_not_exists(PK)",
    )
    return payment
"""
PLAIN = f"""
import json, boto3
client = boto3.client("dynamodb")
{_PUT}
def lambda_handler(event, context):
    return {{"statusCode": 201, "body": json.dumps(put(client, event["rawPath"], event["body"]))}}
"""
FLASK = f"import flask\napp = flask.Flask('bench')\n{PLAIN}"
BARE = """
def lambda_handler(event, context):
    return {"statusCode": 201}
"""
FLOOR = f"""
import gc
gc.disable()
import compiled_ahead
import io, json, boto3
from contextlib import suppress
from flask import Flask, jsonify, request
from werkzeug.wrappers import Response
from backend.dynamodb import CLIENT_CONFIG
client = boto3.client("dynamodb", config=CLIENT_CONFIG)
app = Flask("floor", static_folder=None)
{_PUT}
@app.put("/<path:address>")
def answer(address):
    return jsonify(put(client, address, request.get_data())), 201

def lambda_handler(event, context):
    body = event["body"].encode()
    answered = Response.from_app(app, {{
        "REQUEST_METHOD": "PUT", "SCRIPT_NAME": "", "PATH_INFO": event["rawPath"],
        "SERVER_NAME": "floor", "SERVER_PORT": "443", "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "https",
    }})
    return {{"statusCode": answered.status_code, "body": answered.get_data(as_text=True)}}

with suppress(Exception):
    client.get_item(TableName="{STAGE.registry_table}", Key={{"PK": {{"S": "PAYEE#-"}}}})
gc.freeze()
gc.enable()
"""
_REWRITE = """
import sys, types
from pathlib import Path
from infra.zappa_callbacks import rewrite_zip
stage = {"touch_path": "/api/healthz", "aws_environment_variables":
         {"INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT": "true"}}
rewrite_zip(types.SimpleNamespace(zip_path=sys.argv[1], stage_config=stage))
"""


def pack_ours(folder: Path) -> Path:
    """The stage's zip, unpacked."""
    archive = package(folder / "ours.zip", "--settings_file", ROOT / "zappa_settings.json")
    return _unpacked(archive)


def pack_stock(folder: Path, name: str = "stock", code: Path = ROOT) -> Path:
    """The zip of the code in a folder as Zappa packs it unasked, unpacked."""
    settings = json.loads((ROOT / "zappa_settings.json").read_text())
    for key in ("callbacks", "exclude_glob", "exclude"):
        del settings["production"][key]
    tables = STAGE.tables | {"PAYMENTS_TABLE": STAGE.registry_table}  # 0.1.0 had one, of both
    settings["production"]["environment_variables"] |= tables
    project = folder / f"{name}-project"
    for source in ("backend", "payments"):
        shutil.copytree(code / source, project / source)
    settings_file = folder / f"{name}.json"
    settings_file.write_text(json.dumps(settings))
    archive = package(folder / f"{name}.zip", "--settings_file", settings_file, project=project)
    return _unpacked(archive)


def pack_before(folder: Path, code: Path) -> Path:
    """The zip that an earlier commit's code makes of itself, with today's libraries and Python."""
    shutil.rmtree(pack_stock(folder, "before", code))
    archive = folder / "before.zip"
    subprocess.run([LAMBDA_PYTHON, "-c", _REWRITE, archive], cwd=code, check=True)
    return _unpacked(archive)


def _unpacked(archive: Path) -> Path:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(archive.with_suffix(""))
    return archive.with_suffix("")


def make_function(folder: Path, source: str) -> Path:
    """A function of one file, `handler.py`; its bytecode is valid."""
    folder.mkdir(exist_ok=True)
    (folder / "handler.py").write_text(source)
    compiled = ("-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash")
    subprocess.run([LAMBDA_PYTHON, *compiled, folder / "handler.py"], check=True)
    return folder


def make_floor(folder: Path, ours: Path) -> Path:
    """Of our zip the libraries alone, with all that makes them start fast, and a function that
    does with Flask and boto3 the least that a payment takes."""
    shutil.copytree(ours, folder)
    return make_function(folder, FLOOR)


def installed_libraries() -> dict[str, str]:
    """What lets a function import Zappa's venv as it is: its bytecode is valid."""
    return {"PYTHONPATH": str(next(ZAPPA.parents[1].glob("lib/python3*/site-packages")))}
