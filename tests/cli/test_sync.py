"""`payees sync`: a copy that says what the ledger says, and stays one."""

import gzip
import json
import signal
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb
import pytest

from backend.dynamo_ledger import DynamoLedger
from cli.copying.copied_system import told_age
from cli.copying.syncing import _item_type
from cli.system import System
from desk.archive_queries import archive_queries
from desk.questions import totals_answer
from desk.totals import total_document
from payments.events import EventRefused, EventStatus, plan_event
from payments.money import Money
from payments.payee import PayeeId
from payments.payment_id import PaymentId, mint_payment_id
from payments.times import to_milliseconds
from testkit.factories import make_event, make_evidence, make_payment
from tests.cli.desk import Desk
from tests.cli.ledgers import fill, record
from tests.infra.templates import INFRA, load_template


@pytest.fixture
def ids(aws_desk: Desk, system: System, in_india: None) -> list[str]:
    aws_desk.payees("publish")
    return [payment_id.reference for payment_id in fill(system)]


PAYEES = ("mahantesh", "shilpa")
DAY_MS = 86_400_000
QUESTIONS = (
    ("totals",),
    ("totals", "--by", "payee,month"),
    ("totals", "--by", "day,method"),
    ("totals", "shilpa", "--by", "month", "--since", "2026-03-02"),
    ("totals", "--by", "day", "--until", "2026-03-02"),
    ("payments", "--json"),
    ("payments", "--since", "2026-03-01"),
    ("payments", "shilpa", "--status", "confirmed"),
)


def both(desk: Desk, *question: str) -> tuple[str, str]:
    """What the ledger says to it, and what the copy does."""
    live = desk.payees(*question)
    copied = desk.payees(*question, "--from", "ledger.duckdb")
    assert (live.exit_code, copied.exit_code) == (0, 0)
    return live.stdout, copied.stdout


@pytest.mark.usefixtures("ids")
def test_a_copy_answers_what_the_ledger_answers(aws_desk: Desk) -> None:
    result = aws_desk.payees("sync")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "6 payments; 6 of them and 2 events are new." in result.stderr
    assert Path("ledger.duckdb").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in Path.cwd().glob("*ledger*")] == ["ledger.duckdb"]
    for question in QUESTIONS:
        live, copied = both(aws_desk, *question)
        assert live == copied


@pytest.mark.usefixtures("ids")
def test_what_was_recorded_under_a_former_id_counts_in_a_copy_as_in_the_ledger(
    aws_desk: Desk,
) -> None:
    assert aws_desk.payees("rename", "shilpa", "flowers").exit_code == 0
    assert aws_desk.payees("publish").exit_code == 0
    aws_desk.payees("sync")
    for question in (
        *QUESTIONS,
        ("totals", "flowers", "--by", "payee"),
        ("totals", "--by", "payee"),
        ("payments", "flowers"),
    ):
        live, copied = both(aws_desk, *question)
        assert live == copied
    assert "flowers" in both(aws_desk, "totals", "--by", "payee")[1]


def test_what_came_since_is_all_that_is_read_and_late_arrivals_are_found(
    aws_desk: Desk, system: System, ids: list[str]
) -> None:
    aws_desk.payees("sync")
    record(system, 7, days=1000)  # by the clocks of these tests later than now
    result = aws_desk.payees("sync")
    assert "7 payments; 1 of them and 0 events are new." in result.stderr
    assert "7 payments; 0 of them and 0 events are new." in aws_desk.payees("sync").stderr
    live, copied = both(aws_desk, "payments", "--json")
    assert live == copied
    assert ids[0] in copied


@pytest.fixture
def by_payee(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a copy of many payments looks for what changed."""
    monkeypatch.setattr("cli.copying.syncing.ROWS_A_QUERY", 0)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of DynamoDB from now on, by a command that reads a copy."""
    asked: list[str] = []
    client = System.dynamodb

    def listening(system: System) -> object:
        found = client(system)

        def hear(params: dict[str, object], model: object, **_: object) -> None:
            name = str(getattr(model, "name", ""))
            asked.append(f"{name} {'ledger' if system.ledger_table in str(params) else 'registry'}")

        found.meta.events.register("before-call.dynamodb", hear)
        return found

    monkeypatch.setattr(System, "dynamodb", listening)
    return asked


def said_now(system: System, payment_id: PaymentId, status: str, number: int = 1) -> None:
    """By the clock of today, so that it is late: these payments are of earlier."""
    event = make_event(
        payment_id, "shilpa", number=number, status=status, recorded_at=now_in_milliseconds()
    )
    assert system.ledger().append(event) is None


def now_in_milliseconds() -> datetime:
    return to_milliseconds(datetime.now(UTC))


@pytest.mark.usefixtures("by_payee", "in_india")
def test_many_payments_are_asked_for_payee_by_payee_and_none_that_changed_is_missed(
    aws_desk: Desk, system: System, reads: list[str]
) -> None:
    """New ones, late arrivals, what became of old ones, and what was erased or counted."""
    aws_desk.payees("publish")
    old = [record(system, number, days=-number) for number in range(1, 6)]
    aws_desk.payees("count", "mahantesh", "--cash", "5", "--day", "2026-02-01", "--by", "ravi")
    del reads[:]
    assert "5 payments; 5 of them and 0 events are new." in aws_desk.payees("sync").stderr
    assert "Scan ledger" in reads
    at = datetime.now(UTC)
    late = make_payment(
        mint_payment_id(at - timedelta(days=29), bytes(10)), "mahantesh", recorded_at=at
    )
    new = make_payment(mint_payment_id(at, bytes(10)), "mahantesh", recorded_at=at)
    for payment in (late, new):
        assert system.ledger().record(replace(payment, recorded_at=to_milliseconds(at))) is None
    said_now(system, old[0], "confirmed")
    said_now(system, old[3], "reversed")
    asked = ("erase", old[1].text, "--by", "ravi", "--reason", "asked", "--yes")
    assert aws_desk.payees(*asked).exit_code == 0
    aws_desk.payees("count", "shilpa", "--cash", "7", "--day", "2026-02-02", "--by", "ravi")
    del reads[:]
    result = aws_desk.payees("sync")
    assert "7 payments; 3 of them and 3 events are new, 1 erased." in result.stderr
    assert "Scan ledger" not in reads
    del reads[:]
    assert "7 payments; 0 of them and 0 events are new." in aws_desk.payees("sync").stderr
    assert "Scan ledger" not in reads
    for question in QUESTIONS:
        live, copied = both(aws_desk, *question)
        assert live == copied
    for number, more in enumerate(([], ["--from", "ledger.duckdb"])):
        assert aws_desk.payees("report", "--out", f"{number}.html", *more).exit_code == 0
    live, copied = (Path(f"{number}.html").read_text() for number in (0, 1))
    assert live[live.index("<table") :] == copied[copied.index("<table") :]


@pytest.mark.usefixtures("by_payee", "in_india")
def test_a_copy_that_is_synced_payee_by_payee_again_and_again_says_what_the_ledger_says(
    aws_desk: Desk, system: System, reads: list[str]
) -> None:
    random = Random(9)
    aws_desk.payees("publish")
    for number in range(25):
        something_happens(system, random, days_ago=75 - 3 * number)
    aws_desk.payees("sync")
    del reads[:]
    for _ in range(3):
        for _ in range(8):
            something_happens(system, random)
        assert aws_desk.payees("sync").exit_code == 0
        assert "Scan ledger" not in reads
        live, copied = both(aws_desk, "payments", "--json")
        assert live == copied


def said_by_an_earlier_version(
    monkeypatch: pytest.MonkeyPatch, system: System, payment_id: PaymentId
) -> None:
    """Which leaves no marks."""
    with monkeypatch.context() as earlier:
        earlier.setattr(DynamoLedger, "_mark", lambda *_: None)
        said_now(system, payment_id, "confirmed")


@pytest.mark.usefixtures("by_payee", "in_india")
def test_where_something_late_has_no_mark_the_table_is_passed_over_until_all_has(
    aws_desk: Desk, system: System, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    aws_desk.payees("publish")
    old = [record(system, number, days=-number) for number in range(1, 6)]
    aws_desk.payees("sync")
    said_by_an_earlier_version(monkeypatch, system, old[0])
    warned = "1 of the rows were written late, by an API or a `payees` of an earlier version"
    told = aws_desk.payees("sync", "--whole").stderr
    assert warned in told
    said_now(system, old[1], "confirmed")
    del reads[:]
    assert warned in aws_desk.payees("sync").stderr
    assert "Scan ledger" in reads
    with duckdb.connect("ledger.duckdb") as copy:  # two days later
        copy.execute(f"UPDATE copy SET synced_ms = synced_ms + {2 * DAY_MS}")
    del reads[:]
    assert "earlier version" not in aws_desk.payees("sync").stderr
    assert "Scan ledger" in reads
    del reads[:]
    assert "0 of them and 0 events are new." in aws_desk.payees("sync").stderr
    assert "Scan ledger" not in reads


@pytest.mark.usefixtures("by_payee", "in_india")
def test_once_a_month_the_table_is_passed_over_for_all_of_that_month(
    aws_desk: Desk, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a `payees` of an earlier version said is missed no longer than that."""
    aws_desk.payees("publish")
    old = [record(system, number, days=-number) for number in range(1, 6)]
    aws_desk.payees("sync")
    said_by_an_earlier_version(monkeypatch, system, old[0])
    assert "0 of them and 0 events are new." in aws_desk.payees("sync").stderr
    with duckdb.connect("ledger.duckdb") as copy:
        copy.execute(f"UPDATE copy SET whole_ms = whole_ms - {32 * DAY_MS}")
    assert "0 of them and 1 events are new." in aws_desk.payees("sync").stderr
    live, copied = both(aws_desk, "payments", "--json")
    assert live == copied


@pytest.mark.usefixtures("by_payee", "ids")
def test_a_copy_of_an_earlier_version_is_read_and_is_brought_up_to_date(
    aws_desk: Desk, system: System, reads: list[str]
) -> None:
    aws_desk.payees("sync")
    with duckdb.connect("ledger.duckdb") as copy:
        copy.execute("ALTER TABLE copy DROP COLUMN whole_ms; UPDATE copy SET format = 1")
    live, copied = both(aws_desk, "payments", "--json")
    assert live == copied
    record(system, 7, days=1000)
    del reads[:]
    assert "7 payments; 1 of them and 0 events are new." in aws_desk.payees("sync").stderr
    assert "Scan ledger" in reads
    del reads[:]
    assert aws_desk.payees("sync").exit_code == 0
    assert "Scan ledger" not in reads


@pytest.mark.usefixtures("ids")
def test_few_payments_of_each_payee_are_found_by_passing_over_the_table(
    aws_desk: Desk, reads: list[str]
) -> None:
    aws_desk.payees("sync")
    del reads[:]
    aws_desk.payees("sync")
    assert "Scan ledger" in reads


def something_happens(system: System, random: Random, days_ago: int = 0) -> None:
    now = datetime.now(UTC) - timedelta(days=days_ago)
    ledger = system.ledger()
    histories = [one for payee in PAYEES for one in ledger.histories(PayeeId(payee))]
    if not histories or random.random() < 0.3:
        minted = now - timedelta(hours=random.randrange(31 * 24))
        payment = make_payment(
            mint_payment_id(minted, random.randbytes(10)),
            random.choice(PAYEES),
            payer_id=f"Asha {random.randrange(5)}",
            money=random.choice([Money(1, "INR"), Money(10**14 - 1, "INR"), Money(500, "JPY")]),
            recorded_at=to_milliseconds(now),
            method=random.choice([None, "upi", "cash"]),
        )
        assert ledger.record(payment) is None
        return
    history = random.choice(histories)
    status = random.choice([*EventStatus])
    evidence = None
    if status is EventStatus.CONFIRMED and random.random() < 0.5:
        evidence = make_evidence(f"line-{random.randbytes(6).hex()}")
    try:
        event = plan_event(history, status, by="ravi", why="as said", now=now, evidence=evidence)
    except EventRefused:
        return
    if status is EventStatus.ERASED:
        assert ledger.erase(history.payment, event) is None
    else:
        assert ledger.append(event) is None


def test_what_was_erased_is_nowhere_in_the_file(
    aws_desk: Desk, system: System, ids: list[str]
) -> None:
    for number in range(10, 40):
        record(system, number, payer_id=f"Zarathustra of {number}", days=-3)
    aws_desk.payees("sync")
    assert b"Zarathustra of 17" in Path("ledger.duckdb").read_bytes()
    [erased] = [
        history.payment
        for history in system.ledger().histories(PayeeId("shilpa"))
        if history.payment.payer_id == "Zarathustra of 17"
    ]
    aws_desk.payees("erase", erased.payment_id.text, "--by", "ravi", "--reason", "asked", "--yes")
    result = aws_desk.payees("sync")
    assert "36 payments; 1 of them and 1 events are new, 1 erased." in result.stderr
    assert b"Zarathustra of 17" not in Path("ledger.duckdb").read_bytes()
    live, copied = both(aws_desk, "payments", "--json")
    assert live == copied


@pytest.mark.usefixtures("ids")
def test_a_sync_that_is_stopped_leaves_the_copy_as_it_was(
    aws_desk: Desk, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws_desk.payees("sync")
    _, before = both(aws_desk, "payments", "--json")
    record(system, 7)

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("cli.copying.syncing.finish", stop)
        stopped = aws_desk.payees("sync")
        assert (stopped.exit_code, stopped.stderr.splitlines()[-1]) == (130, "Stopped.")
    assert aws_desk.payees("payments", "--json", "--from", "ledger.duckdb").stdout == before
    assert [path.name for path in Path.cwd().iterdir() if "sync" in path.name] == []
    aws_desk.payees("sync", "--whole")
    live, copied = both(aws_desk, "payments", "--json")
    assert live == copied


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_sync_that_is_killed_leaves_no_folder_behind(
    aws_desk: Desk, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, code: int
) -> None:
    folders: list[Path] = []

    def end(*_: object) -> None:
        folders.extend(path for path in Path.cwd().iterdir() if "payees-sync" in path.name)
        signal.raise_signal(number)

    def not_taken(*_: object) -> None:
        raise AssertionError(f"{number.name} would have ended us in mid-air")

    former = signal.signal(number, not_taken)
    try:
        monkeypatch.setattr("cli.copying.syncing.load_files", end)
        assert aws_desk.payees("sync").exit_code == code
        assert signal.getsignal(number) is not_taken
    finally:
        signal.signal(number, former)
    assert folders
    assert [path for path in folders if path.exists()] == []


def test_the_first_sync_stopped_is_no_copy(aws_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("cli.copying.syncing.finish", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            aws_desk.payees("sync")
    result = aws_desk.payees("totals", "--from", "ledger.duckdb")
    assert result.exit_code == 1
    assert result.stderr == (
        "ledger.duckdb holds nothing yet: its first sync did not end. Sync again.\n"
    )


@pytest.mark.usefixtures("ids")
def test_what_is_no_copy_or_of_another_ledger_is_told(
    aws_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(*arguments: str) -> str:
        result = aws_desk.payees(*arguments)
        assert (result.exit_code, result.stdout) == (1, "")
        return result.stderr

    assert (
        told("totals", "--from", "none") == "There is no copy none: `payees sync none` makes one.\n"
    )
    Path("text").write_text("no database " * 1000)
    assert "text cannot be used as a copy (" in told("totals", "--from", "text")
    assert "text cannot be used as a copy (" in told("sync", "text")
    with duckdb.connect("other") as other:
        other.execute("CREATE TABLE payments (x INTEGER)")
    assert told("sync", "other") == "other is a database of something else: name another file.\n"
    aws_desk.payees("sync")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert "ledger.duckdb is a copy of table " in told("sync")


@pytest.mark.usefixtures("ids")
def test_a_copy_is_named_alone_and_says_how_old_it_is(
    aws_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws_desk.payees("sync")
    result = aws_desk.payees("totals", "--from", "ledger.duckdb", "--stage", "production")
    assert (result.exit_code, "Say --from or --stage, not both." in result.stderr) == (2, True)
    assert "--follow takes a system" in (
        aws_desk.payees("payments", "--follow", "--from", "ledger.duckdb").stderr
    )
    result = aws_desk.payees("totals", "--from", "ledger.duckdb")
    assert result.stderr.startswith("From ledger.duckdb, 0 minutes old: table ")
    assert told_age(timedelta(hours=3, minutes=5)) == "3 hours"
    assert told_age(timedelta(days=3, minutes=5)) == "3 days"
    assert told_age(timedelta(minutes=61)) == "61 minutes"
    monkeypatch.setitem(sys.modules, "duckdb", None)
    missing = aws_desk.payees("totals", "--from", "ledger.duckdb").stderr
    assert missing.startswith("A copy needs DuckDB, which is not installed here")
    assert "duckdb>=" in missing


def test_exports_reports_and_reconciling_are_the_same_from_a_copy(
    aws_desk: Desk, system: System, ids: list[str]
) -> None:
    record(system, 7, money=Money(10**14 - 1, "INR"), method="cash")
    aws_desk.payees("count", "shilpa", "--cash", "12.50", "--day", "2026-03-01", "--by", "ravi")
    aws_desk.payees("sync")
    live, copied = both(aws_desk, "export", "--format", "jsonl")
    assert live == copied
    for number, more in enumerate(([], ["--from", "ledger.duckdb"])):
        assert aws_desk.payees("report", "--out", f"{number}.html", *more).exit_code == 0
        lines = f"Date,Amount,Currency,Description\n2026-03-02,+50.00,INR,for {ids[3]}\n"
        Path("march.csv").write_text(lines)
        planned = aws_desk.payees("reconcile", "march.csv", "--plan", f"plan-{number}.csv", *more)
        assert (planned.exit_code, planned.stdout) == (0, ""), planned.stderr
    assert Path("plan-0.csv").read_bytes() == Path("plan-1.csv").read_bytes()
    live, copied = (Path(f"{number}.html").read_text() for number in (0, 1))
    assert live[live.index("<table") :] == copied[copied.index("<table") :]
    Path("all.jsonl").write_text(aws_desk.payees("export", "--format", "jsonl").stdout)
    said = aws_desk.payees("export", "--compare", "all.jsonl", "--from", "ledger.duckdb")
    assert (said.exit_code, said.stdout) == (0, "")
    applied = aws_desk.payees("reconcile", "--apply", "plan-0.csv", "--from", "ledger.duckdb")
    assert (applied.exit_code, "A copy is only read" in applied.stderr) == (2, True)


@pytest.mark.usefixtures("ids")
def test_parquet_has_exact_amounts_and_is_written_by_a_copy(aws_desk: Desk, system: System) -> None:
    record(system, 7, money=Money(10**14 - 1, "INR"))
    aws_desk.payees("sync")
    result = aws_desk.payees("export", "--out", "all.parquet", "--from", "ledger.duckdb")
    assert result.stderr.endswith("7 payments of the copy ledger.duckdb in all.parquet.\n")
    assert Path("all.parquet").stat().st_mode & 0o777 == 0o600
    with duckdb.connect() as other:
        rows = other.execute(
            "SELECT currency, sum(amount), count(*), sum(len(events)) FROM 'all.parquet' "
            "GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    assert rows == [
        ("INR", Decimal("999999999999.99") + 241, 6, 2),
        ("JPY", Decimal(500), 1, 0),
    ]
    live = aws_desk.payees("export", "--out", "all.parquet")
    assert (live.exit_code, "say --from FILE and --out FILE." in live.stderr) == (2, True)


def test_a_copy_that_starts_from_an_export_says_what_the_ledger_says(
    aws_desk: Desk, system: System
) -> None:
    """The export as AWS's table writes it, and what came while and after it was written."""
    random = Random(7)
    aws_desk.payees("publish")
    for _ in range(60):
        something_happens(system, random)
    began = datetime.now(UTC)
    folder, items = export_to(system, began)
    for _ in range(20):
        something_happens(system, random)
    archive = f"s3://{system.bucket}/nightly"
    result = aws_desk.payees("sync", "--from-archive", archive)
    assert result.exit_code == 0, result.stderr
    assert result.stderr.startswith(f"From the archive: {items} rows of ")
    for question in QUESTIONS:
        live, copied = both(aws_desk, *question)
        assert live == copied
    again = aws_desk.payees("sync", "--from-archive", archive)
    assert (again.exit_code, "is a copy already" in again.stderr) == (1, True)
    write_manifest(system, folder, items + 1, began)
    cut = aws_desk.payees("sync", "other", "--from-archive", archive)
    assert f"has {items} rows where its manifest says {items + 1}" in cut.stderr
    none = aws_desk.payees("sync", "other", "--from-archive", f"s3://{system.bucket}/none")
    assert "No complete export lies below" in none.stderr


def test_the_archives_queries_answer_what_the_ledger_answers(
    aws_desk: Desk, system: System
) -> None:
    """In the engine that emulated Athena has, too: the template has the same text."""
    random = Random(8)
    aws_desk.payees("publish")
    for _ in range(80):
        something_happens(system, random)
    folder, items = export_to(system, datetime.now(UTC))
    listed = system.s3().list_objects_v2(Bucket=system.bucket, Prefix=f"{folder}data/")
    for number, entry in enumerate(listed["Contents"]):
        system.s3().download_file(system.bucket, entry["Key"], f"{number}.json.gz")
    resources = load_template(INFRA / "archiving/archive.yaml")["Resources"]
    named = {
        one["Properties"]["Name"]: one["Properties"]["QueryString"].strip()
        for one in resources.values()
        if one["Type"] == "AWS::Athena::NamedQuery"
    }
    assert named == archive_queries()
    with duckdb.connect() as athena:
        athena.execute(
            "CREATE VIEW ledger AS SELECT *, 'NIGHT' AS night FROM read_json('*.json.gz', "
            f"format = 'newline_delimited', columns = {{Item: '{_item_type()}'}})"
        )
        assert athena.execute(named["count-of-rows"]).fetchall() == [(items,)]
        for part in ("payee", "method"):
            rows = athena.execute(named[f"totals-by-{part}"]).fetchall()
            names = ["payee_id" if part == "payee" else part]
            said = [
                total_document(group, names, total)
                for group, total in totals_answer(rows, [part]).items()
            ]
            assert said == json.loads(aws_desk.payees("totals", "--by", part, "--json").stdout)
            assert said


def export_to(system: System, at: datetime) -> tuple[str, int]:
    """The folder of an export, and how many rows it has."""
    client = system.dynamodb()
    name = system.ledger_table
    client.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    client.export_table_to_point_in_time(
        TableArn=client.describe_table(TableName=name)["Table"]["TableArn"],
        S3Bucket=system.bucket,
        S3Prefix="nightly",
        ExportFormat="DYNAMODB_JSON",
    )
    found: list[str] = []
    for _ in range(100):
        listed = system.s3().list_objects_v2(Bucket=system.bucket, Prefix="nightly")
        if found := [entry["Key"] for entry in listed.get("Contents", [])]:
            break
        time.sleep(0.05)
    folder = found[0][: found[0].index("data/")]
    items = client.scan(TableName=name)["Count"]
    write_manifest(system, folder, items, at)
    return folder, items


def write_manifest(system: System, folder: str, items: int, at: datetime) -> None:
    """Beside the data, as AWS does and the emulator does not."""
    manifest = {
        "tableArn": f"arn:aws:dynamodb:eu-west-1:1:table/{system.ledger_table}",
        "exportTime": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "itemCount": items,
    }
    listed = system.s3().list_objects_v2(Bucket=system.bucket, Prefix=f"{folder}data/")
    names = [entry["Key"] for entry in listed["Contents"]]
    counts = [
        gzip.decompress(
            system.s3().get_object(Bucket=system.bucket, Key=name)["Body"].read()
        ).count(b"\n")
        for name in names
    ]
    files = [
        json.dumps({"dataFileS3Key": name, "itemCount": count})
        for name, count in zip(names, counts, strict=True)
    ]
    for name, body in (
        ("manifest-files.json", "\n".join(files)),
        ("manifest-summary.json", json.dumps(manifest)),
    ):
        system.s3().put_object(Bucket=system.bucket, Key=f"{folder}{name}", Body=body.encode())
