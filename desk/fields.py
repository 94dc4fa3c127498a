"""A payment's fields as people and programs see them, one row for each: a table on a terminal, CSV,
JSON and exports all follow from here."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from desk.names import isolated, marked, mixed_scripts
from desk.tables import Column, Row
from payments.documents import FULL_FIELDS, full_document
from payments.events import Event, History, PaymentStatus, undoing_event
from payments.references import short_reference


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is what documents and the heads of CSV call it. People see it in `column`, as `cell`
    writes it; without these it is for programs only."""

    name: str
    column: Column | None = None
    cell: Callable[[History], str] = lambda _: ""
    in_csv: bool = True  # of a listing; an export has everything


def local_time(moment: datetime) -> str:
    """In this machine's zone, with the offset, for people: `2026-03-01 15:00 +05:30`."""
    moment = moment.astimezone()
    offset = moment.strftime("%z")
    return f"{moment:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"


def grouped(amount: object) -> str:
    """An amount or a count with its thousands set apart, to be looked at: `1,234,567.00 INR`. What
    programs read, or people type again, is never grouped."""
    whole, point, decimals = str(amount).partition(".")
    return re.sub(r"(?<=\d)(?=(\d{3})+\b)", ",", whole) + point + decimals


def counted(count: int, thing: str) -> str:
    """`1 line`, `2 lines`, `3 batches`."""
    ending = "" if count == 1 else "es" if thing.endswith("ch") else "s"
    return f"{count} {thing}{ending}"


def local_iso(moment: datetime) -> str:
    """The same for programs: `2026-03-01T15:00:00.123+05:30`."""
    return moment.astimezone().isoformat(timespec="milliseconds")


def _status(history: History) -> str:
    """Whether a payment was erased is said here, in our words: its payer may be called “erased”."""
    return f"{history.status}, erased" if history.payment.is_erased else history.status


FIELDS = (
    Field("recorded_at", Column("recorded"), lambda one: local_time(one.payment.recorded_at)),
    Field("payee_id", Column("payee"), lambda one: one.payment.payee_id),
    Field("payer_id", Column("payer", is_words=True), lambda one: marked(one.payment.payer_id)),
    Field("amount", Column("amount", is_number=True), lambda one: str(one.payment.money)),
    Field("currency"),  # people see it beside the amount
    Field("status", Column("status"), _status),
    Field("reason", Column("reason", is_words=True), lambda one: one.payment.reason),
    Field("method", Column("method"), lambda one: one.payment.method or ""),
    Field("bank_reference", Column("bank number"), lambda one: one.payment.bank_reference or ""),
    Field("reference", Column("reference"), lambda one: one.payment.payment_id.reference),
    Field("payment_id", in_csv=False),
    Field("events", in_csv=False),
)

COLUMNS = tuple(field.column for field in FIELDS if field.column)
CSV_COLUMNS = tuple(field.name for field in FIELDS if field.in_csv)
EXPORT_COLUMNS = FULL_FIELDS


def listing_row(history: History, *, with_payee: bool) -> Row:
    """A row of COLUMNS, in which what goes without saying is blank."""
    unsaid = {"status": str(PaymentStatus.CLAIMED)}
    if not with_payee:
        unsaid["payee_id"] = history.payment.payee_id
    cells = [(field.name, field.cell(history)) for field in FIELDS if field.column]
    return ["" if unsaid.get(name) == cell else cell for name, cell in cells]


def listing_document(history: History) -> dict[str, object]:
    """For programs on this machine: the export's, with the time of recording in its zone."""
    return full_document(history) | {"recorded_at": local_iso(history.payment.recorded_at)}


def description(history: History) -> str:
    """A line for each field that people see, the status last, and for each event below it; the
    short form of the reference is not worth a column elsewhere."""
    payment = history.payment
    cells = {field.name: field.cell(history) for field in FIELDS} | {
        "payer_id": isolated(payment.payer_id) + _warning(payment.payer_id),
        "reason": isolated(payment.reason),
    }
    fields = sorted(FIELDS, key=lambda field: field.name == "status")
    lines = [(field.column.name, cells[field.name] or "-") for field in fields if field.column]
    lines.insert(-1, ("short", short_reference(payment.payment_id)))
    for event in history.events:
        lines += _event_lines(event, history.events)
    return "\n".join(f"{name:<13}{text}" for name, text in lines)


def phrase(history: History) -> str:
    """A payment in the middle of a sentence."""
    payment = history.payment
    reference = payment.payment_id.reference
    return f"{reference}, {payment.money} from {isolated(payment.payer_id)} to {payment.payee_id}"


def _event_lines(event: Event, events: Sequence[Event]) -> list[tuple[str, str]]:
    said = f"{local_time(event.recorded_at)} by {isolated(event.by)}: {isolated(event.why)}"
    if undoing_event(events, event.number):
        said += " (taken back)"
    lines = [(str(event.status), said)]
    if evidence := event.evidence:
        bank = f", bank {isolated(evidence.bank_id)}" if evidence.bank_id else ""
        booked = f"booked {evidence.booked_on}, {evidence.money}{bank}"
        lines.append(("", f"line {evidence.fingerprint}, {booked}"))
    return lines


def _warning(payer_id: str) -> str:
    scripts = " and ".join(mixed_scripts(payer_id))
    return f"  \u26a0 mixes {scripts} letters: it may imitate another name" if scripts else ""
