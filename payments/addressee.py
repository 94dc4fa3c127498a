"""Who outside is told what happens to a payee's payments, and of what."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

SECRET_MARK = "{secret}"  # noqa: S105 (it stands for one)
"""Stands in an address for the value that its `secret` names."""


class NoticeKind(StrEnum):
    """What one can be told. All but the last two are of one payment."""

    RECORDED = "recorded"  # the payer's word, no money
    CONFIRMED = "confirmed"
    REVERSED = "reversed"
    UNDONE = "undone"
    ERASED = "erased"  # who paid and why is gone: so must it be where it was told
    SETTLED = "settled"  # by a statement, all of a payee's payments at once
    DAY = "day"  # each evening, what was said and confirmed, and what is open


OF_A_PAYMENT = tuple(kind for kind in NoticeKind if kind not in ("settled", "day"))


class Channel(StrEnum):
    """How an address is reached."""

    WEBHOOK = "webhook"
    MAIL = "mail"
    PUSH = "push"  # Apprise's services


@dataclass(frozen=True, slots=True)
class Addressee:
    """An address, and what whoever is there wants to be told.

    `secret` names a parameter of the deployed system: what signs a webhook, or what stands in the
    address for SECRET_MARK. It is never the secret itself.
    """

    to: str
    kinds: tuple[NoticeKind, ...]
    secret: str = ""
    language: str = "en"

    @property
    def channel(self) -> Channel:
        scheme = self.to.partition(":")[0]
        if scheme in ("https", "http"):
            return Channel.WEBHOOK
        return Channel.MAIL if scheme == "mailto" else Channel.PUSH

    @property
    def mailbox(self) -> str:
        """Of an address for mail: whom it goes to."""
        return self.to.removeprefix("mailto:")


def addressees_to_text(addressees: Iterable[Addressee]) -> str:
    """As the registry keeps them."""
    return json.dumps([asdict(one) for one in addressees])


def text_to_addressees(text: str) -> tuple[Addressee, ...]:
    return tuple(
        Addressee(**{**fields, "kinds": tuple(map(NoticeKind, fields["kinds"]))})
        for fields in json.loads(text)
    )
