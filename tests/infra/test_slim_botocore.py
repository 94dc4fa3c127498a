"""botocore's data in the Lambda's zip: what the API asks of DynamoDB, and nothing else."""

import ast
import json
import shutil
from pathlib import Path

import botocore
from botocore import xform_name
from botocore.session import Session

from infra.fast_start.slim_botocore import DATA_FILES, OPERATIONS, slim_botocore
from testkit.demo_process import ROOT

INSTALLED = Path(botocore.__file__).parent.parent


def test_the_operations_are_those_that_a_client_is_asked_for() -> None:
    asked = {
        node.func.attr
        for path in (ROOT / "backend").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) in {"client", "self._client"}
    }
    publishing = {"get_paginator"}  # which the Lambda does not do
    assert asked - publishing == {xform_name(operation) for operation in OPERATIONS}


def test_of_each_operation_a_client_knows_all_that_it_did(tmp_path: Path) -> None:
    """Errors among it: a refused write answers with the item that stands."""
    for name in DATA_FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(INSTALLED / name, tmp_path / name)
    slim_botocore(tmp_path)
    [model] = tmp_path.rglob("service-2.json")
    slim = json.loads(model.read_text())
    whole = Session().get_service_model("dynamodb")
    assert slim["operations"].keys() == OPERATIONS
    for name, operation in slim["operations"].items():
        its = {operation["input"]["shape"], operation["output"]["shape"]}
        its |= {error["shape"] for error in operation["errors"]}
        assert its <= slim["shapes"].keys(), name
    for name, shape in slim["shapes"].items():
        members = shape.get("members", {})
        assert members.keys() == getattr(whole.shape_for(name), "members", {}).keys(), name
        within = [
            *members.values(),
            *(shape[key] for key in ("member", "key", "value") if key in shape),
        ]
        assert {one["shape"] for one in within} <= slim["shapes"].keys(), name
    assert "Item" in slim["shapes"]["ConditionalCheckFailedException"]["members"]
    assert "Item" in slim["shapes"]["CancellationReason"]["members"]
