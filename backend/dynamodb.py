"""DynamoDB as ledger and registry use it: how long a client waits, and what its errors mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError

from payments.refusals import LedgerThrottled, LedgerUnavailable

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import PutTypeDef

    from backend.table import Item

# A request asks DynamoDB up to four times (payee, payment, payee afresh, record). With two tries
# of at most 1.4 s each it is answered within 11.2 s and a little backoff: inside the Lambda's
# 12 s. botocore's own default is 60 s for each try. A second try pays for itself: the first
# request after a frozen Lambda thaws meets a connection that DynamoDB closed long ago.
CLIENT_CONFIG = Config(
    connect_timeout=0.5,
    read_timeout=0.9,
    retries={"mode": "standard", "total_max_attempts": 2},
    # What botocore does for each call and no call here needs is a quarter of a call's time, and
    # time is what Lambda bills: validating items that only backend.table makes, describing itself
    # in a header, looking for an account's own endpoint and for something to compress.
    parameter_validation=False,
    user_agent="payee-pages",
    account_id_endpoint_mode="disabled",
    disable_request_compression=True,
)

_THROTTLED = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    # another write to the same rows was under way
    "TransactionConflictException",
    "TransactionInProgressException",
    # of a cancelled transaction
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
    "TransactionConflict",
}
CONDITION_FAILED = "ConditionalCheckFailedException"


def refuse_cut_answers(client: "DynamoDBClient") -> None:
    """Have `client` raise for an answer that is shorter than it says.

    botocore reads one that a network cut off as an answer without anything in it: a payee or a
    payment that is there would be taken for one that is not, and a payment refused for good.
    DynamoDB's checksum would show it, but after the last try botocore lets that pass, too.
    """
    client.meta.events.register("before-parse.dynamodb", _check_length, unique_id="whole answers")


def _check_length(response_dict: dict[str, Any], **_: object) -> None:
    said, body = response_dict["headers"].get("Content-Length"), response_dict["body"]
    if said is not None and int(said) != len(body):
        raise ConnectionClosedError(endpoint_url="DynamoDB")


@contextmanager
def dynamodb_errors() -> Iterator[None]:
    """Raises LedgerThrottled or LedgerUnavailable for what DynamoDB and its client raise."""
    try:
        yield
    except ClientError as error:
        reasons: list[dict[str, str]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
        codes = {error.response["Error"]["Code"], *(reason.get("Code") for reason in reasons)}
        throttled = not codes.isdisjoint(_THROTTLED)
        raise (LedgerThrottled if throttled else LedgerUnavailable)(str(error)) from error
    except BotoCoreError as error:
        raise LedgerUnavailable(str(error)) from error


def new_put(table: str, item: "Item") -> "PutTypeDef":
    """To put `item` unless its key is taken; the answer then has the item that stands."""
    return {
        "TableName": table,
        "Item": item,
        "ConditionExpression": "attribute_not_exists(PK)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def put_new(client: "DynamoDBClient", table: str, item: "Item") -> "Item | None":
    """Write `item` unless its key is taken: None if written, else the item that stands."""
    with dynamodb_errors():
        try:
            client.put_item(**new_put(table, item))
        except ClientError as error:
            if error.response["Error"]["Code"] != CONDITION_FAILED:
                raise
            return error.response["Item"]  # type: ignore[typeddict-item, no-any-return]
    return None
