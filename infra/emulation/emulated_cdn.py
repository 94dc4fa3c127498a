"""A browser's way to a site on emulated AWS: what DNS and TLS do, and the CDN's way to the API.

The emulator serves a distribution itself, with its function, its headers and its rights on the
private bucket, to whoever names its host. What it cannot do is dial an HTTP API by its host name,
sign what it sends to a function URL, or hand an OPTIONS on to the Lambda, as AWS does with an API
that has no CORS settings of its own: it refuses that itself, and stumbles over the length that an
answer to HEAD tells. All of it is done here.
"""

import hashlib
import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from werkzeug.wrappers import Request, Response

from cli.local.emulator import CREDENTIALS
from cli.local.local_cdn import API_PATH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from infra.api import Api
    from infra.stage import Stage

_HOP_BY_HOP = {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}
_HASH = "x-amz-content-sha256"
_SECONDS = 30


class EmulatedCdn:
    """A WSGI application that answers as https://<CdnDomain>/ would."""

    def __init__(
        self,
        endpoint_url: str,
        cdn_domain: str,
        api: "Api",
        stage: "Stage",
        key_headers: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """`key_headers` gives what the distribution adds to each request to the API."""
        self._endpoint_url = endpoint_url
        self._emulator = urlsplit(endpoint_url).netloc
        self._cdn_domain = cdn_domain
        self._api = api
        self._stage = stage
        self._key_headers = key_headers

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        request = Request(environ)
        status, headers, body = self.request(
            request.method, environ["REQUEST_URI"], dict(request.headers), request.get_data()
        )
        response = Response(body, status)
        del response.headers["Content-Type"]
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                response.headers.add(name, value)
            elif request.method == "HEAD" and name.lower() == "content-length":
                response.headers[name] = value  # of what a GET brings
        return response(environ, start_response)

    def request(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Status, headers and body of the answer. Raises OSError."""
        sent = {name: value for name, value in headers.items() if name.lower() not in _HOP_BY_HOP}
        if is_for_api := target.startswith(f"{API_PATH}/"):
            sent |= self._key_headers()
        if not is_for_api:
            sent |= {"Host": self._cdn_domain, "X-Forwarded-Proto": "https"}
        elif method in ("HEAD", "OPTIONS"):
            return self._invoke(method, target, sent)
        elif self._api.gateway_id:
            target = f"/_aws/execute-api/{self._api.gateway_id}/{self._stage.name}{target}"
        else:
            signed = self._signature(method, target, headers)
            if signed[_HASH] != hashlib.sha256(body).hexdigest():
                return 403, [], b'{"Message":null}'  # as Lambda would; the emulator does not look
            sent |= signed
        connection = HTTPConnection(self._emulator, timeout=_SECONDS)
        try:
            connection.request(method, target, body or None, sent)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def _invoke(
        self, method: str, target: str, headers: Mapping[str, str]
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Have the Lambda itself answer a request without a body."""
        path, _, query = target.partition("?")
        stage = self._stage.name if self._api.gateway_id else "$default"
        event = {
            "version": "2.0",
            "rawPath": f"/{stage}{unquote(path)}" if self._api.gateway_id else unquote(path),
            "rawQueryString": query,
            "headers": {name.lower(): value for name, value in headers.items()}
            | {"host": self._api.domain, "x-forwarded-proto": "https"},
            "requestContext": {
                "domainName": self._api.domain,
                "http": {"method": method, "path": path, "sourceIp": "127.0.0.1"},
                "stage": stage,
            },
            "isBase64Encoded": False,
        }
        client = boto3.client(
            "lambda",
            endpoint_url=self._endpoint_url,
            region_name=self._stage.region,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )
        with closing(client):
            invoked = client.invoke(
                FunctionName=self._stage.aws_name, Payload=json.dumps(event).encode()
            )
            answer = json.loads(invoked["Payload"].read())
        body = answer.get("body") or ""
        raw = b64decode(body) if answer.get("isBase64Encoded") else body.encode()
        return answer["statusCode"], list(answer["headers"].items()), raw

    def _signature(self, method: str, target: str, headers: Mapping[str, str]) -> dict[str, str]:
        """As origin access control signs: over the hash that the viewer gave, or else over that
        of no body at all."""
        given = {name.lower(): value for name, value in headers.items()}
        content_hash = given.get(_HASH, hashlib.sha256().hexdigest())
        request = AWSRequest(
            method,
            f"https://{self._api.domain}{target}",
            headers={"Host": self._api.domain, _HASH: content_hash},
        )
        key = Credentials(CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"])
        SigV4Auth(key, "lambda", self._stage.region).add_auth(request)
        return dict(request.headers.items())
