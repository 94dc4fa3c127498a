"""A queue as AWS documents its FIFO queues, and a day that passes when it is told to.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues.html: while
messages of a group are out, no others of it are; what has the deduplication id of a message sent
in the last five minutes is taken and not sent; a message that is hidden comes back, in its place.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from notices.notice import Notice, notice_to_message
from notices.queue import Failed, Message, work

_VISIBILITY = timedelta(seconds=150)
_DEDUPLICATION = timedelta(minutes=5)


class Killed(BaseException):
    """The function ends in the middle of what it does, as if the power went."""


@dataclass
class Waiting:
    message_id: str
    group: str
    body: str
    sent_at: datetime
    hidden_until: datetime
    tries: int = 0


@dataclass
class Queue:
    """`failed` is what was given up; `tell` is whoever is told."""

    tell_one: Callable[[Notice], None]
    now: datetime = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    waiting: list[Waiting] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    _sent: dict[str, datetime] = field(default_factory=dict)
    _count: int = 0
    _failures: Counter[str] = field(default_factory=Counter)

    def send(self, notices: Iterable[Notice]) -> None:
        for notice in notices:
            before = self._sent.get(notice.key)
            if before and self.now - before < _DEDUPLICATION:
                continue
            self._sent[notice.key] = self.now
            self._count += 1
            self.waiting.append(
                Waiting(
                    str(self._count), notice.group, notice_to_message(notice), self.now, self.now
                )
            )

    def receive(self, most: int = 10) -> list[Message]:
        out = {one.group for one in self.waiting if one.hidden_until > self.now}
        found = [one for one in self.waiting if one.group not in out][:most]
        for one in found:
            one.hidden_until = self.now + _VISIBILITY
            one.tries += 1
        return [
            Message(one.message_id, one.message_id, one.sent_at, one.tries, one.body)
            for one in found
        ]

    def run(self) -> bool:
        """Hand a batch to the worker; whether there was one."""
        batch = self.receive()
        if not batch:
            return False
        try:
            kept = work(batch, self, now=lambda: self.now, seconds_left=lambda: 60)
        except Killed:
            return True
        done = {one.message_id for one in batch} - set(kept)
        self.waiting = [one for one in self.waiting if one.message_id not in done]
        return True

    def run_dry(self, at_most: timedelta = timedelta(days=3)) -> None:
        """Until nothing waits, letting time pass where all is hidden."""
        end = self.now + at_most
        while self.waiting and self.now < end:
            if not self.run():
                hidden = [one.hidden_until for one in self.waiting if one.hidden_until > self.now]
                self.now = min(*hidden, end)

    # --- notices.queue.Mailroom ---

    def tell(self, notice: Notice) -> None:
        self.tell_one(notice)

    def postpone(self, messages: Sequence[Message], seconds: int) -> None:
        ids = {one.message_id for one in messages}
        for one in self.waiting:
            if one.message_id in ids:
                one.hidden_until = self.now + timedelta(seconds=seconds)

    def give_up(self, failed: Failed) -> None:
        self.failed.append(failed)

    def count_failure(self, group: str) -> int:
        self._failures[group] += 1
        return self._failures[group]

    def forget_failures(self, group: str) -> None:
        del self._failures[group]
