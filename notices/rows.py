"""The table of what was given up and of who wants no mail. It is small, and no payment is in it.

PK               SK                what
FAILED           <notice's key>    the notice, why it was given up, when
MAIL#<mailbox>   PAYEE#<payee_id>  the token that stops this payee's mail; since when it stopped
MAIL#<mailbox>   STOPPED           the mailbox bounced or complained: nobody's mail goes there
TOKEN#<token>    TOKEN             whose mail to which mailbox it stops
GROUP#<group>    FAILURES          how often in a row telling failed in a group of the queue
TOLD#<key>       TOLD              this notice was taken, by mail or push: it is not told twice

Of a mailbox's name, capitals don't count. The last two expire once no queue can have them.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from notices.notice import Notice, message_to_notice, notice_to_message
from notices.queue import Failed
from payments.payee import PayeeId
from payments.times import format_time, parse_time

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

    Item = dict[str, Any]

_EXPIRES = timedelta(days=15)  # a queue keeps what it has for 14 days
_FAILED = {"S": "FAILED"}
_STOPPED = {"S": "STOPPED"}


class NoticeRows:
    """Every method raises botocore's errors."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def keep_failed(self, failed: Failed) -> None:
        self._put(
            {
                "PK": _FAILED,
                "SK": {"S": failed.notice.key},
                "notice": {"S": notice_to_message(failed.notice)},
                "reason": {"S": failed.reason},
                "at": {"S": format_time(failed.at)},
                "sent_at": {"S": format_time(failed.sent_at)},
            }
        )

    def failed(self) -> Iterator[Failed]:
        for item in self._query(_FAILED):
            yield Failed(
                message_to_notice(item["notice"]["S"]),
                item["reason"]["S"],
                parse_time(item["at"]["S"]),
                parse_time(item["sent_at"]["S"]),
            )

    def forget_failed(self, failed: Failed) -> None:
        key = {"PK": _FAILED, "SK": {"S": failed.notice.key}}
        self._client.delete_item(TableName=self._table, Key=key)

    def was_told(self, notice: Notice) -> bool:
        found = self._client.get_item(TableName=self._table, Key=_told(notice), ConsistentRead=True)
        return "Item" in found

    def keep_told(self, notice: Notice, now: datetime) -> None:
        self._put(_told(notice) | _expiry(now))

    def count_failure(self, group: str, now: datetime) -> int:
        answer = self._client.update_item(
            TableName=self._table,
            Key=_failures(group),
            UpdateExpression="ADD failures :one SET expires_at = :at",
            ExpressionAttributeValues={":one": {"N": "1"}, ":at": _expiry(now)["expires_at"]},
            ReturnValues="UPDATED_NEW",
        )
        return int(answer["Attributes"]["failures"]["N"])

    def forget_failures(self, group: str) -> None:
        self._client.delete_item(TableName=self._table, Key=_failures(group))

    def unsubscribe_token(self, payee_id: PayeeId, mailbox: str, new_token: str) -> str | None:
        """The token that stops this mail, which is `new_token` the first time; None if the mail
        was stopped."""
        partition = _mail(mailbox)
        rows = {item["SK"]["S"]: item for item in self._query(partition)}
        own = rows.get(f"PAYEE#{payee_id}", {})
        if "STOPPED" in rows or "stopped_at" in own:
            return None
        if own:
            return str(own["token"]["S"])
        # The token's own row first: what is in a mail always leads somewhere.
        mail = {"payee_id": {"S": payee_id}, "mailbox": {"S": mailbox}}
        self._put({"PK": {"S": f"TOKEN#{new_token}"}, "SK": {"S": "TOKEN"}, **mail})
        row = {"PK": partition, "SK": {"S": f"PAYEE#{payee_id}"}, "token": {"S": new_token}}
        with suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._put(row, ConditionExpression="attribute_not_exists(PK)")
        return new_token

    def whose_token(self, token: str) -> tuple[PayeeId, str] | None:
        key = {"PK": {"S": f"TOKEN#{token}"}, "SK": {"S": "TOKEN"}}
        item = self._client.get_item(TableName=self._table, Key=key).get("Item")
        return (PayeeId(item["payee_id"]["S"]), item["mailbox"]["S"]) if item else None

    def stop_mail(self, payee_id: PayeeId, mailbox: str, now: datetime) -> None:
        self._client.update_item(
            TableName=self._table,
            Key={"PK": _mail(mailbox), "SK": {"S": f"PAYEE#{payee_id}"}},
            UpdateExpression="SET stopped_at = :now",
            ExpressionAttributeValues={":now": {"S": format_time(now)}},
        )

    def stop_mailbox(self, mailbox: str, why: str) -> None:
        self._put({"PK": _mail(mailbox), "SK": _STOPPED, "why": {"S": why}})

    def stopped(self) -> Iterator[tuple[str, str]]:
        """Each mailbox that gets no mail, and why or whose."""
        for page in self._pages("scan", FilterExpression="begins_with(PK, :mail)",
                                ExpressionAttributeValues={":mail": {"S": "MAIL#"}}):  # fmt: skip
            for item in page["Items"]:
                mailbox = item["PK"]["S"].removeprefix("MAIL#")
                if item["SK"] == _STOPPED:
                    yield mailbox, item["why"]["S"]
                elif "stopped_at" in item:
                    yield mailbox, f"unsubscribed from {item['SK']['S'].removeprefix('PAYEE#')}"

    def start_mail(self, mailbox: str) -> None:
        """Let mail go there again, for every payee."""
        for item in self._query(_mail(mailbox)):
            key = {"PK": item["PK"], "SK": item["SK"]}
            if item["SK"] == _STOPPED:
                self._client.delete_item(TableName=self._table, Key=key)
            else:
                self._client.update_item(
                    TableName=self._table, Key=key, UpdateExpression="REMOVE stopped_at"
                )

    def _put(self, item: "Item", **options: Any) -> None:
        self._client.put_item(TableName=self._table, Item=item, **options)

    def _query(self, partition: dict[str, str]) -> Iterator["Item"]:
        pages = self._pages(
            "query",
            KeyConditionExpression="PK = :pk",
            ExpressionAttributeValues={":pk": partition},
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]

    def _pages(self, operation: str, **request: Any) -> Iterator[dict[str, Any]]:
        paginator = self._client.get_paginator(operation)  # type: ignore[call-overload]
        yield from paginator.paginate(TableName=self._table, **request)


def _mail(mailbox: str) -> dict[str, str]:
    return {"S": f"MAIL#{mailbox.lower()}"}


def _told(notice: Notice) -> "Item":
    return {"PK": {"S": f"TOLD#{notice.key}"}, "SK": {"S": "TOLD"}}


def _expiry(now: datetime) -> "Item":
    """In seconds since 1970, as DynamoDB's expiry reads them."""
    return {"expires_at": {"N": str(int((now + _EXPIRES).timestamp()))}}


def _failures(group: str) -> "Item":
    return {"PK": {"S": f"GROUP#{group}"}, "SK": {"S": "FAILURES"}}
