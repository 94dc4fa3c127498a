"""A Lambda that tries everything on some tables, and says what it was allowed to do."""

from typing import Any

import botocore.session
from botocore.exceptions import ClientError

KEY = {"PK": {"S": "PAYEE#a"}, "SK": {"S": "PROFILE"}}
EXISTS = {"Key": KEY, "ConditionExpression": "attribute_exists(PK)"}
RAISED = KEY | {"max_minor": {"N": "999999999"}}
UPDATE = {
    "Key": KEY,
    "UpdateExpression": "SET max_minor = :more",
    "ExpressionAttributeValues": {":more": RAISED["max_minor"]},
}


def attempts(table: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """What is tried, as a method of the client and its parameters: each way to a row there is."""
    named = {"TableName": table}
    query = {
        "KeyConditionExpression": "PK = :payee",
        "ExpressionAttributeValues": {":payee": KEY["PK"]},
    }
    insert = f"INSERT INTO \"{table}\" VALUE {{'PK': 'PAYEE#a', 'SK': 'INSERTED'}}"
    return {
        "put_item": ("put_item", named | {"Item": RAISED}),
        "get_item": ("get_item", named | {"Key": KEY}),
        "query": ("query", named | query),
        "scan": ("scan", named),
        "update_item": ("update_item", named | UPDATE),
        "delete_item": ("delete_item", named | {"Key": KEY}),
        "batch_get_item": ("batch_get_item", {"RequestItems": {table: {"Keys": [KEY]}}}),
        "batch_write_item": (
            "batch_write_item",
            {"RequestItems": {table: [{"PutRequest": {"Item": RAISED}}]}},
        ),
        **{
            f"transact {action}": ("transact_write_items", {"TransactItems": [{action: item}]})
            for action, item in (
                ("Put", named | {"Item": RAISED}),
                ("Update", named | UPDATE),
                ("ConditionCheck", named | EXISTS),
                ("Delete", named | {"Key": KEY}),
            )
        },
        "insert": ("execute_statement", {"Statement": insert}),
        "describe_table": ("describe_table", named),
        "update_table": ("update_table", named | {"DeletionProtectionEnabled": False}),
        "delete_table": ("delete_table", named),
    }


def handler(event: dict[str, Any], context: object) -> list[dict[str, str]]:
    client = botocore.session.get_session().create_client("dynamodb")
    return [try_all(client, table) for table in event["tables"]]


def try_all(client: Any, table: str) -> dict[str, str]:
    """For each attempt “done”, or the error's code."""
    return {
        name: _try(client, method, parameters)
        for name, (method, parameters) in attempts(table).items()
    }


def _try(client: Any, method: str, parameters: dict[str, Any]) -> str:
    try:
        getattr(client, method)(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "done"
