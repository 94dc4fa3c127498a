"""What is told to people, in words: a title, and lines that are each a thing and what it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from notices.documents import Day, Settled, Sum
from notices.words import words_of
from payments.addressee import NoticeKind
from payments.events import History

_MOST_NAMED = 40  # in push, a title is all that is seen


@dataclass(frozen=True, slots=True)
class Text:
    """`lines` are a label, which may be empty, and what stands behind it."""

    title: str
    lines: tuple[tuple[str, str], ...]
    language: str

    @property
    def plain(self) -> str:
        return "\n".join(f"{label}: {what}" if label else what for label, what in self.lines)


def payment_text(kind: NoticeKind, history: History, payee: str, language: str) -> Text:
    """What happened last to a payment: whose word it is, it says."""
    words, payment = words_of(language), history.payment
    said = words[_WORDS[kind]]
    lines = [("", said), ("", f"{payment.money} · {payment.payer_id}")]
    if payment.reason:
        lines.append((words["why"], payment.reason))
    lines.append(("", payment.payment_id.reference))
    if kind is NoticeKind.RECORDED:
        lines.append(("", words["not_money"]))
    return Text(f"{_short(payee)}: {said}, {payment.money}", tuple(lines), language)


def day_text(day: Day, payee: str, language: str) -> Text:
    words = words_of(language)
    sums = {"said": day.said, "confirmed": day.confirmed, "reversed": day.reversed}
    lines = [_line(words, key, one) for key, one in sums.items()]
    lines.append(_line(words, "open", day.open))
    lines.insert(1, ("", words["not_money"]))  # of what was said, and of nothing below it
    title = f"{_short(payee)}: {words['day']}, {words['said']} {day.said}"
    return Text(title, tuple(lines), language)


def settled_text(settled: Settled, payee: str, language: str) -> Text:
    words = words_of(language)
    line = _line(words, "settled", settled.confirmed)
    return Text(
        f"{_short(payee)}: {words['settled']}, {settled.confirmed}",
        (line, ("", settled.batch)),
        language,
    )


def trial_text(payee: str, language: str) -> Text:
    """In English: whoever tries it is at a terminal."""
    return Text(
        f"{_short(payee)}: a test",
        (("", "This is a test of Payee Pages. It is about no payment."),),
        language,
    )


def _line(words: Mapping[str, str], key: str, one: Sum) -> tuple[str, str]:
    return words[key], f"{one} ({words['payments']}: {one.payments})"


def _short(name: str) -> str:
    return name if len(name) <= _MOST_NAMED else f"{name[: _MOST_NAMED - 1]}…"


_WORDS = {
    NoticeKind.RECORDED: "said",
    NoticeKind.CONFIRMED: "confirmed",
    NoticeKind.REVERSED: "reversed",
    NoticeKind.UNDONE: "undone",
    NoticeKind.ERASED: "erased",
}
