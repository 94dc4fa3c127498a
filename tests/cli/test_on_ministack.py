"""Every command once for real, against emulated AWS: the demo, a stack and a table by name."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import chdir, closing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from click.testing import CliRunner, Result

from backend.table import ledger_table, registry_table, table_definition
from cli.main import main
from cli.system import System, save_system
from payments.payee import PayeeId
from testkit.demo_process import ROOT
from tests.cli.desk import Desk
from tests.cli.ledgers import fill, record

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("in_india")]


@dataclass(frozen=True, slots=True)
class Market:
    """A folder with a published roster, a demo as far as commands can tell, and six payments."""

    folder: Path
    system: System
    references: list[str]

    def payees(
        self,
        *arguments: str,
        code: int = 0,
        env: dict[str, str] | None = None,
        stdin: str | None = None,
    ) -> Result:
        with chdir(self.folder):
            result = CliRunner().invoke(main, arguments, env=env, input=stdin)
        assert result.exit_code == code, result.output
        return result


@pytest.fixture(scope="module")
def market(ministack: str, tmp_path_factory: pytest.TempPathFactory) -> Market:
    folder = tmp_path_factory.mktemp("market")
    name = f"market-{uuid4().hex}"
    system = System(
        ledger_table(name),
        registry_table(name),
        bucket=name,
        endpoint_url=ministack,
        site_url="http://127.0.0.1:8000/",
    )
    with (
        closing(system.dynamodb()) as dynamodb,
        closing(system.s3()) as s3,
    ):
        for table in (system.ledger_table, system.registry_table):
            dynamodb.create_table(**table_definition(table))
        s3.create_bucket(Bucket=name)
    Desk(folder).write_roster("mahantesh", "shilpa")
    (folder / ".demo").mkdir()
    save_system(folder / ".demo", system)
    market = Market(folder, system, [payment_id.reference for payment_id in fill(system)])
    market.payees("publish")
    return market


@pytest.fixture(scope="module")
def stack(market: Market) -> Iterator[str]:
    """A stack whose outputs name the market's table and bucket."""
    name = f"market-{uuid4().hex[:8]}-infra"
    outputs = {
        "LedgerTable": market.system.ledger_table,
        "RegistryTable": market.system.registry_table,
        "BucketName": market.system.bucket,
        "SiteUrl": "https://market.example/",
    }
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    with closing(boto3.client("cloudformation", endpoint_url=market.system.endpoint_url)) as client:
        client.create_stack(StackName=name, TemplateBody=json.dumps(template))
        client.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
        yield name
        client.delete_stack(StackName=name)


def test_the_roster_is_checked_edited_and_described(market: Market) -> None:
    market.payees("add", "ravi", "--name", "Ravi")
    market.payees("close", "ravi")
    assert market.payees("check").stderr == "payees.yaml: 3 payees, no mistakes.\n"
    assert json.loads(market.payees("schema").stdout)["required"] == ["site", "payees"]
    market.payees("publish")
    market.payees("qr", "ravi", "--png", "--url", "http://127.0.0.1:8000/")
    verified = market.payees("verify-qr", "ravi.png", "--url", "http://127.0.0.1:8000/")
    assert verified.stdout == "ravi.png: ok: leads to the page of Ravi (ravi), which is closed\n"
    assert "complete" in market.payees("completion", "zsh").stdout


def test_the_ledger_is_read(market: Market) -> None:
    listed = market.payees("payments", "--until", "2026-03-03").stdout.splitlines()
    assert [line[-25:] for line in listed[1:]] == market.references
    assert "2026-03-01T15:00:00.123+05:30" in listed[1]
    shown = market.payees("show", market.references[5]).stdout
    assert "status       reversed" in shown
    totals = market.payees("totals", "shilpa", "--by", "day").stdout.splitlines()
    assert totals[2].startswith("2026-03-02,INR,1,70.00,1,70.00,")
    market.payees("report", "--out", "report.html")
    assert "240.00 INR" in (market.folder / "report.html").read_text()


def test_the_demo_a_stack_and_a_table_are_the_same_ledger(market: Market, stack: str) -> None:
    url = {"AWS_ENDPOINT_URL": str(market.system.endpoint_url)}
    by_demo = market.payees("export").stdout
    by_stack = market.payees("export", "--stack", stack, env=url).stdout
    tables = ("--table", market.system.ledger_table, "--registry", market.system.registry_table)
    by_table = market.payees("export", *tables, env=url).stdout
    assert by_demo.count("\n") == 7
    assert by_demo == by_stack == by_table


def test_a_code_leads_to_the_pages_of_the_stack(market: Market, stack: str) -> None:
    env = {"AWS_ENDPOINT_URL": str(market.system.endpoint_url), "PAYEES_STACK": stack}
    made = market.payees("qr", "shilpa", "--png", env=env)
    assert made.stderr.startswith("Wrote shilpa.png: https://market.example/shilpa/\n")
    market.payees("verify-qr", "shilpa.png", env=env)
    market.payees("verify-qr", "shilpa.png", code=1)


def test_corrections_say_which_system_they_write_to(market: Market, stack: str) -> None:
    market.payees("export", "--out", "before.csv")
    first, second = market.references[0], market.references[3]
    confirmed = market.payees("confirm", first, "--evidence", "line 14", "--by", "ravi")
    assert confirmed.stderr.startswith("Writing to the demo at http://127.0.0.1:8000/ …\n")
    url = {"AWS_ENDPOINT_URL": str(market.system.endpoint_url)}
    reversed_ = market.payees("reverse", second, "--reason", "twice", "--stack", stack, env=url)
    assert reversed_.stderr.startswith(f"Writing to table {market.system.ledger_table}")
    assert reversed_.stderr.endswith(f"Next: payees show {second} --stack {stack}\n")
    again = market.payees("reverse", second, "--reason", "twice")
    assert again.stderr.startswith(f"Already reversed: {second}, ")
    other = market.payees("reverse", second, "--reason", "thrice", code=1)
    assert " has already reversed it, at " in other.stderr
    compared = market.payees("export", "--compare", "before.csv")
    assert compared.stdout.startswith(
        f"+\tmahantesh\t{first}\tconfirmed by ravi: line 14\n+\tshilpa"
    )
    assert compared.stderr.endswith(
        "payments in before.csv none is missing and none has changed; 2 since.\n"
    )


def test_who_paid_is_erased_and_an_earlier_export_tells_it_from_tampering(market: Market) -> None:
    before = market.payees("export", "--out", "named.csv").stderr
    erased = market.payees(
        "erase", "--payer", "ben", "--reason", "asked for it", "--by", "ravi", "--yes"
    )
    assert erased.stderr.splitlines()[1:3] == [
        "Erasing in the demo at http://127.0.0.1:8000/ …",
        "Erased: 1 payment, by ravi.",
    ]
    compared = market.payees("export", "--compare", "named.csv")
    ben = market.references[1]
    assert compared.stdout == f"x\tmahantesh\t{ben}\terased by ravi: asked for it\n"
    again = market.payees("erase", ben, "--reason", "asked for it", "--yes")
    assert again.stderr.endswith("Erased already: 1 payment.\nNothing is left to erase.\n")
    assert before == market.payees("export", "--out", "named.csv").stderr
    assert "Ben" not in (market.folder / "named.csv").read_text("utf-8")


def test_many_are_confirmed_and_undone(market: Market) -> None:
    some = [market.references[1], market.references[2]]
    confirm = ["confirm", *some, "--evidence", "statement", "--by", "ravi"]
    assert "Confirmed 2.\n" in market.payees(*confirm).stderr
    assert "Confirmed 0, already confirmed 2.\n" in market.payees(*confirm).stderr
    undone = market.payees("undo", *some, "--reason", "too early", "--json")
    assert [one["status"] for one in json.loads(undone.stdout)] == ["claimed"] * 2
    assert "(taken back)" in market.payees("show", some[0]).stdout


def test_ctrl_c_loses_and_doubles_nothing_and_the_same_command_goes_on(market: Market) -> None:
    many = [record(market.system, 1000 + number, "shilpa", days=50) for number in range(300)]
    (market.folder / "many.txt").write_text("".join(f"{one.text}\n" for one in many))
    command = ["confirm", "-", "--evidence", "statement", "--by", "ravi", "--payee", "shilpa"]
    ledger = market.system.ledger()

    def confirmed() -> list[int]:
        histories = ledger.histories(PayeeId("shilpa"), (many[0], many[-1]))
        return [len(history.events) for history in histories]

    with (market.folder / "many.txt").open() as stdin:
        process = subprocess.Popen(
            [sys.executable, "-c", "from cli.main import main; main()", *command, "--json"],
            stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=market.folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        while sum(confirmed()) < 5 and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    results = [one["result"] for one in json.loads(out)]
    stood = confirmed()
    assert process.returncode == 1
    assert err.endswith("The same command again goes on, and doubles nothing.\n")
    for result, count in zip(results, stood, strict=True):
        assert count in {"done": (1,), "waiting": (0,), "unknown": (0, 1)}[result]
    assert 0 < sum(stood) < len(many)
    with (market.folder / "many.txt").open() as stdin:
        again = market.payees(*command, stdin=stdin.read())
    done = len(many) - sum(stood)
    assert f"Confirmed {done}, already confirmed {sum(stood)}.\n" in again.stderr
    assert confirmed() == [1] * len(many)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
@pytest.mark.parametrize("command", [["payments"], ["export"], ["totals", "--json"]], ids=" ".join)
@pytest.mark.parametrize("form", [[], ["--format", "xlsx"]], ids=" ".join)
def test_a_list_that_nobody_takes_is_a_sentence(
    market: Market, command: list[str], form: list[str]
) -> None:
    program = "from cli.main import main; main()"
    run = [sys.executable, "-c", program, *command, *form]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    reading, writing = os.pipe()
    os.close(reading)
    with Path("/dev/full").open("wb") as full, os.fdopen(writing, "wb") as broken:
        for out, why in ((full, "the disk is full"), (broken, "what reads it has ended")):
            done = subprocess.run(
                run, stdout=out, stderr=subprocess.PIPE, text=True, cwd=market.folder, env=env,
                check=False,
            )  # fmt: skip
            assert (done.returncode, done.stderr) == (1, f"The output is cut short: {why}.\n")


def test_a_payees_key_is_made_listed_and_ended(market: Market) -> None:
    made = market.payees("till", "mahantesh", "--label", "Counter 1")
    assert made.stdout.startswith("http://127.0.0.1:8000/till/#mahantesh.")
    assert made.stderr.startswith("Writing to the demo at http://127.0.0.1:8000/ …\n")
    market.payees("till", "mahantesh", "--revoke", "1")
    [key] = json.loads(market.payees("till", "mahantesh", "--list", "--json").stdout)
    assert (key["label"], bool(key["revoked_at"])) == ("Counter 1", True)
