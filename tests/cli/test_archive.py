"""Archives: totals asked in Athena, and the ledger held against what was exported."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.copying import athena
from cli.copying.athena import Archive
from cli.failure import Failure
from cli.system import System
from testkit.dynamodb_export import rows_of, write_export
from tests.cli.athena_by_duckdb import FakeAthena
from tests.cli.desk import Desk
from tests.cli.ledgers import fill, record

NIGHT = datetime(2026, 3, 5, 1, 15, tzinfo=UTC)


def export_night(system: System, at: datetime = NIGHT, *, is_complete: bool = True) -> str:
    """The folder of an export of what is in the ledger now."""
    return write_export(
        system.s3(),
        system.bucket,
        f"ledger/night={at:%Y-%m-%dT%H:%M:%SZ}/",
        rows_of(system.dynamodb(), system.ledger_table),
        table=system.ledger_table,
        at=at,
        rows_a_file=4,
        is_complete=is_complete,
    )


@pytest.fixture
def engine(system: System, monkeypatch: pytest.MonkeyPatch) -> FakeAthena:
    """What answers `--athena`, in the bucket of `system`."""
    found = FakeAthena(system.s3(), system.bucket)
    monkeypatch.setattr(System, "athena", lambda _: found)
    monkeypatch.setattr(athena, "load_archive", lambda _: Archive(system.bucket, "db", "group"))
    return found


@pytest.fixture
def filled(aws_desk: Desk, system: System, in_india: None) -> System:
    aws_desk.payees("publish")
    fill(system)
    return system


QUESTIONS = (
    ("totals",),
    ("totals", "--by", "payee,month"),
    ("totals", "--by", "day,method", "--json"),
    ("totals", "shilpa", "--by", "month", "--since", "2026-03-02"),
    ("totals", "--by", "day", "--until", "2026-03-02"),
    ("totals", "--since", "2030-01-01"),
)


@pytest.mark.usefixtures("engine")
def test_athena_answers_what_the_ledger_answers(aws_desk: Desk, filled: System) -> None:
    export_night(filled)
    for question in QUESTIONS:
        live, asked = aws_desk.payees(*question), aws_desk.payees(*question, "--athena")
        assert (asked.exit_code, asked.stdout) == (0, live.stdout), asked.stderr
        told = asked.stderr.splitlines()
        assert told[0].startswith("From the archive, ")
        assert told[0].endswith(
            f" days old: table {filled.ledger_table} on 2026-03-05 06:45 +05:30."
        )
        assert told[1:] == live.stderr.splitlines()


@pytest.mark.usefixtures("engine")
def test_former_ids_count_in_athena_as_in_the_ledger(aws_desk: Desk, filled: System) -> None:
    assert aws_desk.payees("rename", "shilpa", "flowers").exit_code == 0
    assert aws_desk.payees("publish").exit_code == 0
    record(filled, 8, "flowers")
    export_night(filled)
    for question in (("totals",), ("totals", "flowers", "--by", "payee,day")):
        live, asked = aws_desk.payees(*question), aws_desk.payees(*question, "--athena")
        assert live.stdout == asked.stdout
        assert "flowers" in asked.stdout
        assert "shilpa" not in asked.stdout


@pytest.mark.usefixtures("engine")
def test_a_night_that_is_not_whole_or_twice_there_is_passed_over(
    aws_desk: Desk, filled: System
) -> None:
    none = aws_desk.payees("totals", "--athena")
    assert (none.exit_code, "has no complete export yet" in none.stderr) == (1, True)
    export_night(filled)
    record(filled, 9)
    export_night(filled, NIGHT + timedelta(days=1), is_complete=False)
    doubled = NIGHT + timedelta(days=2)
    folder = export_night(filled, doubled)
    again = f"{folder.rstrip('/')}-again/"
    for name in ("manifest-files.json", "manifest-summary.json"):
        body = filled.s3().get_object(Bucket=filled.bucket, Key=f"{folder}{name}")["Body"].read()
        filled.s3().put_object(Bucket=filled.bucket, Key=f"{again}{name}", Body=body)
    assert "on 2026-03-05 06:45 +05:30." in aws_desk.payees("totals", "--athena").stderr


@pytest.mark.usefixtures("engine")
def test_rows_that_athena_does_not_find_are_told(aws_desk: Desk, filled: System) -> None:
    folder = export_night(filled)
    listed = filled.s3().list_objects_v2(Bucket=filled.bucket, Prefix=f"{folder}data/")
    filled.s3().delete_object(Bucket=filled.bucket, Key=listed["Contents"][0]["Key"])
    result = aws_desk.payees("totals", "--athena")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Athena read 4 rows of the night 2026-03-05T01:15:00Z, where " in result.stderr


def test_whatever_stops_a_question_takes_it_back(
    aws_desk: Desk, filled: System, engine: FakeAthena, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_night(filled)

    def asked(code: int = 1, **status: str) -> str:
        engine.states.clear()
        engine.stopped.clear()
        start = FakeAthena.start_query_execution

        def start_as(**question: str) -> dict[str, str]:
            answer = start(engine, **question)
            engine.states[answer["QueryExecutionId"]] = status
            return answer

        monkeypatch.setattr(engine, "start_query_execution", start_as)
        result = aws_desk.payees("totals", "--athena")
        assert (result.exit_code, result.stdout) == (code, "")
        assert engine.stopped == ["question-0", "question-1"]
        return result.stderr.splitlines()[-1]

    reason = "Query exhausted resources\nat this scale factor"
    assert asked(State="FAILED", StateChangeReason=reason) == (
        "Athena could not answer: Query exhausted resources at this scale factor "
        "(question question-0)"
    )
    assert asked(State="CANCELLED").startswith("Somebody stopped the question (question-0)")
    monkeypatch.setattr(athena, "_PATIENCE", -1.0)
    assert "has not answered in" in asked(State="RUNNING")

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(athena, "_PATIENCE", 60.0)
    monkeypatch.setattr("cli.copying.athena.time.sleep", stop)
    assert asked(130, State="QUEUED") == "Stopped."


def test_without_an_archive_it_is_said_what_makes_one(
    aws_desk: Desk, filled: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = aws_desk.payees("totals", "--athena")
    assert (result.exit_code, "belongs to a deployed stage" in result.stderr) == (1, True)
    aws_desk.payees("sync")
    both = aws_desk.payees("totals", "--athena", "--from", "ledger.duckdb")
    assert (both.exit_code, "Say --athena or --from, not both." in both.stderr) == (2, True)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    with pytest.raises(Failure, match="`make archive STAGE=…` turns one on"):
        athena.load_archive(System(stack="payee-pages-none-infra"))


def test_the_ledger_is_held_against_an_archive_and_one_night_against_another(
    aws_desk: Desk, filled: System
) -> None:
    first, address = export_night(filled), f"s3://{filled.bucket}/ledger"
    same = aws_desk.payees("export", "--compare", address)
    assert (same.exit_code, same.stdout) == (0, ""), same.stderr
    assert f"Of the 6 payments in {address} none is missing and none has changed; 0 since." in (
        same.stderr
    )
    live = aws_desk.payees("export", "--format", "jsonl").stdout
    assert aws_desk.payees("export", "--format", "jsonl", "--from", address).stdout == live
    record(filled, 9)
    since = aws_desk.payees("export", "--compare", address)
    assert (since.exit_code, since.stdout.startswith("+\tshilpa\t")) == (0, True)
    export_night(filled, NIGHT + timedelta(days=1))
    nights = [f"{address}/night=2026-03-0{day}T01:15:00Z" for day in (5, 6)]
    later = aws_desk.payees("export", "--compare", nights[0], "--from", nights[1])
    assert (later.exit_code, later.stdout) == (0, since.stdout)
    lost = aws_desk.payees("export", "--compare", nights[1], "--from", nights[0])
    assert (lost.exit_code, lost.stdout[:2]) == (1, "-\t")

    copied = Path("copied")
    for entry in filled.s3().list_objects_v2(Bucket=filled.bucket, Prefix=first)["Contents"]:
        path = copied / entry["Key"].removeprefix(first)
        path.parent.mkdir(parents=True, exist_ok=True)
        filled.s3().download_file(filled.bucket, entry["Key"], str(path))
    folder = aws_desk.payees("export", "--compare", "copied")
    assert (folder.exit_code, folder.stdout) == (0, since.stdout)


def test_a_payment_that_was_changed_behind_everybodys_back_is_found(
    aws_desk: Desk, filled: System
) -> None:
    export_night(filled)
    client = filled.dynamodb()
    item = next(
        row
        for row in rows_of(client, filled.ledger_table)
        if row["SK"]["S"].startswith("PAYMENT#") and "#EVENT#" not in row["SK"]["S"]
    )
    client.put_item(TableName=filled.ledger_table, Item=item | {"minor": {"N": "1"}})
    result = aws_desk.payees("export", "--compare", f"s3://{filled.bucket}/ledger")
    assert (result.exit_code, result.stdout[:2]) == (1, "!\t")
    assert "amount" in result.stdout


def test_an_archive_that_is_not_what_was_written_is_no_proof(
    aws_desk: Desk, filled: System
) -> None:
    folder, address = export_night(filled), f"s3://{filled.bucket}/ledger"
    key = f"{folder}manifest-summary.json"
    body = filled.s3().get_object(Bucket=filled.bucket, Key=key)["Body"].read()
    more = json.loads(body) | {"itemCount": 99}
    filled.s3().put_object(Bucket=filled.bucket, Key=key, Body=json.dumps(more).encode())
    said = aws_desk.payees("export", "--compare", address)
    assert (said.exit_code, "rows where its manifest says 99" in said.stderr) == (1, True)
    filled.s3().put_object(Bucket=filled.bucket, Key=key, Body=b"{")
    assert "could not be read" in aws_desk.payees("export", "--compare", address).stderr
    none = aws_desk.payees("export", "--compare", "s3://no-such-bucket-here/ledger")
    assert (none.exit_code, none.stderr.startswith("s3://no-such-bucket-here")) == (1, True)
    assert aws_desk.payees("export", "--compare", "none.csv").exit_code == 2
