"""The table of what was forwarded, which knows nothing of payments.

PK               SK           what
KEYS             DOOR         the address, which `make intake` writes beside them
KEYS             KEY#<n>      a key that opens the door: its hash, label, dates, whose messages
ALERT#<digest>   ALERT        a message; DynamoDB deletes it after a while (`expires`)

Who receives may read keys and put new messages. Both are few: a phone forwards some hundred a day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from intake.alert import Alert, Posted
from payments.payee import PayeeId
from payments.till_keys import TillKey
from payments.times import from_unix_milliseconds, to_unix_milliseconds

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

    Item = dict[str, Any]

_KEYS = {"S": "KEYS"}
_DOOR = {"S": "DOOR"}
_KEY, _ALERT = "KEY#", "ALERT#"
NOBODYS = PayeeId("intake")


@dataclass(frozen=True, slots=True)
class AlertKey:
    """A key as a till has it, of no payee; `senders` are those whose messages are kept, all if
    there are none."""

    key: TillKey
    senders: tuple[str, ...] = ()


class AlertRows:
    """Every method raises botocore's errors."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def keys(self) -> list[AlertKey]:
        """In the order of their numbers, revoked ones too."""
        found = [_item_to_key(item) for item in self._query(_KEYS) if item["SK"] != _DOOR]
        return sorted(found, key=lambda one: one.key.number)

    def add_key(
        self, label: str, digest: bytes, made_at: datetime, senders: Iterable[str]
    ) -> AlertKey:
        """Under the next number: of two at once, each gets its own."""
        while True:
            number = max((one.key.number for one in self.keys()), default=0) + 1
            key = TillKey(NOBODYS, number, label, digest, made_at)
            try:
                self._put_new(_key_to_item(AlertKey(key, tuple(senders))))
            except self._client.exceptions.ConditionalCheckFailedException:
                known = {one.key.digest: one for one in self.keys()}
                if digest in known:  # our own, whose answer was lost
                    return known[digest]
                continue
            return AlertKey(key, tuple(senders))

    def revoke_key(self, number: int, revoked_at: datetime) -> AlertKey | None:
        """The key, which opens nothing from now on; None if there is none of that number."""
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key={"PK": _KEYS, "SK": {"S": f"{_KEY}{number}"}},
                UpdateExpression="SET revoked_at = if_not_exists(revoked_at, :now)",
                ConditionExpression="attribute_exists(PK)",
                ExpressionAttributeValues={":now": _time(revoked_at)},
                ReturnValues="ALL_NEW",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        return _item_to_key(answer["Attributes"])

    def door_url(self) -> str | None:
        """Where forwarders post, without /alerts; None until it is told."""
        found = self._client.get_item(TableName=self._table, Key={"PK": _KEYS, "SK": _DOOR})
        return found["Item"]["url"]["S"] if "Item" in found else None

    def tell_door_url(self, url: str) -> None:
        item = {"PK": _KEYS, "SK": _DOOR, "url": {"S": url}}
        self._client.put_item(TableName=self._table, Item=item)

    def keep(self, alert: Alert, days: int) -> bool:
        """Keep it for so many days; whether it is new: what was posted before stays as it is."""
        try:
            self._put_new(_alert_to_item(alert, alert.received_at + timedelta(days=days)))
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def alerts(self) -> Iterator[Alert]:
        """All that are kept, in no order."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table,
            FilterExpression="begins_with(PK, :alert)",
            ExpressionAttributeValues={":alert": {"S": _ALERT}},
            ConsistentRead=True,
        )
        for page in pages:
            yield from map(_item_to_alert, page["Items"])

    def forget(self, digest: str) -> None:
        key = {"PK": {"S": f"{_ALERT}{digest}"}, "SK": {"S": "ALERT"}}
        self._client.delete_item(TableName=self._table, Key=key)

    def _put_new(self, item: "Item") -> None:
        self._client.put_item(
            TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(PK)"
        )

    def _query(self, partition: dict[str, str]) -> Iterator["Item"]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="PK = :pk",
            ExpressionAttributeValues={":pk": partition},
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]


def _key_to_item(one: AlertKey) -> "Item":
    return {
        "PK": _KEYS,
        "SK": {"S": f"{_KEY}{one.key.number}"},
        "label": {"S": one.key.label},
        "sha256": {"B": one.key.digest},
        "made_at": _time(one.key.made_at),
        **({"senders": {"L": [{"S": text} for text in one.senders]}} if one.senders else {}),
    }


def _item_to_key(item: "Item") -> AlertKey:
    revoked = item.get("revoked_at")
    key = TillKey(
        NOBODYS,
        int(item["SK"]["S"].removeprefix(_KEY)),
        item["label"]["S"],
        bytes(item["sha256"]["B"]),
        _moment(item["made_at"]),
        _moment(revoked) if revoked else None,
    )
    return AlertKey(key, tuple(one["S"] for one in item.get("senders", {"L": []})["L"]))


def _alert_to_item(alert: Alert, expires: datetime) -> "Item":
    posted = alert.posted
    return {
        "PK": {"S": f"{_ALERT}{posted.digest}"},
        "SK": {"S": "ALERT"},
        "sender": {"S": posted.sender},
        "text": {"S": posted.text},
        **({"sent_at": _time(posted.sent_at)} if posted.sent_at else {}),
        "received_at": _time(alert.received_at),
        "key": {"N": str(alert.key)},
        "expires": {"N": str(to_unix_milliseconds(expires) // 1000)},
    }


def _item_to_alert(item: "Item") -> Alert:
    sent = item.get("sent_at")
    posted = Posted(item["sender"]["S"], item["text"]["S"], _moment(sent) if sent else None)
    return Alert(posted, _moment(item["received_at"]), int(item["key"]["N"]))


def _time(moment: datetime) -> dict[str, str]:
    return {"N": str(to_unix_milliseconds(moment))}


def _moment(value: dict[str, str]) -> datetime:
    return from_unix_milliseconds(int(value["N"]))
