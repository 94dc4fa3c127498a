"""The API that Zappa made for a stage: where it is, and what it logs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cli.failure import Failure
from infra.stage import Stage

if TYPE_CHECKING:
    from boto3 import Session


@dataclass(frozen=True, slots=True)
class Api:
    """An HTTP API, with its `gateway_id`, or else a function URL."""

    domain: str
    gateway_id: str | None

    @property
    def parameters(self) -> dict[str, str]:
        """What the infra stack is told of it."""
        kind = "HttpApi" if self.gateway_id else "FunctionUrl"
        return {"ApiDomain": self.domain, "ApiKind": kind}


def load_api(session: "Session", stage: Stage) -> Api | None:
    """None while there is none."""
    return _function_url(session, stage) if stage.has_function_url else _http_api(session, stage)


def _http_api(session: "Session", stage: Stage) -> Api | None:
    pages = session.client("apigatewayv2").get_paginator("get_apis").paginate()
    for page in pages:
        for api in page["Items"]:
            if api["Name"] == stage.aws_name:
                return Api(urlsplit(api["ApiEndpoint"]).hostname or "", api["ApiId"])
    return None


def _function_url(session: "Session", stage: Stage) -> Api | None:
    client = session.client("lambda")
    try:
        config = client.get_function_url_config(FunctionName=stage.aws_name)
    except client.exceptions.ResourceNotFoundException:
        return None
    if config["AuthType"] != "AWS_IAM":
        raise Failure(
            f"The function URL of {stage.aws_name} is open to everybody, and through it so is the "
            'Lambda: set "authorizer": "AWS_IAM" in zappa_settings.json and deploy again, now.'
        )
    return Api(urlsplit(config["FunctionUrl"]).hostname or "", None)


def log_only_trouble(session: "Session", stage: Stage) -> None:
    """Have Lambda itself log nothing but trouble: unasked, it writes three lines per request, more
    than ours and at the same price. Zappa has no setting for it, and leaves it as it is."""
    client = session.client("lambda")
    client.update_function_configuration(
        FunctionName=stage.aws_name,
        LoggingConfig={
            "LogFormat": "JSON",
            "SystemLogLevel": "WARN",
            "ApplicationLogLevel": "INFO",
        },
    )
    client.get_waiter("function_updated_v2").wait(FunctionName=stage.aws_name)
