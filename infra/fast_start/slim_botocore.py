"""Cut botocore's data down to DynamoDB's, without its documentation.

botocore reads three files as JSON to make a client: the endpoints of all 400 services, and
DynamoDB's model, most of which is prose for a reference that no request opens. Without this a
cold start takes 1.09 times as long.
"""

import json
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


def slim_botocore(folder: Path) -> None:
    """Rewrite DATA_FILES, which are below `folder`; what was packed by gzip is JSON then."""
    endpoints = folder / DATA / "endpoints.json"
    document = json.loads(endpoints.read_bytes())
    for partition in document["partitions"]:
        partition["services"] = {"dynamodb": partition["services"].get("dynamodb", {})}
    endpoints.write_text(json.dumps(document, separators=(",", ":")))
    for packed in (folder / DATA).rglob("*.json.gz"):
        model = _without_documentation(json.loads(decompress(packed.read_bytes())))
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
