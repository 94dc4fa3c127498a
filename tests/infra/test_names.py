"""A stack is left alone by everybody but the project and stage it was made for."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cli.failure import Failure
from infra import operations
from infra.deployment import Deployment
from infra.emulation.rehearsal import session_at
from infra.stage import Stage
from roster.model import load_roster
from testkit.demo_process import ROOT
from tests.infra.conftest import Deploy

pytestmark = pytest.mark.emulator
PATH = ROOT / "payees.yaml"
ROSTER = load_roster(PATH)


@pytest.mark.parametrize(
    "operation",
    [
        lambda here: operations.deploy(here, ROSTER, Path(PATH), {}, yes_accounts=True),
        lambda here: operations.show_plan(here, ROSTER, Path(PATH), {}),
        lambda here: operations.update(here, ROSTER),
        lambda here: operations.roll_back(here, ROSTER, None),
        lambda here: operations.restore(here, "copy", dry_run=False),
        lambda here: operations.destroy(here, with_data=True),
    ],
    ids=["deploy", "dry-run", "update", "rollback", "restore", "destroy"],
)
def test_a_stack_of_the_same_name_is_anothers(
    operation: Callable[[Deployment], None], deploy: Deploy, guarded_aws: str, stage: str
) -> None:
    """The project `payee-pages` with its stage t1, and the project `payee` with its pages_t1."""
    before = deploy()
    session = session_at(guarded_aws, "us-east-1")
    bucket = f"payee-pages-{stage}-deploy"
    other = Stage(
        f"pages_{stage}", "payee", "us-east-1", bucket, "python3.13", has_function_url=False
    )
    here = Deployment(other, session, guarded_aws)
    assert here.outputs() == before
    with pytest.raises(Failure) as refused:
        operation(here)
    assert refused.value.message == (
        f"The stack payee-pages-{stage}-infra belongs to the project “payee-pages” and its stage "
        f"“{stage}”, not to the project “payee” and its stage “pages-{stage}”: choose another "
        "project_name in zappa_settings.json."
    )
    assert here.outputs() == before
    buckets = session.client("s3").list_buckets()["Buckets"]
    assert bucket not in [one["Name"] for one in buckets]
