"""CloudFormation stacks: what a template would change, and making it so."""

import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cli.failure import Failure
from cli.stack import parse_outputs
from infra.stage import Stage

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef

_WAIT_SECONDS = 45 * 60  # a CDN takes some minutes to come up everywhere
_NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """One resource that a change set adds, modifies, removes or takes back (“Import”)."""

    action: str
    kind: str
    name: str
    replaces: bool

    def __str__(self) -> str:
        warning = "  REPLACES IT" if self.replaces else ""
        return f"{self.action.lower():7} {self.name}  {self.kind}{warning}"


@dataclass(frozen=True, slots=True)
class StackPlan:
    """A change set that waits to be executed; without changes there is none."""

    stack: str
    change_set: str
    changes: tuple[ResourceChange, ...]
    creates: bool


class Stacks:
    """The stacks of one account and region. `pause` waits between two looks.

    Without `validate`, names that are taken are not refused beforehand: emulated AWS refuses those
    it is about to take back, too.
    """

    def __init__(
        self,
        client: "CloudFormationClient",
        pause: Callable[[], None] = lambda: time.sleep(3),
        *,
        validate: bool = True,
    ) -> None:
        self._client = client
        self._pause = pause
        self._validate = validate

    def outputs(self, name: str) -> dict[str, str]:
        """Empty while there is no such stack."""
        stack = self._find(name)
        return parse_outputs(stack) if stack else {}

    def parameters(self, name: str) -> dict[str, str]:
        """Empty while there is no such stack."""
        stack = self._find(name)
        found = stack.get("Parameters", []) if stack else []
        return {one["ParameterKey"]: one["ParameterValue"] for one in found}

    def refuse_anothers(self, stage: Stage) -> None:
        """Raises Failure if the stack of that name is another stage's: a-b's c is called as a's
        b-c."""
        own = stage.stack_names
        found = self.parameters(stage.infra_stack)
        if any(found.get(name, value) != value for name, value in own.items()):
            raise Failure(
                f"The stack {stage.infra_stack} belongs to the project “{found['Project']}” "
                f"and its stage “{found['Stage']}”, not to the project “{own['Project']}” and its "
                f"stage “{own['Stage']}”: choose another project_name in zappa_settings.json."
            )

    def plan(self, name: str, template: str, parameters: Mapping[str, str]) -> StackPlan:
        """What would change. Parameters that are not named keep their values.

        What an earlier stack left behind is taken back, if the template names it by a literal
        (see `with_literal_names`). Raises Failure.
        """
        stack = self._settled(name)
        creates = stack is None or stack["StackStatus"] == "REVIEW_IN_PROGRESS"
        known = () if stack is None else tuple(p["ParameterKey"] for p in stack["Parameters"])
        change_set = f"payee-pages-{token_hex(6)}"
        self._client.create_change_set(
            StackName=name,
            ChangeSetName=change_set,
            ChangeSetType="CREATE" if creates else "UPDATE",
            TemplateBody=template,
            Parameters=_parameters(parameters, () if creates else known),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            ImportExistingResources=creates,
            DisableValidation=not self._validate,
        )
        changes = self._changes(name, change_set)
        if not changes:
            self._client.delete_change_set(StackName=name, ChangeSetName=change_set)
        return StackPlan(name, change_set, changes, creates)

    def apply(self, plan: StackPlan) -> None:
        """Execute what `plan` found, and wait for it. Raises Failure."""
        if plan.changes:
            started = self._newest_event(plan.stack)
            self._client.execute_change_set(StackName=plan.stack, ChangeSetName=plan.change_set)
            self._wait(plan.stack, started)

    def forget(self, plan: StackPlan) -> None:
        """Leave no trace of a plan that is not to be executed."""
        if plan.creates:
            self._client.delete_stack(StackName=plan.stack)
        elif plan.changes:
            self._client.delete_change_set(StackName=plan.stack, ChangeSetName=plan.change_set)

    def delete(self, name: str) -> bool:
        """Whether there was one. What its template retains stays. Raises Failure."""
        stack = self._find(name)
        if stack is None:
            return False
        self._client.delete_stack(StackName=name)
        self._wait(stack.get("StackId", name), None)
        return True

    def _find(self, name: str) -> "StackTypeDef | None":
        try:
            stack = self._client.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return None if stack["StackStatus"] == "DELETE_COMPLETE" else stack

    def _settled(self, name: str) -> "StackTypeDef | None":
        """The stack once nobody works on it; one whose creation failed is cleared away."""
        self._until_settled(name)
        stack = self._find(name)
        if stack and stack["StackStatus"] in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED"):
            self.delete(name)
            return None
        return stack

    def _changes(self, name: str, change_set: str) -> tuple[ResourceChange, ...]:
        deadline = time.monotonic() + _WAIT_SECONDS
        while True:
            answer = self._client.describe_change_set(StackName=name, ChangeSetName=change_set)
            if answer["Status"] == "CREATE_COMPLETE":
                break
            if answer["Status"] == "FAILED":
                reason = answer.get("StatusReason", "no reason given")
                if any(words in reason for words in _NOTHING_TO_DO):
                    return ()
                raise Failure(f"CloudFormation refuses the change of {name}: {reason}")
            if time.monotonic() > deadline:
                raise Failure(f"CloudFormation is still comparing {name}: try again later.")
            self._pause()
        return tuple(
            ResourceChange(
                action=str(change["Action"]),
                kind=change["ResourceType"],
                name=change["LogicalResourceId"],
                replaces=change.get("Replacement") == "True",
            )
            for change in (entry["ResourceChange"] for entry in answer["Changes"])
        )

    def _wait(self, name: str, since: str | None) -> None:
        status = self._until_settled(name)
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", None):
            reasons = "\n".join(f"  {reason}" for reason in self._reasons(name, since))
            raise Failure(f"The stack {name} ended as {status}:\n{reasons}")

    def _until_settled(self, name: str) -> str | None:
        """Its status when nobody works on it any more; None if it is not there."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while stack := self._find(name):
            status = stack["StackStatus"]
            if not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS":
                return status
            if time.monotonic() > deadline:
                raise Failure(f"The stack {name} is still {status}: run the same command later.")
            self._pause()
        return None

    def _newest_event(self, name: str) -> str | None:
        events = self._client.describe_stack_events(StackName=name)["StackEvents"]
        return events[0]["EventId"] if events else None

    def _reasons(self, name: str, since: str | None) -> list[str]:
        reasons = []
        with suppress(ClientError):
            for event in self._client.describe_stack_events(StackName=name)["StackEvents"]:
                if event["EventId"] == since:
                    break
                if event.get("ResourceStatus", "").endswith("_FAILED"):
                    reason = event.get("ResourceStatusReason", "no reason given")
                    reasons.append(f"{event.get('LogicalResourceId')}: {reason}")
            found = self._client.describe_events(StackName=name)["OperationEvents"]
            reasons += [
                one["ValidationStatusReason"] for one in found if "ValidationStatusReason" in one
            ]
        return reasons[::-1] or ["CloudFormation gave no reason."]


def with_literal_names(template: str, values: Mapping[str, str]) -> str:
    """The template with the names of what it retains filled in from `values`.

    CloudFormation takes existing resources back by literal names only
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html).
    """
    return re.sub(
        r"(?m)^( *(?:TableName|BucketName|LogGroupName): )!Sub (\S+)$",
        lambda line: line[1] + re.sub(r"\$\{(.+?)\}", lambda name: values[name[1]], line[2]),
        template,
    )


def _parameters(given: Mapping[str, str], known: tuple[str, ...]) -> "list[ParameterTypeDef]":
    named: list[ParameterTypeDef] = [
        {"ParameterKey": key, "ParameterValue": value} for key, value in given.items()
    ]
    kept: list[ParameterTypeDef] = [
        {"ParameterKey": key, "UsePreviousValue": True} for key in known if key not in given
    ]
    return named + kept
