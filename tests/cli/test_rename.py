"""`payees rename` and `payees away --until`: the roster afterwards, and what counts where."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from cli.roster_file import this_day
from cli.system import System
from payments.payee import PayeeId
from roster.model import load_roster
from testkit.factories import make_payee
from tests.cli.desk import Desk
from tests.cli.ledgers import record

ROSTER = Path("payees.yaml")


def test_a_renamed_payee_keeps_its_old_id_as_formerly(desk: Desk) -> None:
    ROSTER.write_text(ROSTER.read_text() + "# the end\n")
    before = ROSTER.read_text()
    result = desk.payees("rename", "shilpa", "flowers")
    assert result.exit_code == 0, result.stderr
    assert result.stderr == (
        "shilpa is flowers now in payees.yaml; /shilpa/ will lead to /flowers/.\n"
        "Next: payees publish\n"
    )
    assert ROSTER.read_text() == before.replace(
        "{id: shilpa, name: Shilpa}", '{id: flowers, name: Shilpa, formerly: ["shilpa"]}'
    )
    assert desk.payees("rename", "flowers", "stall-3").exit_code == 0
    [_, entry] = load_roster(ROSTER).entries
    assert entry.payee.ids == ("stall-3", "shilpa", "flowers")
    assert desk.payees("rename", "stall-3", "shilpa").exit_code == 0  # and back
    [_, entry] = load_roster(ROSTER).entries
    assert entry.payee.ids == ("shilpa", "flowers", "stall-3")
    told = desk.payees("edit", "flowers", "--name", "F")
    assert told.stderr == "“flowers” is shilpa now in payees.yaml: say that.\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("nobody", "x", "There is no payee “nobody” in payees.yaml"),
        (
            "shilpa",
            "mahantesh",
            "“mahantesh” is the id of Mahantesh in payees.yaml",
        ),
        ("shilpa", "Flowers", "id: must be 1 to 64 characters of a-z"),
        ("shilpa", "till", "id: “till” is kept for the site itself; choose another"),
    ],
)
def test_what_cannot_be_an_id_changes_nothing(desk: Desk, old: str, new: str, said: str) -> None:
    before = ROSTER.read_bytes()
    result = desk.payees("rename", old, new)
    assert (result.exit_code, ROSTER.read_bytes()) == (1, before)
    assert said in result.stderr


def test_one_list_and_one_total_for_both_ids(aws_desk: Desk, system: System) -> None:
    aws_desk.write_roster("stall-5", "usha")
    assert aws_desk.payees("publish", "--yes-accounts").exit_code == 0
    record(system, 1, "stall-5")
    aws_desk.payees("rename", "stall-5", "mahantesh")
    published = aws_desk.payees("publish", "--yes")
    assert published.exit_code == 0, published.stderr
    assert "closed" not in published.stderr
    record(system, 2, "mahantesh")
    record(system, 3, "usha")
    for payee_id in ("mahantesh", "stall-5"):
        rows = aws_desk.payees("payments", payee_id).stdout.splitlines()[1:]
        assert [row.split(",")[1] for row in rows] == ["mahantesh", "mahantesh"]
    totals = aws_desk.payees("totals").stdout.splitlines()[1:]
    counted = [row.split(",")[:3] for row in totals]
    assert counted == [["mahantesh", "INR", "2"], ["usha", "INR", "1"]]
    exported = aws_desk.payees("export").stdout.splitlines()[1:]  # as it stands in the ledger
    assert sorted(row.split(",")[0] for row in exported) == ["mahantesh", "stall-5", "usha"]


def test_one_total_where_only_the_tables_are_known(
    aws_desk: Desk, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PAYEES_BUCKET")

    ids = (PayeeId("mahantesh"), PayeeId("stall-5"))
    for number, payee_id in enumerate(ids, 1):
        system.registry().register(replace(make_payee(payee_id), ids=ids))
        record(system, number, payee_id)
    totals = aws_desk.payees("totals").stdout.splitlines()[1:]
    assert [row.split(",")[:3] for row in totals] == [["mahantesh", "INR", "2"]]


def test_who_is_away_until_a_day_is_published_open_from_that_day(desk: Desk) -> None:
    written = ROSTER.read_text()
    day = this_day() + timedelta(days=3)
    result = desk.payees("away", "shilpa", "--until", str(day))
    assert result.stderr == (
        f"shilpa is away until {day} now in payees.yaml.\n"
        f"From {day} on, `payees publish` opens the page.\nNext: payees publish\n"
    )
    roster = load_roster(ROSTER)
    assert roster.on(day - timedelta(days=1)) is roster
    back = roster.on(day).by_id[roster.entries[1].payee_id]
    assert (back.payee.status, back.until) == ("open", None)
    again = desk.payees("away", "shilpa", "--until", str(day))
    assert again.stderr == f"shilpa is away until {day} already: nothing was changed.\n"
    assert desk.payees("away", "shilpa").exit_code == 0  # for now, without a day
    assert load_roster(ROSTER).entries[1].until is None
    desk.payees("away", "shilpa", "--until", str(day))
    assert desk.payees("open", "shilpa").exit_code == 0
    assert ROSTER.read_text() == written.replace("Shilpa}", "Shilpa, status: open}")
    late = desk.payees("away", "shilpa", "--until", str(this_day()))
    assert (late.exit_code, "has come: say a later day" in late.stderr) == (2, True)


def test_a_build_after_the_day_opens_the_page_and_says_so(desk: Desk) -> None:
    yesterday = this_day() - timedelta(days=1)
    ROSTER.write_text(
        ROSTER.read_text().replace("Shilpa}", f"Shilpa, status: away, until: {yesterday}}}")
    )
    built = desk.payees("build", "--out", "site")
    assert built.exit_code == 0, built.stderr
    assert built.stderr.startswith(
        f"shilpa was away until {yesterday}, and opens: `payees open shilpa` takes that out"
    )
    assert 'id="form"' in Path("site/shilpa/index.html").read_text()


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("until: 2026-12-01", "until: goes with status: away; remove it"),
        ("status: away, until: 1.12.2026", "until: “1.12.2026” is no day; write it like"),
        ("status: away, until: 2206-12-01", "is no day"),
        ("formerly: [shilpa]", "formerly: “shilpa” is the id of the payee on line 8; remove it"),
        ("formerly: [mahantesh]", "formerly: “mahantesh” is the id of the payee on line 7; remove"),
        ("formerly: [x, x]", "formerly: “x” is already on line 7; keep one"),
        ("formerly: [till]", "formerly: “till” is kept for the site itself"),
    ],
)
def test_what_a_roster_may_say_of_it(desk: Desk, keys: str, said: str) -> None:
    ROSTER.write_text(ROSTER.read_text().replace("Mahantesh}", f"Mahantesh, {keys}}}"))
    result = desk.payees("check")
    assert (result.exit_code, said in result.stderr) == (1, True), result.stderr


def test_an_alias_is_nobody_elses_former_id(desk: Desk) -> None:
    text = ROSTER.read_text().replace("Mahantesh}", "Mahantesh, formerly: [x], aliases: [x]}")
    ROSTER.write_text(text)
    assert desk.payees("check").exit_code == 0
    ROSTER.write_text(text.replace("Shilpa}", "Shilpa, aliases: [y]}").replace("[x], a", "[y], a"))
    result = desk.payees("check")
    assert "aliases: “y” is another payee's former id; remove it" in result.stderr


def test_a_stall_is_handed_over_with_its_sticker_and_without_the_old_accounts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.commands.roster.handover.this_day", lambda: date(2026, 4, 1))
    own = "pay_by: [{upi: shilpa@examplebank}], notify: [mailto:s@example.org]"
    ROSTER.write_text(ROSTER.read_text().replace("Shilpa}", f"Shilpa, {own}}}  # stall 3"))
    before = ROSTER.read_text()
    asked = desk.payees("handover", "shilpa", "--name", "Usha")
    assert (asked.exit_code, ROSTER.read_text()) == (2, before)
    assert "receives by upi shilpa@examplebank" in asked.stderr
    done = desk.payees("handover", "shilpa", "--name", "Usha", "--pay-by", "upi=usha@examplebank")
    assert done.exit_code == 0, done.stderr
    assert done.stderr == (
        "shilpa was Shilpa and is Usha now in payees.yaml. Page and sticker stay.\n"
        "What was Shilpa's: payees totals shilpa --until 2026-03-31\n"
        "What is Usha's: payees totals shilpa --since 2026-04-01\n"
        "End Shilpa's keys to the till: payees till shilpa --list\n"
        "Next: payees publish\n"
    )
    assert "  # stall 3\n" in ROSTER.read_text()
    [_, entry] = load_roster(ROSTER).entries
    assert (entry.payee.name, entry.payee.notify) == ("Usha", ())
    assert [account.address for account in entry.pay_by] == ["usha@examplebank"]


@pytest.mark.parametrize(
    ("how", "accounts"), [("--same-accounts", ["shilpa@examplebank"]), ("--no-pay-by", [])]
)
def test_accounts_of_a_stall_stay_only_where_that_is_said(
    desk: Desk, how: str, accounts: list[str]
) -> None:
    own = "Shilpa, pay_by: [{upi: shilpa@examplebank}]}"
    ROSTER.write_text(ROSTER.read_text().replace("Shilpa}", own))
    result = desk.payees("handover", "shilpa", "--name", "Usha", how)
    assert result.exit_code == 0, result.stderr
    entry = load_roster(ROSTER).entries[1]
    assert [account.address for account in entry.pay_by] == accounts


def test_a_check_says_whose_day_of_being_back_has_come(desk: Desk) -> None:
    day = this_day()
    away = f"Shilpa, status: away, until: {day}}}"
    ROSTER.write_text(ROSTER.read_text().replace("Shilpa}", away))
    checked = desk.payees("check")
    assert checked.exit_code == 0
    assert checked.stderr == (
        f"payees.yaml: shilpa was away until {day}: the next `payees publish` opens the page; "
        "`payees open shilpa` takes that out.\npayees.yaml: 2 payees, no mistakes.\n"
    )
    ROSTER.write_text(ROSTER.read_text().replace(str(day), str(day + timedelta(days=1))))
    assert desk.payees("check").stderr == "payees.yaml: 2 payees, no mistakes.\n"
