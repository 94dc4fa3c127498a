"""The API of a stage stays closed but for its CDN, unless `DirectApi` opens it."""

from collections.abc import Callable
from datetime import UTC, datetime

from infra.api import Api
from infra.deployment import Deployment
from infra.guarding.origin_key import accept, close_origin, load_key, make_key


def keep_closed(
    deployment: Deployment, api: Api, bring_up: Callable[[dict[str, str]], None], *, renew_key: bool
) -> str:
    """With a new key where it is time for one; `bring_up` gives parameters to the stage's stack.
    Says what holds."""
    session, stage = deployment.session, deployment.stage
    if not api.gateway_id:
        accept(session, stage, ())
        return "Only this site's CDN may call the function URL: IAM sees to it."
    if deployment.stacks().parameters(stage.infra_stack)["DirectApi"] == "true":
        accept(session, stage, ())
        return "Anybody may ask the API past the CDN: DirectApi is true."
    today = datetime.now(UTC).date()
    sent = load_key(session, deployment.outputs()["DistributionId"])
    new = make_key(today) if sent is None or renew_key or sent.is_due(today) else None
    close_origin(
        *(session, stage, sent, new),
        send=lambda key: bring_up({"OriginKey": key.text}),
    )
    return "The API answers to this site's CDN alone" + (", by a new key." if new else ".")
