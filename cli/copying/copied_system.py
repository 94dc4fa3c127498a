"""A copy read as the system that it is of is read."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from backend.table import PROFILE, TILL_PREFIX, item_to_payee, payee_partition
from cli.copying.copy_file import CopyState, opened, state_of
from cli.failure import Failure
from cli.system import System, refuse_two_ways, system_options
from desk.fields import local_time
from desk.names import folded
from desk.selection import Selection
from payments.events import Event, EventStatus, Evidence, Fingerprint, History
from payments.ledger import Bounds
from payments.money import Money
from payments.payee import Payee, PayeeId
from payments.payment import Payment
from payments.payment_id import PaymentId
from payments.times import from_unix_milliseconds

if TYPE_CHECKING:
    from backend.table import Item

ARCHIVES = "s3://"  # begins the addresses of all that lie in S3
_AT_ONCE = 10_000  # rows
_NAMES_A_SYSTEM = ("stage", "stack", "table", "registry", "bucket", "state_dir")


@dataclass(frozen=True, slots=True)
class CopiedSystem:
    """What `System` is for reading; it has no `dynamodb` to write with, and no bucket."""

    path: Path
    state: CopyState
    archive: str = ""
    """Where it was read from, for one command only; else it is a file of somebody's."""

    def __str__(self) -> str:
        return f"the archive {self.archive}" if self.archive else f"the copy {self.path}"

    def histories(
        self, payee_ids: Iterable[PayeeId], selection: Selection, bounds: Bounds | None = None
    ) -> Iterator[History]:
        """Payee by payee, each in the order of minting: those of `payee_ids` that match, and whose
        ids are in `bounds`."""
        with opened(self.path) as connection:
            conditions = ["list_contains(?, payments.payee_id)"]
            values: list[object] = [list(payee_ids)]
            if selection.payer:
                # spelled in whatever way: there are far fewer names than payments
                names = connection.execute("SELECT DISTINCT payer_id FROM payments").fetchall()
                wanted = folded(selection.payer)
                conditions.append("payments.payer_id IN (SELECT unnest(?))")
                values.append([name for (name,) in names if wanted in folded(name)])
            for condition, value in (
                ("payments.recorded_ms >= ?", selection.since and _floor(selection.since)),
                ("payments.recorded_ms <= ?", selection.until and _floor(selection.until)),
                ("payments.method = ?", selection.method),
                ("payments.bank_reference = ?", selection.bank_reference),
                ("payments.status = ?", selection.status and str(selection.status)),
                ("payments.payment_id >= ?", bounds and bounds[0].text),
                ("payments.payment_id <= ?", bounds and bounds[1].text),
            ):
                if value:
                    conditions.append(condition)
                    values.append(value)
            cursor = connection.execute(_HISTORIES.format(" AND ".join(conditions)), values)
            while rows := cursor.fetchmany(_AT_ONCE):
                yield from filter(selection.matches, map(_to_history, rows))

    def find_among(self, payee_ids: Iterable[PayeeId], payment_id: PaymentId) -> Iterator[History]:
        return self.histories(payee_ids, Selection(), (payment_id, payment_id))

    def payees(self) -> list[PayeeId]:
        """Every payee that was registered then, or has payments."""
        with opened(self.path) as connection:
            found = connection.execute(
                "SELECT DISTINCT payee_id FROM payments UNION "
                "SELECT DISTINCT substr(pk, 7) FROM kept WHERE sk = 'PROFILE' ORDER BY 1"
            ).fetchall()
        return [PayeeId(payee_id) for (payee_id,) in found]

    def registered(self) -> dict[PayeeId, Payee]:
        found = (item_to_payee(item) for item in self.kept(None, PROFILE))
        return {payee.payee_id: payee for payee in found if payee}

    def till_labels(self) -> set[tuple[PayeeId, str]]:
        return {
            (PayeeId(item["PK"]["S"].removeprefix("PAYEE#")), item["label"]["S"])
            for item in self.kept(None, TILL_PREFIX)
        }

    def answer(self, question: str) -> list[tuple[Any, ...]]:
        """What one of desk.questions' is answered."""
        with opened(self.path) as connection:
            return connection.execute(question).fetchall()

    def kept(self, payee_id: PayeeId | None, start: str) -> "list[Item]":
        """Other rows whose sort key begins with `start`, of a payee's or, with None, of all."""
        with opened(self.path) as connection:
            found = connection.execute(
                "SELECT item FROM kept WHERE (?1 IS NULL OR pk = ?1) AND starts_with(sk, ?2) "
                "ORDER BY pk, sk",
                [payee_partition(payee_id)["S"] if payee_id else None, start],
            ).fetchall()
        return [json.loads(item) for (item,) in found]


Readable = System | CopiedSystem
"""What a command looks into."""


def open_copy(path: Path) -> CopiedSystem:
    """Says on stderr how old it is. Raises Failure."""
    with opened(path) as connection:
        state = state_of(connection)
    if state is None:
        raise Failure(f"{path} holds nothing yet: its first sync did not end. Sync again.")
    age = told_age(datetime.now(UTC) - state.synced_at)
    click.echo(
        f"From {path}, {age} old: {state.source} on {local_time(state.synced_at)}.", err=True
    )
    return CopiedSystem(path, state)


def is_archive(address: str) -> bool:
    """A place in S3, or a folder that was copied from there; else a file."""
    return address.startswith(ARCHIVES) or Path(address).is_dir()


def told_age(age: timedelta) -> str:
    """`3 hours`, roundly."""
    minutes = max(int(age.total_seconds()) // 60, 0)
    for size, name in ((1440, "day"), (60, "hour")):
        if minutes >= 2 * size:
            return f"{minutes // size} {name}s"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def readable_options(
    *needed: str, open_archive: Callable[[str], CopiedSystem] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Those of `system_options`, and --from, which names a copy instead; handed to the command as
    `system`. With `open_archive`, --from may name an archive's address, too."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        with_system = system_options(*needed)(command)

        @wraps(with_system)
        def choose(*, copied: str | None, **options: Any) -> None:
            if copied is None:
                with_system(**options)
                return
            context = click.get_current_context()
            also = [
                f"--{name.replace('_', '-')}"
                for name in _NAMES_A_SYSTEM
                if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
            ]
            refuse_two_ways(["--from", *also])
            mine = {name: value for name, value in options.items() if name not in _NAMES_A_SYSTEM}
            if open_archive and is_archive(copied):
                command(system=open_archive(copied), **mine)
            else:
                command(system=open_copy(Path(copied)), **mine)

        return click.option(
            "--from",
            "copied",
            metavar="FILE",
            help="Ask this copy, made by `payees sync`, instead of a system"
            + (", or an archive: s3://BUCKET/PREFIX." if open_archive else "."),
        )(choose)

    return decorate


# LIST of structs keeps a payment's events beside it: one pass, whatever the number of payments; and
# only of those that were chosen, for a list is dear.
_HISTORIES = """\
WITH chosen AS MATERIALIZED (SELECT * FROM payments WHERE {})
SELECT chosen.*, told.events
FROM chosen LEFT JOIN (
  SELECT payee_id, payment_id, list(row(
    number, status, said_by, why, recorded_ms, fingerprint, bank_id, booked_on, evidence_minor,
    evidence_currency) ORDER BY number) AS events
  FROM events SEMI JOIN chosen USING (payee_id, payment_id)
  GROUP BY payee_id, payment_id) AS told
ON chosen.payee_id = told.payee_id AND chosen.payment_id = told.payment_id
ORDER BY chosen.payee_id, chosen.payment_id"""


def _floor(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _to_history(row: tuple[Any, ...]) -> History:
    payee_id, payment_id, payer_id, minor, currency, reason, at, method, bank, is_erased = row[:10]
    payment = Payment(
        PaymentId(payment_id),
        PayeeId(payee_id),
        payer_id,
        Money(minor, currency),
        reason,
        from_unix_milliseconds(at),
        method=method,
        bank_reference=bank,
        is_erased=is_erased,
    )
    return History(payment, tuple(_to_event(payment, told) for told in row[-1] or ()))


def _to_event(payment: Payment, told: tuple[Any, ...]) -> Event:
    number, status, by, why, at, fingerprint, bank_id, booked_on, minor, currency = told
    evidence = None
    if fingerprint is not None:
        evidence = Evidence(
            Fingerprint(fingerprint), bank_id, date.fromisoformat(booked_on), Money(minor, currency)
        )
    return Event(
        payment.payee_id,
        payment.payment_id,
        number,
        EventStatus(status),
        by,
        why,
        from_unix_milliseconds(at),
        evidence,
    )
