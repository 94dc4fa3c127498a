"""What a treasurer decided, in the ledger: payments recorded and confirmed as one batch, and a
batch taken back."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from cli.corrections import Outcome, Result, count_outcomes, write_events
from cli.failure import Failure
from cli.guards import while_reading, while_writing
from cli.progress import progress_bar
from cli.reading import payees_to_read, read_histories
from cli.settling.by_alerts import settled_otherwise
from cli.system import System, same_system
from desk.deciding.plan import Decision
from desk.fields import phrase
from desk.selection import Selection
from payments.events import (
    BANK_ID_MAX_LENGTH,
    WHY_MAX_LENGTH,
    Event,
    EventRefused,
    EventStatus,
    History,
    plan_event,
    standing_events,
)
from payments.payee import PayeeId
from payments.payment import PAYER_ID_MAX_LENGTH, Claim, Payment, parse_bank_reference
from payments.recording import record_payment
from payments.refusals import (
    ClockSkew,
    InvalidFields,
    InvalidValue,
    PayeeClosed,
    PaymentConflict,
    Refusal,
)
from payments.text import parse_text

if TYPE_CHECKING:
    from payments.payment_id import PaymentId

NOT_TOLD = "not told"
RECORDED_BY_STATEMENT = "recorded from a bank statement"
_ONE_LINE = "the first part of this line was not settled, so this one was not tried"


def check_decided(system: System, decisions: Sequence[Decision]) -> list[History | None]:
    """The payments as they are now; None where nobody recorded one, which `decisions` knows.

    Raises Failure for one that should be recorded and is not, and for parts that are not together
    what arrived.
    """
    wanted: dict[PayeeId, list[PaymentId]] = defaultdict(list)
    for one in decisions:
        wanted[one.payee_id].append(one.payment_id)
    found: dict[tuple[PayeeId, PaymentId], History] = {}
    with while_reading():
        for payee_id, ids in wanted.items():
            for history in system.ledger().histories(payee_id, (min(ids), max(ids))):
                found[payee_id, history.payment.payment_id] = history
    histories = [found.get((one.payee_id, one.payment_id)) for one in decisions]
    for one, standing in zip(decisions, histories, strict=True):
        if standing is None and one.is_recorded:
            raise Failure(
                f"Row {one.row} names a payment that is not recorded in {system}: "
                f"{one.payment_id.reference} of {one.payee_id}. Nothing was changed."
            )
    _check_parts(decisions, histories)
    return histories


def _check_parts(decisions: Sequence[Decision], histories: Sequence[History | None]) -> None:
    sums: Counter[tuple[str, str]] = Counter()
    firsts: dict[str, Decision] = {}
    for one, history in zip(decisions, histories, strict=True):
        if one.part and history:
            money = history.payment.money
            sums[_line_of(one), money.currency] += money.amount_minor
            firsts.setdefault(_line_of(one), one)
    for line, one in firsts.items():
        arrived = one.evidence.money
        if {key: n for key, n in sums.items() if key[0] == line} != {
            (line, arrived.currency): arrived.amount_minor
        }:
            raise Failure(
                f"Row {one.row} and the other parts of its line are not together the {arrived} "
                "that arrived. Nothing was changed."
            )


def _line_of(decision: Decision) -> str:
    return decision.evidence.fingerprint.partition("_")[0]


def apply_decisions(
    system: System, decisions: Sequence[Decision], *, by: str, batch: str, beside: str = ""
) -> list[Result]:
    """Record what nobody recorded, confirm all, and say what became of each; `beside` is said with
    every event. Raises Failure if nothing can be written."""
    standing = check_decided(system, decisions)
    click.echo(f"Batch {batch}: writing to {system} …", err=True)
    twice = settled_otherwise(system, decisions)
    recorded = _record_missing(system, decisions, standing)
    for place, why in twice.items():
        recorded[place] = _refused(decisions[place], recorded[place], why)
    said = (by, f"{beside}; batch {batch}")
    whole = [place for place, one in enumerate(decisions) if one.part <= 1]
    results = dict(zip(whole, _confirm(system, decisions, recorded, whole, said), strict=True))
    settled = {
        _line_of(decisions[place])
        for place, result in results.items()
        if result.outcome in (Outcome.DONE, Outcome.ALREADY)
    }
    parts = [place for place in range(len(decisions)) if place not in results]
    for place in parts:
        if _line_of(decisions[place]) not in settled:
            recorded[place] = _refused(decisions[place], recorded[place], _ONE_LINE)
    results |= dict(zip(parts, _confirm(system, decisions, recorded, parts, said), strict=True))
    return [results[place] for place in range(len(decisions))]


def _record_missing(
    system: System, decisions: Sequence[Decision], standing: Sequence[History | None]
) -> list[History | Result]:
    missing = [place for place, history in enumerate(standing) if history is None]
    recorded: list[History | Result | None] = [*standing]
    for place, history in enumerate(standing):
        one = decisions[place]
        if history and not one.is_recorded and history.payment.money != one.evidence.money:
            why = f"it was recorded meanwhile, as {history.payment.money}: read the statement again"
            recorded[place] = _refused(one, history, why)
    payee_ids = payees_to_read(system, None) if missing else []
    with progress_bar("Recording") as show:
        for done, place in enumerate(missing, 1):
            with while_writing("it was recorded", "the same command again doubles nothing"):
                recorded[place] = _record(system, decisions[place], payee_ids)
            show(done, len(missing))
    return [one for one in recorded if one]


def _record(system: System, decision: Decision, payee_ids: Sequence[PayeeId]) -> History | Result:
    """By the same one function as a payer's own claim."""
    ledger, asked = system.ledger(), decision.evidence.money
    for other in ledger.find_among(payee_ids, decision.payment_id):
        if other.payee_id != decision.payee_id:
            return _refused(decision, None, f"it is recorded for {other.payee_id} already")
    claim = Claim(
        decision.payment_id, decision.payee_id, _payer(decision.name), asked.amount,
        asked.currency, RECORDED_BY_STATEMENT, bank_reference=_bank_number(decision),
    )  # fmt: skip
    now = datetime.now(UTC)
    try:
        recording = record_payment(claim, ledger=ledger, payees=system.registry(), now=now)
    except Refusal as refusal:
        return _refused(decision, None, _why_not(refusal))
    return History(recording.payment)


def _why_not(refusal: Refusal) -> str:
    match refusal:
        case PayeeClosed():
            return "the payee takes no payments: `payees open` and publish, then apply again"
        case ClockSkew():
            return "its reference is of more than 31 days ago, or of the future: too late to record"
        case PaymentConflict():
            return "it was recorded meanwhile: read the statement again"
        case InvalidFields():
            return f"it breaks the payee's rules ({refusal})"
        case _:
            return "there is no such payee"


def _payer(name: str) -> str:
    """What the bank calls the sender, where that can be a payer's name."""
    try:
        return parse_text(name[:PAYER_ID_MAX_LENGTH], max_length=PAYER_ID_MAX_LENGTH, required=True)
    except InvalidValue:
        return NOT_TOLD


def _bank_number(decision: Decision) -> str | None:
    try:
        return parse_bank_reference(decision.evidence.bank_id)
    except InvalidValue:
        return None


def _refused(decision: Decision, standing: History | Result | None, why: str) -> Result:
    if isinstance(standing, Result):
        return standing
    history = standing or History(
        Payment(
            decision.payment_id, decision.payee_id, _payer(decision.name),
            decision.evidence.money, "", datetime.now(UTC),
        )
    )  # fmt: skip
    detail = f"{phrase(history)}: {why}. Nothing was changed."
    return Result(Outcome.REFUSED, f"row {decision.row}", history, detail)


def _confirm(
    system: System, decisions: Sequence[Decision], recorded: Sequence[History | Result],
    places: Sequence[int], said: tuple[str, str],
) -> list[Result]:  # fmt: skip
    histories: list[tuple[str, History]] = []
    planned: list[Event | Result] = []
    for place in places:
        one, standing = decisions[place], recorded[place]
        history = standing.history if isinstance(standing, Result) else standing
        histories.append((f"row {one.row}", history))
        if isinstance(standing, Result):
            planned.append(standing)
        else:
            planned.append(_event_or_result(history, one, *said))
    return write_events(system.ledger(), histories, planned)


def _event_or_result(history: History, decision: Decision, by: str, ending: str) -> Event | Result:
    standing = standing_events(history.events)
    settled_by = standing[0].evidence if standing else None
    evidence = decision.evidence
    if settled_by and settled_by.fingerprint == evidence.fingerprint:
        detail = f"Settled already by this line: {phrase(history)}."
        return Result(Outcome.ALREADY, f"row {decision.row}", history, detail)
    if decision.part:
        evidence = replace(evidence, money=history.payment.money)
    evidence = replace(evidence, bank_id=sayable(evidence.bank_id, BANK_ID_MAX_LENGTH))
    why = sayable(decision.why, WHY_MAX_LENGTH - len(ending)) + ending
    try:
        return plan_event(
            history, EventStatus.CONFIRMED, by=by, why=why, now=datetime.now(UTC),
            evidence=evidence,
        )  # fmt: skip
    except EventRefused as error:
        return _refused(decision, history, str(error))


def sayable(text: str, longest: int) -> str:
    """What of a text an event may say: a file, and a booking, may be called anything."""
    with suppress(InvalidValue):
        return parse_text(text, max_length=longest, required=False)
    kept = ""
    for character in text:
        with suppress(InvalidValue):
            parse_text(kept + character, max_length=longest, required=False)
            kept += character
    return kept


def undo_batch(system: System, batch: str, by: str) -> list[Result]:
    """Take back what of a batch still stands. Raises Failure if nothing does."""
    click.echo(f"Looking for batch {batch} in {system} …", err=True)
    histories: list[tuple[str, History]] = []
    planned: list[Event | Result] = []
    taken_back = 0
    for history in read_histories(system, payees_to_read(system, None), Selection()):
        if not any(event.why.endswith(f"; batch {batch}") for event in history.events):
            continue
        standing = standing_events(history.events)
        if standing and standing[-1].why.endswith(f"; batch {batch}"):
            why = f"batch {batch} was taken back"
            histories.append((batch, history))
            planned.append(
                plan_event(history, EventStatus.UNDONE, by=by, why=why, now=datetime.now(UTC))
            )
        else:
            taken_back += 1
    if not planned:
        many = f"all {taken_back} payments of it are undone or reversed" if taken_back else "none"
        many = "its 1 payment is undone or reversed" if taken_back == 1 else many
        raise Failure(f"There is nothing of batch {batch} to undo in {system}: {many}.")
    if taken_back:
        click.echo(f"{taken_back} of it are undone or reversed already.", err=True)
    return write_events(system.ledger(), histories, planned)


def tell(results: Sequence[Result], done: str, then: str) -> None:
    """What became of a batch, in counts, and each that was not done. Raises Failure for these."""
    counts, said = count_outcomes(results, done)
    for result in results:
        if result.outcome in (Outcome.REFUSED, Outcome.UNKNOWN):
            click.echo(f"{result.typed}: {result.detail}", err=True)
    summary = f"{', '.join(said)}.".capitalize()
    if counts[Outcome.UNKNOWN] or counts[Outcome.WAITING]:
        raise Failure(f"{summary} The same command again goes on, and doubles nothing.")
    if counts[Outcome.REFUSED]:
        raise Failure(f"{summary} {then}")
    click.echo(summary, err=True)
    click.echo(then, err=True)


def undo_command(batch: str) -> str:
    return f"payees reconcile --undo {batch}{same_system()}"
