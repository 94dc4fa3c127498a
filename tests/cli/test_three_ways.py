"""Whatever happens to a ledger, its copy and its archive answer as it does."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from backend.table import ledger_table, registry_table
from cli.copying import athena
from cli.copying.athena import Archive
from cli.system import System
from payments.events import EventRefused, EventStatus, History, plan_event
from payments.money import Money
from payments.payee import PayeeId
from payments.payment_id import mint_payment_id
from payments.times import to_milliseconds
from testkit.dynamodb_export import rows_of, write_export
from testkit.factories import make_evidence, make_payment, make_payment_id
from tests.cli.athena_by_duckdb import FakeAthena
from tests.cli.conftest import create
from tests.cli.desk import Desk

PAYEES = ("mahantesh", "shilpa")
MONEYS = (Money(1, "INR"), Money(10**14 - 1, "INR"), Money(500, "JPY"))
RECORDED = st.tuples(
    st.just("record"),
    st.sampled_from(PAYEES),
    st.sampled_from(MONEYS),
    st.sampled_from((None, "upi", "cash")),
    st.integers(0, 31 * 24 - 1),  # hours that it was on its way
)
CORRECTED = st.tuples(
    st.just("correct"), st.integers(0, 99), st.sampled_from([*EventStatus]), st.booleans()
)
SYNCED = st.tuples(st.just("sync"))
HAPPENINGS = st.lists(st.one_of(RECORDED, CORRECTED, CORRECTED, SYNCED), min_size=3, max_size=25)
QUESTIONS = (
    ("totals", "--by", "payee,month"),
    ("totals", "--by", "day,method", "--json"),
    ("totals", "shilpa", "--by", "payee", "--since", "20d"),
)
LOOKS = (
    ("payments", "--json"),
    ("payments", "shilpa", "--status", "confirmed"),
    ("payments", "--payer", "ASHA", "--method", "upi", "--until", "1d", "--json"),
    ("export", "--format", "jsonl"),
)


@pytest.fixture
def folder(desk: Desk, moto: None, in_india: None) -> Desk:
    """Of a maintainer, where AWS is played."""
    return desk


@pytest.mark.slow
@settings(
    max_examples=3,  # of some thirty commands each
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # to find a smaller one would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    earlier=st.lists(RECORDED, max_size=8),
    happenings=HAPPENINGS,
    renames=st.booleans(),
    by_payee=st.booleans(),
)
def test_ledger_copy_and_archive_say_the_same(
    folder: Desk,
    *,
    earlier: list[tuple[object, ...]],
    happenings: list[tuple[object, ...]],
    renames: bool,
    by_payee: bool,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if by_payee:  # as a copy of many payments looks for what changed
            patch.setattr("cli.copying.syncing.ROWS_A_QUERY", 0)
        desk, system = folder, new_system(folder, patch)
        assert desk.payees("publish").exit_code == 0
        for number, happening in enumerate(earlier):
            happens(desk, system, number, happening, days_ago=9 * number)
        for number, happening in enumerate(happenings, len(earlier)):
            if renames and number == len(earlier) + len(happenings) // 2:
                assert desk.payees("rename", "shilpa", "flowers").exit_code == 0
                assert desk.payees("publish").exit_code == 0
            happens(desk, system, number, happening)
        compare_all(desk, system)


def test_a_handover_parts_the_totals_in_all_three(folder: Desk) -> None:
    """By the two commands that it prints: each payment is the former payee's or the new one's."""
    with pytest.MonkeyPatch.context() as patch:
        desk, system = folder, new_system(folder, patch)
        assert desk.payees("publish").exit_code == 0
        midnight = datetime(2026, 3, 10, tzinfo=ZoneInfo("Asia/Kolkata"))
        for number, hours in enumerate((-30, -1 / 3600, 0, 9)):
            at = midnight + timedelta(hours=hours)
            minted = make_payment_id(at, number)
            money = Money(100 * 10**number, "INR")
            payment = make_payment(minted, "shilpa", money=money, recorded_at=at)
            assert system.ledger().record(payment) is None
        patch.setattr("cli.commands.roster.handover.this_day", midnight.date)
        done = desk.payees("handover", "shilpa", "--name", "Usha")
        assert done.exit_code == 0, done.stderr
        assert desk.payees("publish", "--yes-accounts").exit_code == 0
        keep_copies(desk, system)
        for whose, amount in (("What was Shilpa's", "11.00"), ("What is Usha's", "1100.00")):
            [command] = re.findall(rf"{whose}: payees (.*)", done.stderr)
            for how in ((), ("--from", "ledger.duckdb"), ("--athena",)):
                told = desk.payees(*command.split(), *how, "--json").stdout
                assert [one["recorded"] for one in json.loads(told)] == [amount], how


def compare_all(desk: Desk, system: System) -> None:
    archive = keep_copies(desk, system)

    def said(*question: str) -> str:
        result = desk.payees(*question)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    copies = ("ledger.duckdb", "begun.duckdb")
    for question in QUESTIONS:
        live = said(*question)
        assert [live] * 3 == [
            *(said(*question, "--from", copy) for copy in copies),
            said(*question, "--athena"),
        ]
    for look in LOOKS:
        live = said(*look)
        assert [live] * 2 == [said(*look, "--from", copy) for copy in copies]
    assert said("export", "--format", "jsonl", "--from", archive) == live
    assert said("export", "--compare", archive) == ""
    assert len({report(desk)} | {report(desk, "--from", copy) for copy in copies}) == 1


def keep_copies(desk: Desk, system: System) -> str:
    """A copy, an archive, whose address this gives, and a copy that begins with it."""
    at = datetime.now(UTC)
    assert desk.payees("sync").exit_code == 0
    archive = f"s3://{system.bucket}/ledger"
    write_export(
        system.s3(),
        system.bucket,
        f"ledger/night={at:%Y-%m-%dT%H:%M:%SZ}/",
        rows_of(system.dynamodb(), system.ledger_table),
        table=system.ledger_table,
        at=at,
    )
    started = desk.payees("sync", "begun.duckdb", "--from-archive", archive)
    assert started.exit_code == 0, started.stderr
    return archive


def new_system(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> System:
    """Of each example its own, in the same folder."""
    for path in desk.folder.iterdir():
        rmtree(path) if path.is_dir() else path.unlink()
    desk.write_roster(*PAYEES)
    name = uuid4().hex
    system = System(ledger_table(name), registry_table(name), f"bucket-{name}")
    create(system)
    monkeypatch.setenv("PAYEES_TABLE", system.ledger_table)
    monkeypatch.setenv("PAYEES_REGISTRY", system.registry_table)
    monkeypatch.setenv("PAYEES_BUCKET", system.bucket)
    engine = FakeAthena(system.s3(), system.bucket)
    monkeypatch.setattr(System, "athena", lambda _: engine)
    monkeypatch.setattr(athena, "load_archive", lambda _: Archive(system.bucket, "db", "group"))
    return system


def happens(
    desk: Desk, system: System, number: int, happening: tuple[object, ...], days_ago: int = 0
) -> None:
    """Nothing is recorded earlier than a sync that came before it: the server says when."""
    ledger, now = system.ledger(), datetime.now(UTC) - timedelta(days=days_ago)
    match happening:
        case ("record", str(payee_id), Money() as money, method, int(hours)):
            payment = make_payment(
                mint_payment_id(now - timedelta(hours=hours), number.to_bytes(10)),
                payee_id,
                payer_id=f"Ásha {number % 3}",
                money=money,
                recorded_at=to_milliseconds(now),
                method=method if isinstance(method, str) else None,
            )
            assert ledger.record(payment) is None
        case ("correct", int(which), EventStatus() as status, bool(has_evidence)):
            histories = [one for payee in PAYEES for one in ledger.histories(PayeeId(payee))]
            if histories:
                line = f"line-{number}" if has_evidence else ""
                correct(system, histories[which % len(histories)], status, line)
        case _:
            assert desk.payees("sync").exit_code == 0


def correct(system: System, history: History, status: EventStatus, line: str) -> None:
    """Unless its state does not allow it; `line` is what confirmed it, if anything."""
    evidence = make_evidence(line) if status is EventStatus.CONFIRMED and line else None
    try:
        event = plan_event(
            history, status, by="ravi", why="as said", now=datetime.now(UTC), evidence=evidence
        )
    except EventRefused:
        return
    if status is EventStatus.ERASED:
        assert system.ledger().erase(history.payment, event) is None
    else:
        assert system.ledger().append(event) is None


def report(desk: Desk, *more: str) -> str:
    """Its tables: the rest says of what and when it is."""
    assert desk.payees("report", "--out", "report.html", *more).exit_code == 0
    text = Path("report.html").read_text()
    return text[text.index("<table") :] if "<table" in text else re.sub(r"\d", "", text[-200:])
