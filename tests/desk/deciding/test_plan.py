"""Plans as spreadsheets give them back."""

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from desk.deciding.plan import Decision, batch_of, plan_rows, read_plan
from desk.deciding.sheet import PLAN_COLUMNS
from desk.formats import write_documents
from desk.settling.matching import match
from desk.settling.unrecorded import find_unrecorded
from desk.spreadsheet import NotRows, safe_cell
from desk.statements.line import Kind, Line, Place, with_fingerprints
from payments.events import History
from payments.money import Money
from payments.payee import PayeeId
from payments.payment_id import PaymentId
from testkit.factories import NOW, make_payment, make_payment_id

SHILPA, RAVI = PayeeId("shilpa"), PayeeId("ravi")


def ids(count: int) -> list[PaymentId]:
    chance = random.Random(7)
    return [make_payment_id(NOW, chance.getrandbits(80)) for _ in range(count)]


def credit(text: str, minor: int = 5000, *, name: str = "", account: str = "") -> Line:
    line = Line(
        Place("march.csv", 2), Kind.CREDIT, Money(minor, "INR"), date(2026, 3, 2), text, name,
        "B1", account=account,
    )  # fmt: skip
    return with_fingerprints([line])[0]


def plan_of(lines: Sequence[Line], histories: Sequence[History]) -> str:
    out = io.BytesIO()
    known = {history.payment.payment_id for history in histories}
    matching = match(lines, histories)
    unrecorded = find_unrecorded(matching.unclaimed, known, {}, [SHILPA])
    write_documents(out, plan_rows(matching, unrecorded), PLAN_COLUMNS, "csv", bom=True)
    return out.getvalue().decode()


def resaved(
    text: str, *, delimiter: str = ",", columns: Sequence[str] = PLAN_COLUMNS, end: str = "\r\n",
    **said: str,
) -> str:  # fmt: skip
    """As a spreadsheet saves it; `said` has what is written beside a payer's row."""
    rows = list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, lineterminator=end, restval="")
    writer.writeheader()
    writer.writerows(row | {"settle": said.get(row["payer_id"], row["settle"])} for row in rows)
    return out.getvalue()


def claims(payers: dict[str, int]) -> list[History]:
    return [
        History(make_payment(one, "shilpa", payer_id=name, money=Money(minor, "INR")))
        for one, (name, minor) in zip(ids(len(payers)), payers.items(), strict=True)
    ]


def test_a_plan_is_read_however_a_spreadsheet_saved_it() -> None:
    histories = claims({"Asha": 5000})
    lines = [credit(f"Lunch {histories[0].payment.payment_id.reference}")]
    text = plan_of(lines, histories)
    wanted = read_plan(text, include_likely=False)
    assert [one.payment_id for one in wanted] == [histories[0].payment.payment_id]
    shuffled = [*PLAN_COLUMNS, "my notes"]
    random.Random(1).shuffle(shuffled)
    for delimiter in ",;\t":
        for end in ("\n", "\r\n"):
            for columns in (PLAN_COLUMNS, shuffled):
                again = resaved(text, delimiter=delimiter, columns=columns, end=end)
                for mark in ("", "\ufeff"):
                    assert read_plan(mark + again, include_likely=False) == wanted
    padded = text + "," * len(PLAN_COLUMNS) + "\r\n\r\n"
    assert read_plan(padded, include_likely=False) == wanted


def test_a_column_that_was_lost_or_doubled_is_named() -> None:
    text = plan_of([], claims({"Asha": 5000}))
    for wrong in (text.replace("evidence", "proof"), text.replace("line", "evidence")):
        with pytest.raises(NotRows, match=r"a plan has each of these columns once: .*evidence"):
            read_plan(wrong, include_likely=False)


def test_no_cell_of_a_plan_is_a_formula_and_all_are_read_back() -> None:
    nasty = '=HYPERLINK("http://x.example","x")'
    histories = claims({"=1+1": 5000})
    line = credit(f"{nasty} {histories[0].payment.payment_id.reference}", name="@SUM(A1)")
    text = plan_of([replace(line, bank_id="-1+1")], histories)
    for cells in csv.reader(text.removeprefix("\ufeff").splitlines()):
        assert all(
            cell == safe_cell(cell) or not cell.startswith(("=", "@", "-")) for cell in cells
        )
        assert not any(cell.startswith(tuple("=+-@")) for cell in cells)
    [decision] = read_plan(resaved(text, delimiter=";"), include_likely=False)
    assert (decision.evidence.bank_id, decision.name) == ("-1+1", "@SUM(A1)")


def test_parts_share_a_line_in_the_same_order_however_the_rows_stand() -> None:
    histories = claims({"Asha": 5000, "Ben": 3000})
    line = credit(" ".join(one.payment.payment_id.reference for one in histories), 8000)
    text = resaved(plan_of([line], histories), Asha="part", Ben="part")
    decisions = read_plan(text, include_likely=False)
    assert [one.evidence.fingerprint for one in decisions] == [
        line.fingerprint,
        f"{line.fingerprint}_2",
    ]
    assert [one.part for one in decisions] == [1, 2]
    head, *rows = text.splitlines()
    other = read_plan("\n".join([head, *reversed(rows)]), include_likely=False)

    def told(some: list[Decision]) -> list[tuple[PaymentId, str]]:
        return [(one.payment_id, one.evidence.fingerprint) for one in some]

    assert told(other) == told(decisions)
    assert batch_of(other) == batch_of(decisions)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"Asha": "part"}, "one row alone is no part of this line"),
        ({"Asha": "part", "Ben": "yes"}, "this line is settled in row 2 already"),
        ({"Asha": "yes", "Ben": "part"}, "this line is settled in row 2 already"),
        ({"Asha": "yes", "Ben": "yes"}, "this line is settled in row 2 already"),
        ({"Asha": "parts"}, "“parts” is neither yes nor no, nor part"),
    ],
)
def test_what_cannot_be_parts_is_refused(said: dict[str, str], why: str) -> None:
    histories = claims({"Asha": 5000, "Ben": 3000})
    line = credit(" ".join(one.payment.payment_id.reference for one in histories), 8000)
    with pytest.raises(NotRows, match=why):
        read_plan(resaved(plan_of([line], histories), **said), include_likely=False)


def test_a_reference_that_nobody_recorded_can_be_recorded() -> None:
    [payment_id] = ids(1)
    line = credit(f"UPI/{payment_id.reference}/X", name="ASHA RAO")
    text = plan_of([line], [])
    assert read_plan(text, include_likely=True) == []  # never by itself
    [one] = read_plan(text.replace("\r\n,unclaimed", "\r\nyes,unclaimed"), include_likely=False)
    assert (one.payee_id, one.payment_id, one.is_recorded, one.name) == (
        "shilpa", payment_id, False, "ASHA RAO",
    )  # fmt: skip
    with pytest.raises(NotRows, match="a payment that nobody recorded is no part"):
        read_plan(text.replace("\r\n,unclaimed", "\r\npart,unclaimed"), include_likely=False)


def test_whose_an_unrecorded_payment_is_tells_the_account_or_somebody() -> None:
    [payment_id] = ids(1)
    line = credit(payment_id.reference, account="IN1")

    def whose(accounts: dict[str, set[str]], *payees: PayeeId) -> str | None:
        [found] = find_unrecorded([line], set(), accounts, payees).values()
        return found.payee_id

    assert whose({}, SHILPA) == SHILPA
    assert whose({}, SHILPA, RAVI) is None
    assert whose({"in1": {"ravi"}}, SHILPA, RAVI) == RAVI
    assert whose({"in1": {"ravi", "shilpa"}}, SHILPA, RAVI) is None
    matching = match([line], [])
    [row] = plan_rows(matching, find_unrecorded([line], set(), {}, [SHILPA, RAVI]))
    assert (row["payee_id"], str(row["why"]).endswith("write into payee_id whose it is")) == (
        "",
        True,
    )


def typo(sign: str) -> str:
    return "9" if sign != "9" else "8"


def test_what_is_no_unrecorded_reference_of_ours() -> None:
    one, other = ids(2)
    lines = {
        "recorded": credit(one.reference),
        "two of them": credit(f"{one.reference} {other.reference}"),
        "older than anybody waits": replace(
            credit(one.reference), booked_on=NOW.date() + timedelta(days=90)
        ),
        "of the future": replace(credit(one.reference), booked_on=NOW.date() - timedelta(days=9)),
        "words that begin like one": credit(f"{one.reference[:9]} TOMATOES AND ONIONS"),
        "cut": credit(one.reference[:20]),
        "recorded, with a typing error": credit(one.reference[:-1] + typo(one.reference[-1])),
        "recorded, with an error before": credit(f"1K{typo(one.reference[2])}{one.reference[3:]}"),
        "recorded, and cut off before a name": credit(f"{one.reference[:20]} ANITA RAO"),
    }
    for what, line in lines.items():
        recorded = {one} if what.startswith("recorded") else set()
        assert find_unrecorded([line], recorded, {}, [SHILPA]) == {}, what
