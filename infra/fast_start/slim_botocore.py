"""Cut botocore's data down to what the ledger and the registry ask of DynamoDB.

botocore reads three files as JSON to make a client: the endpoints of all 400 services, and
DynamoDB's model, most of which is prose for a reference that no request opens, and operations that
nobody here calls. Without this a cold start takes 1.13 times as long.
"""

import json
from collections.abc import Iterator
from gzip import decompress
from pathlib import Path
from typing import Any

DATA = "botocore/data"
_DYNAMODB = f"{DATA}/dynamodb/2012-08-10"

DATA_FILES = {
    f"{DATA}/endpoints.json",
    f"{DATA}/partitions.json",
    f"{DATA}/sdk-default-configuration.json",
    f"{_DYNAMODB}/endpoint-rule-set-1.json.gz",
    f"{_DYNAMODB}/service-2.json.gz",
}
"""What botocore reads of its data, as it is installed."""

OPERATIONS = {"BatchGetItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"}
"""All that a client in `backend` is asked to do."""


def slim_botocore(folder: Path) -> None:
    """Rewrite DATA_FILES, which are below `folder`; what was packed by gzip is JSON then."""
    endpoints = folder / DATA / "endpoints.json"
    document = json.loads(endpoints.read_bytes())
    for partition in document["partitions"]:
        partition["services"] = {"dynamodb": partition["services"].get("dynamodb", {})}
    endpoints.write_text(json.dumps(document, separators=(",", ":")))
    for packed in (folder / DATA).rglob("*.json.gz"):
        model = _without_documentation(json.loads(decompress(packed.read_bytes())))
        if "operations" in model:
            model = _of_operations(model)
        packed.with_suffix("").write_text(json.dumps(model, separators=(",", ":")))
        packed.unlink()


def _without_documentation(model: Any) -> Any:
    if isinstance(model, dict):
        return {
            name: _without_documentation(value)
            for name, value in model.items()
            if not (name == "documentation" and isinstance(value, str))
        }
    return [_without_documentation(value) for value in model] if isinstance(model, list) else model


def _of_operations(model: dict[str, Any]) -> dict[str, Any]:
    """The model of a service with OPERATIONS alone, and the shapes that they are made of."""
    operations = {name: one for name, one in model["operations"].items() if name in OPERATIONS}
    shapes: dict[str, Any] = {}
    wanted = [*_shapes_in(operations)]
    while wanted:
        if (name := wanted.pop()) not in shapes:
            shapes[name] = model["shapes"][name]
            wanted += _shapes_in(shapes[name])
    return model | {"operations": operations, "shapes": shapes}


def _shapes_in(model: Any) -> Iterator[str]:
    """The names of shapes that a part of a model refers to."""
    values = model.values() if isinstance(model, dict) else model
    if isinstance(model, dict) and isinstance(model.get("shape"), str):
        yield model["shape"]
    for value in values:
        if isinstance(value, dict | list):
            yield from _shapes_in(value)
