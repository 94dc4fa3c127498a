"""A Lambda that tries everything on some tables, and says what it was allowed to do."""

from typing import Any

import botocore.session
from botocore.exceptions import ClientError

KEY = {"PK": {"S": "PAYEE#a"}, "SK": {"S": "PROFILE"}}
QUERY = {
    "KeyConditionExpression": "PK = :payee",
    "ExpressionAttributeValues": {":payee": KEY["PK"]},
}
ATTEMPTS: dict[str, dict[str, Any]] = {
    "put_item": {"Item": KEY},
    "get_item": {"Key": KEY},
    "query": QUERY,
    "scan": {},
    "update_item": {"Key": KEY},
    "delete_item": {"Key": KEY},
    "describe_table": {},
    "delete_table": {},
}


def handler(event: dict[str, Any], context: object) -> list[dict[str, str]]:
    client = botocore.session.get_session().create_client("dynamodb")
    return [
        {name: _try(client, name, {"TableName": table, **parameters})
         for name, parameters in ATTEMPTS.items()}
        for table in event["tables"]
    ]  # fmt: skip


def _try(client: Any, name: str, parameters: dict[str, Any]) -> str:
    try:
        getattr(client, name)(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "done"
