"""`payees payments`: which payments, in which form, at which width."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator

import openpyxl
import pytest

from backend.dynamo_registry import DynamoRegistry
from cli.local.memory import MemoryLedger
from cli.system import System
from desk.fields import COLUMNS, listing_row
from desk.formats import BINARY, FORMATS
from desk.tables import print_rows
from payments.events import History
from payments.ledger import Bounds
from payments.money import Money
from payments.payee import Payee, PayeeId
from payments.payment import Payment
from testkit.demo_process import ROOT
from testkit.factories import FAMILY, NOW, make_payment, make_payment_id
from tests.cli.desk import Desk
from tests.cli.ledgers import correct, fill, record


def print_payments(rows: list[Payment], *, with_payee: bool = False) -> None:
    print_rows(COLUMNS, [listing_row(History(row), with_payee=with_payee) for row in rows])


@pytest.fixture
def published(aws_desk: Desk) -> Desk:
    aws_desk.payees("publish")
    return aws_desk


def test_a_pipe_gets_csv(published: Desk, system: System) -> None:
    lunch = record(system, 1, payer_id="=HYPERLINK(1)", reason='Lunch, "late"').reference
    emoji = record(system, 2, payer_id=FAMILY, money=Money(1, "INR"), reason="").reference
    result = published.payees("payments", "shilpa")
    time = NOW.astimezone().isoformat(timespec="milliseconds")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout_bytes.decode() == (
        "recorded_at,payee_id,payer_id,amount,currency,status,reason,method,bank_reference,"
        "reference\r\n"
        f'{time},shilpa,\'=HYPERLINK(1),50.00,INR,claimed,"Lunch, ""late""",,,{lunch}\r\n'
        f"{time},shilpa,{FAMILY},0.01,INR,claimed,,,,{emoji}\r\n"
    )


def test_a_byte_order_mark_comes_on_request_only(published: Desk, system: System) -> None:
    assert published.payees("payments", "--bom").stdout.startswith("\ufeffrecorded_at,")


def test_json_is_one_array_and_nothing_else(published: Desk, system: System) -> None:
    reference = record(system, 1, reason="Chai ☕").reference
    result = published.payees("payments", "shilpa", "--json")
    assert json.loads(result.stdout) == [
        {
            "payment_id": f"0{reference}",
            "payee_id": "shilpa",
            "payer_id": "Asha",
            "amount": "50.00",
            "currency": "INR",
            "reason": "Chai ☕",
            "method": None,
            "bank_reference": None,
            "status": "claimed",
            "reference": reference,
            "recorded_at": NOW.astimezone().isoformat(timespec="milliseconds"),
            "events": [],
        }
    ]


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("command", ["payments", "totals"])
def test_every_format_there_is_can_be_asked_for(
    published: Desk, system: System, command: str, format_name: str
) -> None:
    record(system, 1)
    result = published.payees(command, "shilpa", "--format", format_name)
    assert (result.exit_code, result.stderr) == (0, "")
    if format_name == BINARY:
        sheet = openpyxl.load_workbook(io.BytesIO(result.stdout_bytes)).active
        assert 50 in [cell.value for cell in sheet[2]]
    else:
        assert "50.00" in result.stdout


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("command", ["payments", "totals", "export"])
def test_a_workbook_is_not_poured_onto_a_terminal(
    published: Desk, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True)
    result = published.payees(command, "--format", "xlsx")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "write it to a file, such as >march.xlsx." in result.stderr


def test_no_payments_are_no_lines_and_a_word_about_it(published: Desk, system: System) -> None:
    result = published.payees("payments", "mahantesh")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)
    assert result.stderr == (
        f"No payments are recorded for mahantesh in table {system.ledger_table} yet.\n"
    )
    assert published.payees("payments", "mahantesh", "--json").stdout == "[]\n"


@pytest.mark.parametrize(
    ("payee_id", "reason"),
    [
        ("nobody", "it is not in the registry: `payees publish` puts a payee there."),
        ("Shilpa", "it must be 1 to 64 characters of a-z, 0-9 and inner hyphens"),
    ],
)
def test_an_unknown_payee_is_told_from_one_without_payments(
    published: Desk, system: System, payee_id: str, reason: str
) -> None:
    result = published.payees("payments", payee_id)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(
        f"No payee “{payee_id}” in table {system.ledger_table}: {reason}"
    )


def test_a_payee_that_left_the_roster_keeps_its_payments(published: Desk, system: System) -> None:
    reference = record(system, 1).reference
    published.write_roster("mahantesh")
    published.payees("publish")
    assert reference in published.payees("payments", "shilpa").stdout


@pytest.mark.parametrize("missing", ["--table", "--registry"])
def test_a_table_that_does_not_exist_is_told(published: Desk, missing: str) -> None:
    result = published.payees("payments", "shilpa", missing, "nowhere")
    assert result.exit_code == 1
    assert result.stderr.startswith("The ledger could not be read: ")


@pytest.mark.emulator
def test_the_running_demos_payments_are_listed(demo_desk: Desk) -> None:
    demo_desk.payees("publish")
    result = demo_desk.payees("payments", "shilpa")
    assert result.exit_code == 0
    assert "for shilpa in the demo at http://127.0.0.1:8000/ yet" in result.stderr


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 160])
@pytest.mark.parametrize("payer_id", ["Asha", "Lakshmi " * 7 + "Bhat", "x" * 64, FAMILY * 12])
def test_on_a_terminal_of_any_width_amounts_and_references_are_whole(
    columns: int,
    payer_id: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    rows = [
        make_payment(payer_id="Ravi", money=Money(10**14 - 1, "INR"), reason="r" * 140),
        make_payment(payer_id=payer_id, money=Money(125050, "INR"), reason="2 kg tomatoes"),
    ]
    print_payments(rows)
    shown = capsys.readouterr().out
    for row in rows:
        assert str(row.money) in shown
        assert row.payment_id.reference in shown
        words = row.payer_id + row.reason
        assert all(shown.count(letter) >= words.count(letter) for letter in set(words) - {" "})
    assert "…" not in shown


def test_a_table_marks_a_name_that_may_imitate_another(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    print_payments([make_payment(payer_id="\u0410sha"), make_payment()])
    _, imitated, ordinary = capsys.readouterr().out.splitlines()
    assert "\u0410sha \u26a0 mixed" in imitated
    assert "\u26a0" not in ordinary


def test_ordinary_payments_are_a_table_in_80_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    print_payments([make_payment(reason="Lunch")])
    header, row = capsys.readouterr().out.splitlines()
    assert header.split() == ["recorded", "payer", "amount", "reason", "reference"]
    assert row.split()[3:6] == ["Asha", "50.00", "INR"]


def references(desk: Desk, *arguments: str) -> list[int]:
    """Which of the six payments are listed, by their number from 0."""
    lines = desk.payees("payments", *arguments).stdout.splitlines()[1:]
    return [int(line[-1]) - 1 for line in lines]


@pytest.mark.usefixtures("in_india")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], [0, 1, 2, 3, 4, 5]),
        (["shilpa"], [3, 4, 5]),
        (["--since", "2026-03-02"], [1, 4, 2, 5]),  # in the order of time
        (["--until", "2026-03-01"], [0, 3]),
        (["--since", "2026-03-02", "--until", "2026-03-02"], [1, 4]),
        (["--since", "2026-03-01T15:00:01"], [1, 4, 2, 5]),
        (["--until", "2026-03-01T15:00"], []),
        (["--since", "2026-03-01T09:30:00Z", "--until", "2026-03-01T09:30:01Z"], [0, 3]),
        (["--payer", "ben"], [1]),
        (["--payer", "=1"], [2]),
        (["--min", "70"], [1, 2, 4]),
        (["shilpa", "--max", "50.00"], [3, 5]),
        (["--min", "50", "--max", "50"], [3]),
    ],
)
def test_conditions_narrow_the_list(
    published: Desk, system: System, arguments: list[str], expected: list[int]
) -> None:
    fill(system)
    assert references(published, *arguments) == expected


def test_how_it_was_paid_narrows_the_list(published: Desk, system: System) -> None:
    record(system, 1, method="upi", bank_reference="437276589036")
    record(system, 2, "mahantesh", method="cash")
    record(system, 3)
    assert references(published, "--method", "UPI") == [0]
    assert references(published, "--method", "cash") == [1]
    assert references(published, "--bank-number", "4372-7658 9036") == [0]
    assert references(published, "--bank-number", "437276589037") == []
    wrong = published.payees("payments", "--bank-number", "437 ?")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "“437 ?” must be the bank's number of the transfer: 4 to 35 of A-Z" in wrong.stderr


def test_what_waits_for_its_money_is_listed_by_age(published: Desk, system: System) -> None:
    ids = [record(system, number + 1, days=number) for number in range(3)]
    correct(system, ids[1], "confirmed")
    assert references(published, "--status", "claimed") == [0, 2]
    assert references(published, "--status", "claimed", "--older-than", "2026-03-02") == [0]
    assert references(published, "--status", "confirmed", "--until", "2026-03-02") == [1]


def test_the_one_payment_of_a_reference_is_found_whoevers_it_is(
    published: Desk, system: System
) -> None:
    ids = fill(system)
    assert references(published, "--reference", ids[4].reference.lower()) == [4]
    assert references(published, "shilpa", "--reference", ids[4].text) == [4]
    assert references(published, "--reference", ids[4].reference, "--payer", "ben") == []
    other = published.payees("payments", "mahantesh", "--reference", ids[4].reference)
    assert other.stderr.startswith("No such payments are recorded for mahantesh in table ")


@pytest.mark.usefixtures("in_india")
def test_times_are_the_maintainers_with_the_offset(published: Desk, system: System) -> None:
    fill(system)
    assert "2026-03-01T15:00:00.123+05:30" in published.payees("payments").stdout
    assert "2026-03-01 15:00 +05:30" in published.payees("payments", "--format", "table").stdout


def test_json_lines_come_one_for_each(published: Desk, system: System) -> None:
    fill(system)
    lines = published.payees("payments", "--format", "jsonl").stdout.splitlines()
    documents = [json.loads(line) for line in lines]
    assert [document["status"] for document in documents] == [
        "claimed", "claimed", "claimed", "claimed", "confirmed", "reversed",
    ]  # fmt: skip
    assert documents[5]["events"][0]["why"] == "never arrived"


def test_the_list_begins_before_the_ledger_is_read_to_its_end(
    published: Desk, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[str] = []
    written_before_next: list[int] = []

    class Ledger(MemoryLedger):
        def histories(self, payee_id: PayeeId, bounds: Bounds | None = None) -> Iterator[History]:
            for number in range(3):
                written_before_next.append(len(printed))
                yield History(make_payment(make_payment_id(random=number), payee_id))

    monkeypatch.setattr(System, "ledger", lambda self: Ledger())

    def note(cell: str) -> str:
        printed.append(cell)
        return cell

    monkeypatch.setattr("desk.spreadsheet.safe_cell", note)
    published.payees("payments", "shilpa")
    assert written_before_next == [0, 10, 20]


def test_a_list_of_any_length_is_a_table_in_parts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    print_payments([make_payment(make_payment_id(random=number)) for number in range(450)])
    shown = capsys.readouterr().out
    assert shown.count("Asha") == 450
    assert shown.count("payer") == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "soon"], "“soon” is no time: write 2026-03-01"),
        (["--since", "0001-01-01"], "“0001-01-01” is no time"),
        (["--since", "2026-03-02", "--until", "2026-03-01"], "--until is before --since"),
        (["--min", "1e3"], "“1e3” is no amount: write 50 or 50.00."),
        (["--min", "5", "--max", "4"], "--max is below --min"),
        (["--reference", "1KJ"], "“1KJ”: a reference has 25 characters"),
        (["--exec", "true"], "--exec works with --follow only."),
        (["--follow", "--until", "today"], "--follow goes on for ever"),
        (["--follow", "--json"], "--follow goes on for ever"),
        (["--follow", "--exec", "no-such-program"], "there is no command “no-such-program” here."),
        (["--follow", "--exec", "'"], "--exec: No closing quotation: check the quotes."),
    ],
)
def test_wrong_usage_is_told_before_anything_is_read(
    aws_desk: Desk, arguments: list[str], said: str
) -> None:
    result = aws_desk.payees("payments", *arguments)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_sums_stand_below_a_table_by_currency_and_by_what_payments_are_now(
    published: Desk, system: System
) -> None:
    fill(system)
    shown = published.payees("payments", "--format", "table").stdout
    assert shown.splitlines()[-1] == (
        "together: claimed 4: 170.00 INR, 500 JPY; confirmed 1: 70.00 INR; reversed 1: 1.00 INR"
    )
    claimed = published.payees("payments", "shilpa", "--status", "claimed", "--format", "table")
    assert "together" not in claimed.stdout  # one is its own sum
    assert "together" not in published.payees("payments").stdout  # programs add up themselves


def test_who_looks_loads_no_generator_of_sites() -> None:
    """A quarter of such a command's time went into that."""
    code = (
        "import sys, cli.commands.ledger.list_payments, cli.commands.ledger.totals\n"
        "print({'flask', 'jinja2', 'sitegen.build'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_who_is_known_is_read_once(aws_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With ten thousand payees that is a megabyte or more, of the registry or the manifest."""
    aws_desk.payees("publish")
    read: list[str] = []
    payees = DynamoRegistry.payees

    def counted(registry: DynamoRegistry) -> Iterator[Payee]:
        read.append("registry")
        return payees(registry)

    monkeypatch.setattr(DynamoRegistry, "payees", counted)
    for command in (["payments", "--since", "1d"], ["totals"], ["report"]):
        read.clear()
        assert aws_desk.payees(*command).exit_code == 0
        assert read == ["registry"], command
