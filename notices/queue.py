"""What a batch of the queue's messages becomes: told, put off, or given up after a day.

The queue keeps the order of each group and gives a group to one worker at a time. Within a batch,
groups are told side by side, so that a receiver that is slow is waited for by its own only; and in
a group nothing is told before what came before it was told or given up.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from notices.notice import Notice, message_to_notice
from notices.outcome import NotTold
from payments.times import from_unix_milliseconds

IN_A_CALL = 10  # SQS takes no more messages at once
LONGEST_TRY = timedelta(days=1)
WAITS = (15, 60, 300, 900, 1800, 3600)
"""Seconds before the second try, the third …, and then always the last."""
_SETTLING_SECONDS = 60
_TIME_FOR_ONE = 12.0  # seconds, with all around it
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """`tries` counts how often it was handed out, this time included."""

    message_id: str
    receipt: str
    sent_at: datetime
    tries: int
    body: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A notice that was given up, when, and why."""

    notice: Notice
    reason: str
    at: datetime
    sent_at: datetime


class NotYet(Exception):
    """What is to be told is still becoming: ask again soon, and count no failure."""


class Mailroom(Protocol):
    """What a worker needs beside the messages."""

    def tell(self, notice: Notice) -> None:
        """Raises NotTold, and NotYet."""

    def postpone(self, messages: Sequence[Message], seconds: int) -> None:
        """Hide them from every worker for so long."""

    def give_up(self, failed: Failed) -> None:
        """Keep it where people find it."""

    def count_failure(self, group: str) -> int:
        """How often telling failed in this group since it last did not, this time included. The
        queue's own count will not do: it counts those, too, that only waited behind another."""

    def forget_failures(self, group: str) -> None:
        """What was told in this group was taken."""


def wait_seconds(failures: int, waits: Sequence[int] = WAITS) -> int:
    """How long to wait after so many failures in a row."""
    return waits[min(failures, len(waits)) - 1]


def event_to_messages(records: Iterable[dict[str, Any]]) -> list[Message]:
    """The messages in the form in which Lambda is handed them."""
    return [
        Message(
            message_id=one["messageId"],
            receipt=one["receiptHandle"],
            sent_at=from_unix_milliseconds(int(one["attributes"]["SentTimestamp"])),
            tries=int(one["attributes"]["ApproximateReceiveCount"]),
            body=one["body"],
        )
        for one in records
    ]


def calls_of(entries: Iterable[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    """What goes into the queue together: never two of a group, since a call may fail for one
    message and not for the next, which would then be told first."""
    call: list[dict[str, str]] = []
    groups: set[str] = set()
    for entry in entries:
        if len(call) == IN_A_CALL or entry["MessageGroupId"] in groups:
            yield call
            call, groups = [], set()
        call.append(entry)
        groups.add(entry["MessageGroupId"])
    if call:
        yield call


def work(
    messages: Sequence[Message],
    mailroom: Mailroom,
    *,
    now: Callable[[], datetime],
    seconds_left: Callable[[], float],
    waits: Sequence[int] = WAITS,
) -> list[str]:
    """Tell them; the ids of those that the queue has to keep."""
    groups: dict[str, list[tuple[Message, Notice]]] = defaultdict(list)
    unreadable = []
    for message in messages:
        try:
            notice = message_to_notice(message.body)
        except (ValueError, LookupError, TypeError):
            _log.exception("no notice: the message %s", message.message_id)
            unreadable.append(message.message_id)  # the queue's own limit ends it
        else:
            groups[notice.group].append((message, notice))

    def work_through(group: list[tuple[Message, Notice]]) -> list[str]:
        return _work_through(group, mailroom, now, seconds_left, waits)

    if len(groups) == 1:
        return unreadable + work_through(*groups.values())
    with ThreadPoolExecutor(max_workers=max(len(groups), 1)) as pool:
        kept = pool.map(work_through, groups.values())
        return unreadable + [one for some in kept for one in some]


def _work_through(
    group: list[tuple[Message, Notice]],
    mailroom: Mailroom,
    now: Callable[[], datetime],
    seconds_left: Callable[[], float],
    waits: Sequence[int],
) -> list[str]:
    for place, (message, notice) in enumerate(group):
        rest = [one for one, _ in group[place:]]
        try:
            if seconds_left() < _TIME_FOR_ONE:
                return _keep(mailroom, rest, 0)
            mailroom.tell(notice)
            if message.tries > 1:
                mailroom.forget_failures(notice.group)
        except NotYet:
            return _keep(mailroom, rest, _SETTLING_SECONDS)
        except NotTold as error:
            if not error.is_final and now() - message.sent_at < LONGEST_TRY:
                _log.info("put off %s: %s", notice.notice_id, error)
                return _keep(
                    mailroom, rest, wait_seconds(mailroom.count_failure(notice.group), waits)
                )
            _log.warning("gave up %s: %s", notice.notice_id, error)
            try:
                mailroom.give_up(Failed(notice, str(error), now(), message.sent_at))
            except Exception:  # noqa: BLE001 (nothing is lost while the queue has it)
                _log.exception("%s is kept in the queue", notice.notice_id)
                return _keep(mailroom, rest, waits[-1])
    return []


def _keep(mailroom: Mailroom, messages: list[Message], seconds: int) -> list[str]:
    """Should they not be put off, they come back once the queue's own time is over."""
    try:
        mailroom.postpone(messages, seconds)
    except Exception:  # noqa: BLE001 (the queue hands them out again all the same)
        _log.exception("not put off: %s messages", len(messages))
    return [one.message_id for one in messages]
