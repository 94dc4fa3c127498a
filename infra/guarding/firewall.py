"""The firewall before the CDN, for who wants one: a stack of its own in CloudFront's region."""

from collections.abc import Mapping

from infra.deployment import Deployment
from infra.stacks import StackPlan, Stacks
from infra.stage import ROOT

PARAMETER = "FirewallRequests"
_REGION = "us-east-1"  # CloudFront takes none from elsewhere
_TEMPLATE = ROOT / "infra/firewall.yaml"


def firewall_stacks(deployment: Deployment) -> tuple[Stacks, str]:
    """Where it is, and what its stack is called there."""
    return deployment.stacks(_REGION), f"{deployment.stage.aws_name}-firewall"


def plan_firewall(deployment: Deployment, parameters: Mapping[str, str]) -> StackPlan | None:
    """None if `parameters`, over those that the stage's stack has, want no firewall."""
    known = deployment.stacks().parameters(deployment.stage.infra_stack)
    most = {**known, **parameters}.get(PARAMETER, "0")
    if most == "0":
        return None
    stacks, name = firewall_stacks(deployment)
    wanted = {**deployment.stage.stack_names, PARAMETER: most}
    return stacks.plan(name, _TEMPLATE.read_text(), wanted)


def bring_up_firewall(deployment: Deployment, plan: StackPlan) -> dict[str, str]:
    """What the stage's stack is told of it. Raises Failure."""
    stacks, name = firewall_stacks(deployment)
    stacks.apply(plan)
    return stacks.outputs(name)
