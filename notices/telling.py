"""Telling one notice: what it is about is read from the ledger, and sent the way its address is."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from notices.documents import (
    Day,
    Settled,
    cut,
    day_document,
    payment_document,
    settled_document,
    sum_up_batch,
    sum_up_day,
    trial_document,
)
from notices.messages import Text, day_text, payment_text, settled_text, trial_text
from notices.notice import Notice
from notices.outcome import NotTold
from notices.queue import NotYet
from notices.signing import InvalidSecret, parse_secrets, webhook_headers
from payments.addressee import SECRET_MARK, Addressee, Channel, NoticeKind
from payments.events import History
from payments.ledger import Ledger
from payments.payee import Payee
from payments.payment_id import id_bounds
from payments.refusals import LedgerUnavailable
from payments.registry import Payees
from payments.times import parse_time

_OPEN_SINCE = timedelta(days=31)  # what is open longer, a treasurer's report tells
_SETTLED_SINCE = timedelta(days=120)
_STILL_SETTLING = timedelta(seconds=60)


class Secrets(Protocol):
    def value(self, name: str) -> str:
        """Raises NotTold."""


class SendMail(Protocol):
    def __call__(self, payee: Payee, mailbox: str, text: Text, notice_id: str) -> None:
        """Raises NotTold. Where mail was stopped, nothing is sent, and that is all right."""


class Memory(Protocol):
    """What was told by mail and push, whose readers cannot tell a second time from a first."""

    def was_told(self, notice: Notice) -> bool: ...

    def keep_told(self, notice: Notice, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Teller:
    """`post` takes an address, headers and a body, `push` an address and a text; both raise
    NotTold."""

    ledger: Ledger
    payees: Payees
    secrets: Secrets
    post: Callable[[str, dict[str, str], bytes], None]
    push: Callable[[str, Text], None]
    send_mail: SendMail
    now: Callable[[], datetime]
    memory: Memory
    zone: tzinfo = UTC

    def tell(self, notice: Notice) -> None:
        """Raises NotTold, and NotYet for a batch that still grows."""
        try:
            payee = self.payees.find_fresh(notice.payee_id)
            addressee = _addressee(payee, notice)
            if payee is None or addressee is None:
                return  # nobody wants to be told any more
            is_known_by_id = addressee.channel is Channel.WEBHOOK
            if not is_known_by_id and self.memory.was_told(notice):
                return
            told = self._look_up(notice, payee, addressee)
        except LedgerUnavailable as error:
            raise NotTold(f"the ledger does not answer: {error}") from error
        if told:
            self._send(payee, addressee, notice.notice_id, *told)
            if not is_known_by_id:  # after it was taken: rather twice than never
                self.memory.keep_told(notice, self.now())

    def tell_trial(self, payee: Payee, addressee: Addressee, trial_id: str) -> None:
        """Tell that this is a test. Raises NotTold."""
        document = trial_document(payee.payee_id, self.now())
        text = trial_text(payee.name, addressee.language)
        self._send(payee, addressee, trial_id, document, text)

    def _look_up(
        self, notice: Notice, payee: Payee, addressee: Addressee
    ) -> tuple[dict[str, object], Text] | None:
        """The document and the text; None if there is nothing to tell."""
        name, language = payee.name, addressee.language
        if notice.kind is NoticeKind.DAY:
            day = self._day(notice)
            return day_document(day), day_text(day, name, language)
        if notice.kind is NoticeKind.SETTLED:
            settled = self._settled(notice)
            if settled is None:
                return None
            return settled_document(settled), settled_text(settled, name, language)
        history = self._history(notice)
        document = payment_document(notice.kind, history)
        return document, payment_text(notice.kind, history, name, language)

    def _history(self, notice: Notice) -> History:
        only = notice.payment_id
        for history in self.ledger.histories(notice.payee_id, (only, only)):
            if found := cut(history, notice.number):
                return found
        raise NotTold("the ledger does not have it")

    def _day(self, notice: Notice) -> Day:
        until = parse_time(notice.subject)
        # By the wall's clock: a day on which clocks change has 23 hours, or 25.
        since = (until.astimezone(self.zone) - timedelta(days=1)).astimezone(UTC)
        histories = self.ledger.histories(notice.payee_id, id_bounds(until - _OPEN_SINCE, until))
        return sum_up_day(notice.payee_id, histories, since, until)

    def _settled(self, notice: Notice) -> Settled | None:
        bounds = id_bounds(self.now() - _SETTLED_SINCE, None)
        histories = self.ledger.histories(notice.payee_id, bounds)
        settled = sum_up_batch(notice.payee_id, notice.subject, histories)
        if settled and self.now() - settled.newest < _STILL_SETTLING:
            raise NotYet
        return settled

    def _send(
        self,
        payee: Payee,
        addressee: Addressee,
        notice_id: str,
        document: dict[str, object],
        text: Text,
    ) -> None:
        match addressee.channel:
            case Channel.MAIL:
                self.send_mail(payee, addressee.mailbox, text, notice_id)
            case Channel.PUSH:
                self.push(self._address(addressee), text)
            case Channel.WEBHOOK:
                body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
                try:
                    keys = parse_secrets(self.secrets.value(addressee.secret))
                except InvalidSecret as error:
                    raise NotTold(f"{addressee.secret}: {error}") from error
                seconds = int(self.now().timestamp())
                headers = webhook_headers(keys, notice_id, seconds, body)
                self.post(addressee.to, headers, body)

    def _address(self, addressee: Addressee) -> str:
        if not addressee.secret:
            return addressee.to
        return addressee.to.replace(SECRET_MARK, self.secrets.value(addressee.secret).strip())


def _addressee(payee: Payee | None, notice: Notice) -> Addressee | None:
    """Whoever is at the notice's address, if the payee still has them told of such things."""
    for one in payee.notify if payee else ():
        if one.to == notice.to and notice.kind in one.kinds:
            return one
    return None
