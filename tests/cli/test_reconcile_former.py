"""`payees reconcile` where a payee had another id before: its payments are of one receiver."""

import json
from datetime import UTC, datetime, timedelta
from random import randbytes

import pytest

from cli.system import System
from payments.money import Money
from payments.payment_id import mint_payment_id
from tests.cli.desk import SITE, Desk
from tests.cli.ledgers import record
from tests.desk.statements.files import IBAN

OTHER = "NL91ABNA0417164300"


def write_roster(desk: Desk, *entries: str) -> None:
    site = SITE.replace("INR", "EUR")
    text = "".join(f"  - {{{entry}}}\n" for entry in entries)
    (desk.folder / "payees.yaml").write_text(f"{site}payees:\n{text}")
    published = desk.payees("publish", "--yes-accounts")
    assert published.exit_code == 0, published.stderr


def pay_by(iban: str) -> str:
    return f"pay_by: [{{sepa: {iban}}}]"


def planned(desk: Desk, *rows: str) -> list[dict[str, str]]:
    head = f"Account: {IBAN},,,,\nDate,Description,Ref No,Payer name,Amount\n"
    text = head + "\n".join([*rows, f"{datetime.now(UTC).date()},Rent,B9,LANDLORD,-9.00", ""])
    (desk.folder / "march.csv").write_text(text)
    told = desk.payees("reconcile", "march.csv", "--json")
    assert told.exit_code == 0, told.stderr
    rows_of_plan: list[dict[str, str]] = json.loads(told.stdout)
    return rows_of_plan


def test_what_was_recorded_under_a_former_id_arrives_where_its_payee_receives(
    aws_desk: Desk, system: System
) -> None:
    write_roster(
        aws_desk,
        f"id: stall-5, name: Shilpa, {pay_by(IBAN)}",
        f"id: ravi, name: Ravi, {pay_by(OTHER)}",
    )
    paid = record(system, 2**79 + 1, "stall-5", money=Money(5000, "EUR"))
    write_roster(
        aws_desk,
        f"id: shilpa, name: Shilpa, formerly: [stall-5], {pay_by(IBAN)}",
        f"id: ravi, name: Ravi, {pay_by(OTHER)}",
    )
    [row] = planned(aws_desk, f"2026-03-01,Lunch {paid.reference},B1,ASHA RAO,50.00")
    assert (row["grade"], row["payee_id"], row["settle"]) == ("sure", "stall-5", "yes")


@pytest.mark.parametrize("account", ["", pay_by(IBAN)])
def test_money_that_nobody_claims_is_of_the_one_payee_who_receives_there(
    aws_desk: Desk, account: str
) -> None:
    """Who had another id is one payee, and not two who may receive it."""
    more = f", {account}" if account else ""
    write_roster(aws_desk, f"id: shilpa, name: Shilpa, formerly: [stall-5]{more}")
    minted = mint_payment_id(datetime.now(UTC) - timedelta(hours=1), b"\x42" + randbytes(9))
    today = datetime.now(UTC).date()
    rows = planned(
        aws_desk, f"{today},Lunch {minted.reference},B1,ASHA,50.00", f"{today},Odd,B2,BEN,7.00"
    )
    assert [(row["grade"], row["payee_id"]) for row in rows] == [("unclaimed", "shilpa")] * 2
