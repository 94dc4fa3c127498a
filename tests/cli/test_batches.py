"""Four eyes: a batch that one AWS identity decides, and another approves."""

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ConnectionClosedError

from cli.failure import Failure
from cli.settling.batches import Batch, keep_batch, load_batch, same_person
from cli.settling.rows import DeskRows
from cli.system import System
from desk.deciding.plan import Decision
from payments.events import History
from payments.payee import PayeeId
from payments.payment_id import PaymentId
from testkit.factories import NOW, make_evidence, make_payment_id
from tests.cli.conftest import Login
from tests.cli.desk import SITE, Desk
from tests.cli.ledgers import record


@pytest.fixture
def pair(aws_desk: Desk, system: System) -> list[PaymentId]:
    """Two claims, a plan that settles both, and a market that asks for four eyes."""
    roster = "payees:\n  - {id: shilpa, name: Shilpa}\n"
    (aws_desk.folder / "payees.yaml").write_text(f"{SITE}  approval: needed\n{roster}")
    aws_desk.payees("publish")
    ids = [record(system, 2**79 + n) for n in range(2)]
    rows = [f"2026-03-0{n + 1},{one.reference},B{n},ASHA,50.00" for n, one in enumerate(ids)]
    text = "\n".join(["Date,Description,Ref No,Payer name,Amount", *rows, "2026-03-03,Rent,B,L,-9"])
    (aws_desk.folder / "march.csv").write_text(text + "\n")
    assert aws_desk.payees("reconcile", "march.csv", "--plan", "plan.csv").exit_code == 0
    return ids


def histories(system: System, ids: list[PaymentId]) -> list[History]:
    found = {one.payment.payment_id: one for one in system.ledger().histories(PayeeId("shilpa"))}
    return [found[one] for one in ids]


def test_what_one_decides_another_approves(
    aws_desk: Desk, system: System, pair: list[PaymentId], login: Login
) -> None:
    asha = login("asha")
    applied = aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "Asha")
    assert applied.exit_code == 0, applied.stderr
    assert "Nothing is confirmed yet: batch " in applied.stderr
    batch = applied.stderr.rpartition("--approve ")[2].strip()
    assert [str(one.status) for one in histories(system, pair)] == ["claimed"] * 2

    own = aws_desk.payees("reconcile", "--approve", batch, "--by", "Ben")
    assert own.exit_code == 1
    assert f"You are {asha} to AWS, who decided it: somebody else has to approve." in own.stderr
    assert [str(one.status) for one in histories(system, pair)] == ["claimed"] * 2

    ben = login("ben")
    done = aws_desk.payees("reconcile", "--approve", batch.lower(), "--by", "Ben")
    assert (done.exit_code, "Confirmed 2.\n" in done.stderr) == (0, True), done.stderr
    assert f"2 payments, 100.00 INR: batch {batch} of Asha ({asha})" in done.stderr
    for one in histories(system, pair):
        [event] = one.events
        said = f"; decided as {asha}, approved by Ben as {ben}; batch {batch}"
        assert (event.by, event.why.endswith(said)) == ("Asha", True)
    again = aws_desk.payees("reconcile", "--approve", batch, "--by", "Ben")
    assert "Confirmed 0, already confirmed 2.\n" in again.stderr
    anew = aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "Ben")
    assert "Confirmed 0, already confirmed 2.\n" in anew.stderr
    undone = aws_desk.payees("reconcile", "--undo", batch)
    assert "Undone 2.\n" in undone.stderr


def test_who_decides_first_is_whom_another_has_to_agree_with(
    aws_desk: Desk, pair: list[PaymentId], login: Login
) -> None:
    login("asha")
    aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "Asha")
    login("ben")
    late = aws_desk.payees("reconcile", "--apply", "plan.csv", "--by", "Ben")
    assert " of Asha (" in late.stderr
    batch = late.stderr.rpartition("--approve ")[2].strip()
    assert "Confirmed 2.\n" in aws_desk.payees("reconcile", "--approve", batch).stderr


def test_a_batch_that_nobody_decided_is_not_approved(
    aws_desk: Desk, pair: list[PaymentId], login: Login
) -> None:
    login("asha")
    result = aws_desk.payees("reconcile", "--approve", "NOSUCH")
    assert (result.exit_code, "No batch NOSUCH waits in" in result.stderr) == (1, True)


def test_a_large_batch_is_kept_whole_and_one_that_was_changed_is_not_approved(
    system: System,
) -> None:
    decisions = tuple(
        Decision(
            n, PayeeId("shilpa"), make_payment_id(random=n), make_evidence(f"20260302-A{n}"),
            "why", n % 3, is_recorded=bool(n % 2), name="" if n % 2 else "Åsa",
        )
        for n in range(250)
    )  # fmt: skip
    batch = Batch("ABCDEFGH", "Asha", "arn:aws:iam::1:user/asha", NOW, decisions)
    assert keep_batch(system, batch) == batch
    later = Batch("ABCDEFGH", "Ben", "arn:aws:iam::1:user/ben", datetime.now(UTC), decisions[:9])
    assert keep_batch(system, later) == batch
    client = system.dynamodb()
    rows = client.scan(TableName=system.ledger_table)["Items"]
    changed = max((row for row in rows if "decisions" in row), key=lambda row: len(str(row)))
    first, *rest = json.loads(changed["decisions"]["S"])
    changed["decisions"] = {"S": json.dumps([first | {"minor": 1}, *rest])}
    client.put_item(TableName=system.ledger_table, Item=changed)
    with pytest.raises(Failure, match="Batch ABCDEFGH is not whole"):
        load_batch(system, "ABCDEFGH")


ROLE = "arn:aws:sts::1:assumed-role/desk"
SSO = "arn:aws:sts::1:assumed-role/AWSReservedSSO_Desk_0123456789abcdef"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("arn:aws:iam::1:user/asha", "arn:aws:iam::1:user/asha", True),
        ("arn:aws:iam::1:user/asha", "arn:aws:iam::1:user/ben", False),
        ("arn:aws:iam::1:user/asha", f"{ROLE}/asha", False),
        (f"{ROLE}/asha", f"{ROLE}/ben", True),
        (f"{ROLE}/asha", "arn:aws:sts::1:assumed-role/other/asha", False),
        (f"{SSO}/asha@market.example", f"{SSO}/ben@market.example", False),
        (f"{SSO}/asha@market.example", f"{SSO}/asha@market.example", True),
    ],
)
def test_sessions_of_a_role_may_be_one_person(one: str, other: str, *, same: bool) -> None:
    assert same_person(one, other) is same
    assert same_person(other, one) is same


def test_an_answer_that_the_network_cut_off_is_no_missing_row(system: System) -> None:
    """Or a batch that waits would be said not to be there, and a day's count to be the first."""
    cut = {"headers": {"Content-Length": "5"}, "body": b"", "status_code": 200}
    client = DeskRows(system)._client
    with pytest.raises(ConnectionClosedError):
        client.meta.events.emit("before-parse.dynamodb.GetItem", response_dict=cut)
