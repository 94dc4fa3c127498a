"""The first request of a Lambda that has started: what it finds done."""

import json
import os
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.local.emulator import CREDENTIALS
from infra.trial import LAMBDA_PYTHON
from testkit.factories import BAKERY, TILL_KEY, make_document, make_payment_id
from testkit.lambda_events import http_api_v2

pytestmark = [pytest.mark.emulator, pytest.mark.slow]

# Without any other package than the zip's; prints what each request loaded and compiled anew.
ASK = """
import json, re, sys
sys.path.insert(0, sys.argv[1])
from backend.lambda_entry import lambda_handler
from backend.wsgi import _client
pools = _client._endpoint.http_session._manager.pools
told = [{"status": None, "connections": sum(pools[key].num_connections for key in pools.keys())}]
for event in json.loads(sys.argv[2]):
    modules, expressions = {*sys.modules}, {*re._cache}
    status = lambda_handler(event, None)["statusCode"]
    new = sorted({*sys.modules} - modules) + sorted(map(repr, {*re._cache} - expressions))
    told.append({"status": status, "new": new})
print(json.dumps(told), file=sys.stderr)
"""


@pytest.mark.usefixtures("_tables")
def test_a_payment_waits_for_nothing_to_be_loaded_compiled_or_connected(
    lambda_zip: Path, ministack: str, tmp_path: Path
) -> None:
    with zipfile.ZipFile(lambda_zip) as packed:
        packed.extractall(tmp_path)
    address = f"/api/payees/{BAKERY}/payments/{make_payment_id(datetime.now(UTC), random=7**9)}"
    key = {"Till-Key": TILL_KEY}
    kinds = {"Content-Type": "application/json"}
    events = [
        http_api_v2("PUT", address, json.dumps(make_document()), kinds),
        http_api_v2("GET", address, None, {}),
        http_api_v2("GET", address.rpartition("/")[0], None, key),
        http_api_v2("PUT", f"{address}/events/1", '{"status": "confirmed"}', kinds | key),
    ]
    environment = {
        **CREDENTIALS,
        "PATH": os.defpath,
        "AWS_ENDPOINT_URL_DYNAMODB": ministack,
        "AWS_LAMBDA_FUNCTION_NAME": "payee-pages-local",
        "INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT": "true",
    }
    run = subprocess.run(
        [LAMBDA_PYTHON, "-I", "-S", "-B", "-c", ASK, tmp_path, json.dumps(events)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    started, *answers = json.loads(run.stderr.splitlines()[-1])
    assert started["connections"] == 1, "made before the first request"
    assert [answer["status"] for answer in answers] == [201, 200, 200, 201]
    assert [answer["new"] for answer in answers] == [[], [], [], []]
