"""Requests as the three gateways hand them to a Lambda, in the shapes that AWS documents."""

from typing import Any
from urllib.parse import urlencode

SOURCE = "203.0.113.9"
SPOOFED = "198.51.100.66"  # what a client claims in X-Forwarded-For
STAGE = "local"
_HOST = "abcdef1234.execute-api.us-east-1.amazonaws.com"
_AGENT = "Mozilla/5.0"


def http_api_v2(
    method: str,
    path: str,
    body: str | None,
    headers: dict[str, str],
    *,
    query: dict[str, str] | None = None,
    base64: bool = False,
) -> dict[str, Any]:
    """API Gateway HTTP API, payload 2.0; the stage is part of the path."""
    return _version_2(
        method, f"/{STAGE}{path}", body, headers, query, stage=STAGE, host=_HOST, base64=base64
    )


def function_url(
    method: str,
    path: str,
    body: str | None,
    headers: dict[str, str],
    *,
    query: dict[str, str] | None = None,
    base64: bool = False,
) -> dict[str, Any]:
    """A Lambda Function URL behind CloudFront: payload 2.0 with the stage `$default`."""
    host = "abcdefghijklmnop.lambda-url.us-east-1.on.aws"
    return _version_2(
        method, path, body, headers, query, stage="$default", host=host, base64=base64
    )


def _version_2(
    method: str,
    path: str,
    body: str | None,
    headers: dict[str, str],
    query: dict[str, str] | None,
    *,
    stage: str,
    host: str,
    base64: bool,
) -> dict[str, Any]:
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "headers": {
            "host": host,
            "x-forwarded-for": f"{SPOOFED}, {SPOOFED}, {SOURCE}",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            **{name.lower(): value for name, value in headers.items()},
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdef1234",
            "domainName": host,
            "domainPrefix": "abcdef1234",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": SOURCE,
                "userAgent": _AGENT,
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": stage,
            "time": "01/Mar/2026:09:30:00 +0000",
            "timeEpoch": 1772357400000,
        },
        "isBase64Encoded": base64,
    }
    if query:
        event["queryStringParameters"] = query
    if body is not None:
        event["body"] = body
    return event


def rest_api_v1(
    method: str,
    path: str,
    body: str | None,
    headers: dict[str, str],
    *,
    query: dict[str, str] | None = None,
    base64: bool = False,
) -> dict[str, Any]:
    """API Gateway REST API with the Lambda proxy; headers keep the client's spelling."""
    sent = {
        "Host": _HOST,
        "X-Forwarded-For": f"{SPOOFED}, {SPOOFED}, {SOURCE}",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
        **headers,
    }
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": query and {k: [v] for k, v in query.items()},
        "pathParameters": {"proxy": path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdef1234",
            "domainName": _HOST,
            "httpMethod": method,
            "identity": {"sourceIp": SOURCE, "userAgent": _AGENT, "userArn": None},
            "path": f"/{STAGE}{path}",
            "protocol": "HTTP/1.1",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "resourcePath": "/{proxy+}",
            "stage": STAGE,
        },
        "body": body,
        "isBase64Encoded": base64,
    }
