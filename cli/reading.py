"""Reading the ledger of a system for people."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from cli.arguments import Amount, BankNumber, Moment
from cli.copying.copied_system import CopiedSystem, Readable
from cli.failure import Failure
from cli.guards import while_reading
from cli.many_payees.side_by_side import read_side_by_side
from cli.progress import progress_bar
from desk.selection import Selection
from payments.events import History, PaymentStatus
from payments.ledger import Ledger
from payments.payee import Payee, PayeeId, parse_payee_id
from payments.payment_id import PaymentId
from payments.references import Reference, partial_forms
from payments.refusals import InvalidValue

if TYPE_CHECKING:
    from cli.system import System
    from publishing.manifest import Published

_PRESENT = f"{__name__}.present"
"""What the last look at who is known told of present ids, for who asks for that next."""
SEARCHED = timedelta(days=31)  # how far back a part of a reference is looked for
_KEYS = 100  # that a ledger is asked for at a time

_PERIOD = (
    click.option("--since", type=Moment(), help="Recorded then or later: a day, a time, 7d."),
    click.option(
        "--until",
        "--older-than",
        "until",
        type=Moment(end=True),
        help="Recorded before: a day, which counts whole, a time, 3d.",
    ),
)
_CONDITIONS = (
    *_PERIOD,
    click.option(
        "--payer",
        default="",
        metavar="TEXT",
        help="The payer's name has this in it, whatever the case or accents.",
    ),
    click.option("--min", "least", type=Amount(), help="At least this much."),
    click.option("--max", "most", type=Amount(), help="At most this much."),
    click.option(
        "--status",
        type=click.Choice([*map(str, PaymentStatus)]),
        help="That are this now: claimed ones wait for their money.",
    ),
    click.option("--method", default="", help="By this way to pay, as the payer says: upi, cash …"),
    click.option(
        "--bank-number",
        "bank_reference",
        type=BankNumber(),
        help="With this number of the bank's, as the payer has it.",
    ),
)


def selection_options(*, period_only: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Options that choose payments, handed to the command as `selection`. The times are those of
    recording, by the server's clock."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def with_selection(
            *,
            since: datetime | None,
            until: datetime | None,
            least: Decimal | None = None,
            most: Decimal | None = None,
            payer: str = "",
            method: str = "",
            status: str | None = None,
            bank_reference: str | None = None,
            **options: Any,
        ) -> None:
            if since and until and until <= since:
                raise click.UsageError("--until is before --since: nothing can lie between.")
            if least is not None and most is not None and most < least:
                raise click.UsageError("--max is below --min: nothing can lie between.")
            method = method.strip().lower()
            selection = Selection(
                since, until, payer, least, most, method, bank_reference,
                PaymentStatus(status) if status else None,
            )  # fmt: skip
            command(selection=selection, **options)

        for option in reversed(_PERIOD if period_only else _CONDITIONS):
            with_selection = option(with_selection)
        return with_selection

    return decorate


def payees_to_read(system: Readable, text: str | None) -> list[PayeeId]:
    """The ids, the present one first, of the one payee that `text` names, else those of every payee
    ever published. Raises Failure."""
    with while_reading():
        if text is None:
            return known_payees(system)
        try:
            payee_id = parse_payee_id(text)
            if isinstance(system, CopiedSystem):
                if known := system.registered().get(payee_id):
                    return list(known.all_ids)
                if payee_id in system.payees():
                    return [payee_id]
                raise InvalidValue("was not in the registry when that was made")
            payee = system.registry().find_fresh(payee_id)
            if payee is None:
                raise InvalidValue("is not in the registry: `payees publish` puts a payee there")
        except InvalidValue as error:
            raise Failure(f"No payee “{text}” in {system}: it {error}.") from error
        return list(payee.all_ids)


def known_payees(system: Readable) -> list[PayeeId]:
    """Every payee ever published, in order: the manifest lists them. Without one, the registry
    has to be read to find them."""
    if isinstance(system, CopiedSystem):
        return system.payees()
    payee_ids, present = _known(system)
    if context := click.get_current_context(silent=True):
        context.meta[_PRESENT] = system, present
    return payee_ids


def as_counted(
    system: Readable, payee_ids: list[PayeeId], text: str | None, histories: Iterator[History]
) -> Iterator[History]:
    """The histories as they count: what was recorded under a payee's former id, under the present
    one. `payee_ids` are whose they are, as `payees_to_read` gave them for `text`."""
    present = present_ids(system, payee_ids, text)
    if not present:
        return histories
    return (under_present(one, present) for one in histories)


def under_present(history: History, present: Mapping[PayeeId, PayeeId]) -> History:
    """As it counts: under the id that took the place of the one it was recorded under."""
    payment = history.payment
    if payment.payee_id not in present:
        return history
    return replace(history, payment=replace(payment, payee_id=present[payment.payee_id]))


def present_ids(
    system: Readable, payee_ids: list[PayeeId], text: str | None
) -> dict[PayeeId, PayeeId]:
    """By former ids, those that took their place: of what `payees_to_read` gave for `text`."""
    if text is not None:
        return dict.fromkeys(payee_ids[1:], payee_ids[0])
    with while_reading():
        if isinstance(system, CopiedSystem):
            return _present(system.registered().values())
        context = click.get_current_context(silent=True)
        of, present = context.meta.pop(_PRESENT, (None, {})) if context else (None, {})
        return present if of is system else _known(system)[1]


def _known(system: "System") -> tuple[list[PayeeId], dict[PayeeId, PayeeId]]:
    """Every payee ever published, in order, and the present ids by former ones."""
    if published := _published(system):
        present = {PayeeId(one): PayeeId(id_) for one, id_ in published.formerly.items()}
        return sorted(map(PayeeId, published.payees)), present
    registered = list(system.registry().payees())
    return sorted(payee.payee_id for payee in registered), _present(registered)


def _present(registered: Iterable[Payee]) -> dict[PayeeId, PayeeId]:
    return {payee.payee_id: payee.ids[0] for payee in registered if payee.is_former}


def _published(system: "System") -> "Published | None":
    if not system.bucket:
        return None
    from publishing.manifest import load_manifest  # noqa: PLC0415 (slow; a copy needs none)

    return load_manifest(system.store())[0]


def registered_payees(system: Readable) -> Iterable[Payee]:
    """All of its registry, as it is, or as it was when the copy was made."""
    if isinstance(system, CopiedSystem):
        return system.registered().values()
    return system.registry().payees()


def read_histories(
    system: Readable, payee_ids: list[PayeeId], selection: Selection, *, collects: bool = True
) -> Iterator[History]:
    """Payee by payee, each in the order of minting; several payees are read at a time, a few pages
    of rows of each. `collects` is whether nothing is shown of it before all is read: then a bar
    shows how far it is."""
    if isinstance(system, CopiedSystem):
        yield from system.histories(payee_ids, selection)
        return
    from cli.many_payees.asked_together import AskedTogether  # noqa: PLC0415 (slow)

    with while_reading(), progress_bar("Reading payees") as show:

        def done(count: int) -> None:
            if collects or not sys.stdout.isatty():
                show(count, len(payee_ids))

        found = AskedTogether(system).read(payee_ids, selection.bounds(), selection.since, done)
        yield from filter(selection.matches, found)


def find_payments(
    system: Readable, reference: Reference, text: str | None, since: datetime | None
) -> list[History]:
    """The payments that `reference` may mean: `find_each` for one."""
    [found] = find_each(system, [reference], text, since)
    return found


def find_each(
    system: Readable, references: Sequence[Reference], text: str | None, since: datetime | None
) -> list[list[History]]:
    """For each of `references` the payments that it may mean, of the payee `text` or of anybody.

    Several payees may have one of the same id. Whole ids are asked for by their keys, side by
    side. Forms that do not say the whole id are all looked for in one reading of what was recorded
    from `since` on, else in the last 31 days.
    """
    payee_ids = payees_to_read(system, text)
    found: dict[Reference, list[History]] = {reference: [] for reference in references}
    with while_reading():
        if isinstance(system, CopiedSystem):
            for one in found:
                if one.payment_id:
                    found[one] += system.find_among(payee_ids, one.payment_id)
        else:
            _find_whole(system.ledger(), payee_ids, found)
    partial = {one.text: one for one in found if one.payment_id is None}
    if partial:
        since = since or datetime.now().astimezone() - SEARCHED
        payees = text or f"{len(payee_ids)} payee{'' if len(payee_ids) == 1 else 's'}"
        what = f"{len(partial)} references" if len(partial) > 1 else next(iter(partial))
        click.echo(f"Looking for {what} since {since:%Y-%m-%d}: {payees} …", err=True)
        lengths = {len(form) for form in partial}
        for history in read_histories(system, payee_ids, Selection(since)):
            forms = partial_forms(history.payment.payment_id, lengths)
            for form in partial.keys() & forms:
                found[partial[form]].append(history)
    return [found[reference] for reference in references]


def _find_whole(
    ledger: Ledger, payee_ids: list[PayeeId], found: dict[Reference, list[History]]
) -> None:
    """With ten thousand payees one id is a hundred requests, of which none waits for another."""
    parts = [payee_ids[at : at + _KEYS] for at in range(0, len(payee_ids), _KEYS)]
    whole = {one.payment_id: one for one in found if one.payment_id}
    asked = [(payment_id, part) for payment_id in whole for part in parts]

    def find(key: tuple[PaymentId, list[PayeeId]]) -> Iterator[History]:
        payment_id, part = key
        for payee_id in sorted(one.payee_id for one in ledger.find_among(part, payment_id)):
            yield from ledger.histories(payee_id, (payment_id, payment_id))

    with progress_bar("Looking them up") as show:
        for history in read_side_by_side(asked, find, lambda done: show(done, len(asked))):
            found[whole[history.payment.payment_id]].append(history)
