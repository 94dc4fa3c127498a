"""Where a sync looks for what changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.table import ledger_table, registry_table
from cli.copying import syncing
from cli.copying.changes import LedgerReader, Look, plan_looks
from cli.local.emulator import CREDENTIALS
from cli.system import System
from payments.lateness import LateMark, late_mark
from payments.payee import PayeeId
from payments.payment_id import mint_payment_id
from payments.times import to_milliseconds
from testkit.dynamodb_local import dynamodb_client, make_tables
from testkit.factories import make_event, make_payee, make_payment

SINCE = datetime(2026, 3, 10, 12, tzinfo=UTC)
SHILPA, MAHANTESH = PayeeId("shilpa"), PayeeId("mahantesh")


def mark(day: int, month: int = 2, payee_id: PayeeId = SHILPA) -> LateMark:
    return LateMark(SINCE.date(), payee_id, date(2026, month, day))


def sees(look: Look, moment: datetime) -> bool:
    payment_id = mint_payment_id(moment, bytes(10))
    return look.first <= f"PAYMENT#{payment_id}" <= f"PAYMENT#{payment_id}#EVENT#99" <= look.last


def test_each_payee_is_looked_at_from_a_day_before_on() -> None:
    looks = plan_looks([SHILPA, MAHANTESH, SHILPA], [], [], SINCE)
    assert [look.payee_id for look in looks] == [MAHANTESH, SHILPA]
    for look in looks:
        assert sees(look, SINCE - timedelta(days=1))
        assert not sees(look, SINCE - timedelta(days=1, milliseconds=1))
        assert sees(look, SINCE + timedelta(days=4000))


def test_marked_days_in_a_row_are_one_look_and_what_is_fresh_anyhow_is_none() -> None:
    marks = [mark(3), mark(2), mark(2), mark(5), mark(10, month=3), mark(3, payee_id=MAHANTESH)]
    _, _, *looks = plan_looks([SHILPA, MAHANTESH], marks, [SHILPA], SINCE)
    assert [look.payee_id for look in looks] == [MAHANTESH, SHILPA, SHILPA, SHILPA]
    midnight = datetime(2026, 2, 2, tzinfo=UTC)
    assert sees(looks[1], midnight)
    assert sees(looks[1], midnight + timedelta(days=2, milliseconds=-1))
    assert not sees(looks[1], midnight - timedelta(milliseconds=1))
    assert not sees(looks[1], midnight + timedelta(days=2))
    assert sees(looks[2], midnight + timedelta(days=3))
    assert [look.is_counts for look in looks] == [False, False, False, True]


@given(
    age=st.timedeltas(timedelta(days=-1), timedelta(days=400)),
    after=st.timedeltas(timedelta(days=-1), timedelta(days=40)),
)
def test_whatever_is_written_after_a_sync_is_looked_at_once_by_the_next(
    age: timedelta, after: timedelta
) -> None:
    """By a clock that is up to a day behind, of a payment of any age."""
    synced_at = SINCE + timedelta(days=1)
    written_at = synced_at + after
    minted_at = written_at - age
    marked = late_mark(SHILPA, mint_payment_id(minted_at, bytes(10)), written_at)
    if marked:
        assert marked.written_on >= SINCE.date()
    looks = plan_looks([SHILPA], [marked] if marked else [], [], SINCE)
    assert [sees(look, minted_at) for look in looks].count(True) == 1


@pytest.mark.emulator
def test_of_many_payees_only_who_has_anything_fresh_is_read(
    dynamodb_local: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On AWS's own engine: three at a time are asked whether they have."""
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_local}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(syncing, "ROWS_A_QUERY", 0)
    stage, path = f"fresh-{uuid4().hex}", tmp_path / "ledger.duckdb"
    payees = [make_payee(f"stall-{number:02}") for number in range(99)]
    make_tables(dynamodb_client(dynamodb_local), stage, payees)
    system = System(ledger_table(stage), registry_table(stage))
    ledger, now = system.ledger(), to_milliseconds(datetime.now(UTC))
    old = make_payment(mint_payment_id(now - timedelta(days=50), bytes(10)), "stall-00")
    ledger.record(replace(old, recorded_at=now - timedelta(days=50)))
    assert syncing.sync_copy(system, path, whole=False).payments == 1
    for payee_id in ("stall-03", "stall-50"):
        ledger.record(make_payment(mint_payment_id(now, bytes(10)), payee_id, recorded_at=now))
    ledger.append(make_event(old.payment_id, "stall-00", recorded_at=now))
    looked: list[Look] = []
    changed = LedgerReader.changed

    def look(reader: LedgerReader, since: datetime, looks: list[Look]) -> Iterator[object]:
        looked.extend(looks)
        return changed(reader, since, looks)

    monkeypatch.setattr(LedgerReader, "changed", look)
    synced = syncing.sync_copy(system, path, whole=False)
    assert (synced.payments, synced.events, synced.total) == (2, 1, 3)
    assert [one.payee_id for one in looked] == ["stall-03", "stall-50", "stall-00"]


@pytest.mark.parametrize(("hours", "is_late"), [(-24, False), (0, False), (24, False), (25, True)])
def test_late_is_more_than_a_day(hours: int, is_late: bool) -> None:  # noqa: FBT001
    payment_id = mint_payment_id(SINCE, bytes(10))
    found = late_mark(SHILPA, payment_id, SINCE + timedelta(hours=hours))
    assert (found is not None) == is_late
