"""The CloudFront function, run by Node: which key of the bucket an address leads to."""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

import pytest
from werkzeug.test import Client

from cli.local.local_cdn import bucket_site
from publishing.manifest import MANIFEST_KEY
from publishing.object_store import MemoryStore, StoredObject
from tests.infra.templates import STACK, load_template, properties

RUNNER = Path(__file__).with_name("page_addresses.js")
NOT_FOUND = "/404"

ADDRESSES = {
    "/": "/index.html",
    "/?user=1": "/index.html",
    "/index.html": "/index.html",
    "/404.html": "/404.html",
    "/a/": "/a/index.html",
    "/a/index.html": "/a/index.html",
    "/a": "301 /a/",
    "/a?user=1&x=%C3%BC&user=2&flag": "301 /a/?user=1&user=2&x=%C3%BC&flag",
    "/nobody/deep": "301 /nobody/deep/",
    "//evil": "301 /evil/",
    "//evil.com/": "/evil.com/index.html",
    "/%5Cevil": "301 /%5Cevil/",
    "/%0D%0ASet-Cookie:x": "301 /%0D%0ASet-Cookie:x/",
    "/\\evil": NOT_FOUND,
    "/\t/evil": NOT_FOUND,
    "/%ff/": NOT_FOUND,
    f"/{MANIFEST_KEY}": NOT_FOUND,
    f"//{MANIFEST_KEY}": NOT_FOUND,
    "/.payee-pages": NOT_FOUND,
    "/.payee-pages/": NOT_FOUND,
    "/%2Epayee-pages/manifest.json": NOT_FOUND,
    "/%2e%70ayee-pages%2Fmanifest.json": NOT_FOUND,
    f"/%2F{MANIFEST_KEY}": NOT_FOUND,
    f"/a/../{MANIFEST_KEY}": NOT_FOUND,
    f"/a/%2E%2E/{MANIFEST_KEY}": NOT_FOUND,
    f"/./{MANIFEST_KEY}": NOT_FOUND,
}


@pytest.fixture(scope="module")
def answers() -> dict[str, str]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    code = properties(load_template(STACK), "PageAddresses")["FunctionCode"]
    result = subprocess.run(
        [node, RUNNER],
        input=json.dumps({"code": code, "events": [_event(address) for address in ADDRESSES]}),
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    return dict(zip(ADDRESSES, map(_told, json.loads(result.stdout)), strict=True))


@pytest.mark.parametrize(("address", "expected"), ADDRESSES.items())
def test_an_address_leads_to(answers: dict[str, str], address: str, expected: str) -> None:
    assert answers[address] == expected


@pytest.mark.parametrize(
    "address",
    [address for address in ADDRESSES if not address.startswith(("/./", "/.payee-pages"))],
)
def test_the_demo_and_the_cdn_say_the_same(answers: dict[str, str], address: str) -> None:
    """`cli.local.local_cdn` plays the CDN in the demo: the same page, the same redirect."""
    store = _bucket()
    path, _, query = address.partition("?")
    path_info = unquote_to_bytes(path).decode("latin-1")
    demo = Client(bucket_site(store)).get(
        "/", environ_overrides={"PATH_INFO": path_info, "QUERY_STRING": query}
    )
    answer = answers[address]
    if answer.startswith("301"):
        assert demo.status_code == 301
        assert _same(demo.headers["Location"]) == _same(answer.removeprefix("301 "))
    else:
        found = store.get(unquote(answer.removeprefix("/")))
        body = found[0].body if found else b"404.html"
        assert demo.status_code in ((200,) if found else (404, 301))
        assert demo.status_code == 301 or demo.data == body


def test_the_function_is_small_enough_and_published() -> None:
    function = properties(load_template(STACK), "PageAddresses")
    assert len(function["FunctionCode"].encode()) < 10_240
    assert function["AutoPublish"] is True
    assert function["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"


def _event(address: str) -> dict[str, Any]:
    """As CloudFront hands it over: the path as it was sent, the query by name, undecoded."""
    path, _, query = address.partition("?")
    parameters: dict[str, Any] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        if name in parameters:
            first = parameters[name]
            first.setdefault("multiValue", [{"value": first["value"]}]).append({"value": value})
        else:
            parameters[name] = {"value": value}
    request = {"method": "GET", "uri": path, "querystring": parameters, "headers": {}}
    return {"version": "1.0", "context": {"eventType": "viewer-request"}, "request": request}


def _told(answer: dict[str, Any]) -> str:
    if "statusCode" in answer:
        return f"{answer['statusCode']} {answer['headers']['location']['value']}"
    return str(answer["uri"])


def _same(location: str) -> tuple[str, list[str]]:
    path, _, query = location.partition("?")
    return unquote(path), sorted(query.split("&"))


@cache
def _bucket() -> MemoryStore:
    store = MemoryStore()
    for key in ("index.html", "a/index.html", "404.html"):
        store.put(key, StoredObject(key.encode(), "text/html; charset=utf-8", "max-age=60"))
    store.put(MANIFEST_KEY, StoredObject(b"{}", "application/json", "no-store"))
    return store
