"""How much the API that Zappa made lets through, and that not everybody may invoke its Lambda."""

import json
from typing import TYPE_CHECKING

from cli.failure import Failure
from infra.api import Api
from infra.stage import Stage

if TYPE_CHECKING:
    from boto3 import Session

REQUESTS_PER_SECOND = 100
BURST = 200


def throttle(session: "Session", stage: Stage, api: Api) -> str:
    """Bound what the HTTP API lets through, which Zappa has no setting for; says what holds."""
    if not api.gateway_id:
        return "A function URL has no throttle: lambda_concurrency and the tables' limits bound it."
    client = session.client("apigatewayv2")
    client.update_stage(
        ApiId=api.gateway_id,
        StageName=stage.name,
        DefaultRouteSettings={
            "ThrottlingRateLimit": float(REQUESTS_PER_SECOND),
            "ThrottlingBurstLimit": BURST,
        },
    )
    return f"At most {REQUESTS_PER_SECOND} requests a second, {BURST} in a burst."


def refuse_open_policy(session: "Session", stage: Stage) -> None:
    """Raises Failure if anybody at all may invoke the Lambda."""
    client = session.client("lambda")
    try:
        policy = client.get_policy(FunctionName=stage.aws_name)["Policy"]
    except client.exceptions.ResourceNotFoundException:
        return
    for statement in json.loads(policy)["Statement"]:
        if statement["Principal"] in ("*", {"AWS": "*"}) and not statement.get("Condition"):
            raise Failure(
                f"Anybody may invoke {stage.aws_name} (statement {statement['Sid']} of its "
                "policy): remove that with `aws lambda remove-permission`, now."
            )
