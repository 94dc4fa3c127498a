"""What Lambda calls: with rows of the ledger's stream, with messages of the queue, each evening,
when mail bounced, from `payees notices`, and through its own address on the web."""

import json
import logging
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.headerregistry import Address
from functools import lru_cache
from secrets import token_urlsafe
from typing import Any
from zoneinfo import ZoneInfo

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from backend.dynamo_ledger import DynamoLedger
from backend.dynamo_registry import DynamoRegistry
from notices.bounces import stopped_mailboxes
from notices.door import answer
from notices.mail import compose_mail
from notices.messages import Text
from notices.notice import (
    Notice,
    end_of_day,
    message_to_notice,
    notice_to_message,
    plan_notices,
    row_to_happening,
)
from notices.outcome import NotTold
from notices.patience import in_time
from notices.queue import (
    IN_A_CALL,
    WAITS,
    Failed,
    Message,
    NotYet,
    calls_of,
    event_to_messages,
    work,
)
from notices.reaching import Poster
from notices.rows import NoticeRows
from notices.telling import Teller
from payments.addressee import Addressee, NoticeKind
from payments.payee import Payee, PayeeId
from payments.payment_id import mint_payment_id
from payments.times import format_time

_CACHED_SECONDS = 60
_SECONDS_LEFT_OVER = 2.0
_TESTED_AT_ONCE = 32
_TEST_SECONDS = 12.0  # of each address; all of them are tried side by side

logging.getLogger().setLevel(logging.INFO)
_log = logging.getLogger(__name__)


class Office:
    """All that a call needs, built once for as long as Lambda keeps the process."""

    def __init__(self, environment: Any) -> None:
        self._config = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3})
        self._clients: dict[str, Any] = {}
        self._environment = environment
        self._queue = str(environment["QUEUE_URL"])
        dynamodb = self._client("dynamodb")
        self.ledger = DynamoLedger(dynamodb, environment["LEDGER_TABLE"])
        self.registry = DynamoRegistry(dynamodb, environment["REGISTRY_TABLE"])
        self.rows = NoticeRows(dynamodb, environment["NOTICES_TABLE"])
        self.allowed = frozenset(environment.get("PRIVATE_HOSTS", "").split())
        self.waits = tuple(map(int, environment.get("WAITS", "").split())) or WAITS
        self.teller = Teller(
            self.ledger,
            self.registry,
            self,
            Poster(self.allowed).post,
            self.push,
            self.send_mail,
            _now,
            self,
            ZoneInfo(environment.get("TIME_ZONE", "UTC")),
        )

    def _client(self, name: str) -> Any:
        if name not in self._clients:
            self._clients[name] = boto3.client(name, config=self._config)  # type: ignore[call-overload]
        return self._clients[name]

    # --- What the ledger's stream says --------------------------------------------------------

    def take_rows(self, records: Sequence[dict[str, Any]]) -> None:
        """Put a notice into the queue for each address that is to be told. Raises if not all are
        in it: the stream hands out the rows again, and what is in it twice is told under one id."""
        happenings = []
        for record in records:
            row = record["dynamodb"]
            try:
                happenings.append(row_to_happening(row["Keys"], row.get("NewImage", {})))
            except (ValueError, LookupError):
                _log.exception("a row that is no payment's: %s", row.get("Keys"))
        self.enqueue(plan_notices(happenings, self._addressees))

    def _addressees(self, payee_id: PayeeId) -> tuple[Addressee, ...]:
        return self._known(payee_id, int(time.time() // _CACHED_SECONDS))

    @lru_cache(maxsize=1000)  # noqa: B019 (there is one, for ever)
    def _known(self, payee_id: PayeeId, _: int) -> tuple[Addressee, ...]:
        payee = self.registry.find(payee_id)
        return payee.notify if payee else ()

    def enqueue(self, notices: Iterator[Notice], salt: str = "") -> int:
        """How many. What is in the queue already is not put there again for five minutes, unless
        the `salt` differs."""
        entries = [
            {
                "Id": str(number),
                "MessageBody": notice_to_message(notice),
                "MessageGroupId": notice.group,
                "MessageDeduplicationId": f"{notice.key}{salt}",
            }
            for number, notice in enumerate(notices)
        ]
        for batch in calls_of(entries):
            sent = self._client("sqs").send_message_batch(QueueUrl=self._queue, Entries=batch)
            if failed := sent.get("Failed"):
                raise RuntimeError(f"the queue took all but {len(failed)} of {len(batch)} notices")
        return len(entries)

    def take_evening(self, until: str) -> int:
        """Have everybody told of their day who wants that. How many."""
        return self.enqueue(
            Notice(NoticeKind.DAY, payee.payee_id, one.to, until)
            for payee in self.registry.payees()
            for one in payee.notify
            if NoticeKind.DAY in one.kinds
        )

    # --- What a worker needs beside messages: notices.queue.Mailroom --------------------------

    def tell(self, notice: Notice) -> None:
        try:
            self.teller.tell(notice)
        except (NotTold, NotYet):
            raise
        except (ClientError, BotoCoreError) as error:
            raise NotTold(f"AWS refused: {error}") from error
        except Exception as error:  # one notice that we cannot tell delays no other address's
            _log.exception("could not tell %s", notice.notice_id)
            raise NotTold(f"a fault of ours, in the log: {type(error).__name__}") from error

    def postpone(self, messages: Sequence[Message], seconds: int) -> None:
        for at in range(0, len(messages), IN_A_CALL):
            self._client("sqs").change_message_visibility_batch(
                QueueUrl=self._queue,
                Entries=[
                    {
                        "Id": str(number),
                        "ReceiptHandle": one.receipt,
                        "VisibilityTimeout": seconds,
                    }
                    for number, one in enumerate(messages[at : at + IN_A_CALL])
                ],
            )

    def give_up(self, failed: Failed) -> None:
        self.rows.keep_failed(failed)

    def count_failure(self, group: str) -> int:
        try:
            return self.rows.count_failure(group, _now())
        except (ClientError, BotoCoreError):
            _log.exception("a failure is not counted")
            return 1

    def forget_failures(self, group: str) -> None:
        try:
            self.rows.forget_failures(group)
        except (ClientError, BotoCoreError):
            _log.exception("failures are not forgotten")

    # --- What a teller remembers: notices.telling.Memory ------------------------------------

    def was_told(self, notice: Notice) -> bool:
        return self.rows.was_told(notice)

    def keep_told(self, notice: Notice, now: datetime) -> None:
        try:
            self.rows.keep_told(notice, now)
        except (ClientError, BotoCoreError):
            _log.exception("%s may be told twice", notice.notice_id)

    # --- The ways out -------------------------------------------------------------------------

    def value(self, name: str) -> str:
        """A secret, by its name."""
        return self._secret(name, int(time.time() // _CACHED_SECONDS))

    @lru_cache(maxsize=100)  # noqa: B019 (there is one, for ever)
    def _secret(self, name: str, _: int) -> str:
        path = f"{self._environment['SECRETS_PATH']}/{name}"
        try:
            found = self._client("ssm").get_parameter(Name=path, WithDecryption=True)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ParameterNotFound":
                raise
            raise NotTold(
                f"there is no secret “{name}”: `payees notices --new-secret {name}` makes it"
            ) from error
        return str(found["Parameter"]["Value"])

    def push(self, url: str, text: Text) -> None:
        from notices.push import push  # noqa: PLC0415 (it changes how hosts are looked up)

        push(url, text, self.allowed)

    def send_mail(self, payee: Payee, mailbox: str, text: Text, notice_id: str) -> None:
        sender, address = self._environment.get("MAIL_FROM"), self._environment.get("DOOR_URL")
        if not sender:
            raise NotTold("no mail is sent from here: give the stack a MailFrom", is_final=True)
        token = self.rows.unsubscribe_token(payee.payee_id, mailbox, token_urlsafe(24))
        if token is None:
            _log.info("%s wants no mail of %s", mailbox, payee.payee_id)
            return
        mail = compose_mail(
            text,
            sender=Address(payee.name, addr_spec=sender),
            mailbox=mailbox,
            notice_id=notice_id,
            unsubscribe_url=f"{address}/stop/{token}",
        )
        options = {}
        if configuration := self._environment.get("CONFIGURATION_SET"):
            options = {"ConfigurationSetName": configuration}
        self._client("ses").send_raw_email(
            Source=sender, Destinations=[mailbox], RawMessage={"Data": mail}, **options
        )

    # --- What people ask ----------------------------------------------------------------------

    def take_asked(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Of `payees notices`, which may call this Lambda: {"test": …} or {"again": […]}."""
        if "again" in asked:
            notices = [message_to_notice(message) for message in asked["again"]]
            return {"sent": self.enqueue(iter(notices), salt=token_urlsafe(6))}
        payee = self.registry.find_fresh(PayeeId(asked["test"]))
        if payee is None:
            return {"payee": None}
        trial = mint_payment_id(_now(), os.urandom(10))
        asked_of = [one for one in payee.notify if asked.get("to") in (None, one.to)]
        with ThreadPoolExecutor(max_workers=_TESTED_AT_ONCE) as pool:
            whys = pool.map(lambda one: self._try(payee, one, f"test_{trial}"), asked_of)
            told = [{"to": one.to, "why": why} for one, why in zip(asked_of, whys, strict=True)]
        return {"payee": payee.payee_id, "told": told}

    def _try(self, payee: Payee, addressee: Addressee, trial_id: str) -> str:
        """Why it could not be told; nothing if it was. Whatever it waits for, not for longer."""
        try:
            in_time(lambda: self.teller.tell_trial(payee, addressee, trial_id), _TEST_SECONDS)
        except NotTold as error:
            return str(error)
        except (ClientError, BotoCoreError) as error:
            return f"AWS refused: {error}"
        return ""


def handle(event: dict[str, Any], context: Any) -> Any:
    """Lambda's handler."""
    office = _office()
    records = event.get("Records", [])
    source = records[0].get("eventSource", records[0].get("EventSource", "")) if records else ""
    if source == "aws:dynamodb":
        return office.take_rows(records)
    if source == "aws:sqs":
        return {
            "batchItemFailures": [{"itemIdentifier": one} for one in _work(office, event, context)]
        }
    if source == "aws:sns":
        for record in records:
            for mailbox, why in stopped_mailboxes(json.loads(record["Sns"]["Message"])):
                office.rows.stop_mailbox(mailbox, why)
        return None
    if "requestContext" in event:
        return answer(event, office.rows, office.registry, _now())
    if evening := event.get("evening"):
        return {"queued": office.take_evening(format_time(end_of_day(evening, _now())))}
    return office.take_asked(event)


def _work(office: Office, event: dict[str, Any], context: Any) -> list[str]:
    def seconds_left() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000 - _SECONDS_LEFT_OVER

    messages = event_to_messages(event["Records"])
    return work(messages, office, now=_now, seconds_left=seconds_left, waits=office.waits)


@lru_cache(maxsize=1)
def _office() -> Office:
    return Office(os.environ)


def _now() -> datetime:
    return datetime.now(UTC)
