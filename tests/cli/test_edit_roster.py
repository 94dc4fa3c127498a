"""`payees add`, `edit` and `close`: the file afterwards, and what is refused."""

import re
import stat
from pathlib import Path

import pytest

from roster.grammar import Keys
from roster.keys import PAYEE
from roster.model import load_roster
from tests.cli.desk import SITE, Desk

ROSTER = Path("payees.yaml")


def test_a_payee_is_added_and_checked(desk: Desk) -> None:
    before = ROSTER.read_text()
    result = desk.payees(
        "add", "ravi", "--name", "Ravi", "--description", "Juice: stall 7", "--alias", "7",
        "--min", "10", "--max", "50", "--amount", "20", "--amount", "40",
    )  # fmt: skip
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == (
        "Added ravi to payees.yaml: 3 payees, no mistakes.\nNext: payees publish\n"
    )
    assert ROSTER.read_text() == before + (
        "  - id: ravi\n"
        "    name: Ravi\n"
        '    aliases: ["7"]\n'
        '    description: "Juice: stall 7"\n'
        '    limits: {min: "10", max: "50"}\n'
        '    amounts: ["20", "40"]\n'
    )


def test_where_a_payee_receives_is_added_and_changed(desk: Desk) -> None:
    before = ROSTER.read_text()
    upi = "upi=ravi@examplebank,merchant=true,holder=Rao, Ravi"
    added = desk.payees("add", "ravi", "--name", "Ravi", "--pay-by", upi, "--pay-by", "cash")
    assert added.exit_code == 0, added.stderr
    assert ROSTER.read_text() == before + (
        "  - id: ravi\n"
        "    name: Ravi\n"
        "    pay_by:\n"
        "      - upi: ravi@examplebank\n"
        '        merchant: "true"\n'
        "        holder: Rao, Ravi\n"
        "      - cash\n"
    )
    ROSTER.write_text(ROSTER.read_text().replace("- cash", "- cash   # coins as well"))
    edited = desk.payees("edit", "ravi", "--pay-by", "upi=ravi@otherbank", "--pay-by", "cash")
    assert edited.exit_code == 0, edited.stderr
    assert "      - upi: ravi@otherbank\n      - cash   # coins as well\n" in ROSTER.read_text()
    assert desk.payees("edit", "ravi", "--no-pay-by").exit_code == 0
    assert ROSTER.read_text() == before + "  - id: ravi\n    name: Ravi\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["shilpa", "--name", "S"], "id: “shilpa” is already on line 8; choose another"),
        (["api", "--name", "A"], "id: “api” is kept for the site itself; choose another"),
        (["x", "--name", "mahantesh"], "name: “mahantesh” is already on line 7"),
        (["x", "--name", ""], "missing key “name”"),
        (["x", "--name", "X", "--currency", "EUR"], "so the site's limits do not fit"),
        (["x", "--name", "X", "--min", "5", "--max", "4"], "swap the two"),
        (["x", "--name", "X", "--pay-by", "upi=x"], "pay_by.upi: “x”: has no @ with a handle"),
        (["x", "--name", "X", "--pay-by", "paypal"], "unknown way to pay “paypal”"),
        (["x", "--name", "a\tb"], "remove the hidden or unknown character U+0009"),
        (["x", "--name", "a\nb"], "name: must be one line"),
    ],
)
def test_what_would_be_a_mistake_is_told_and_changes_nothing(
    desk: Desk, arguments: list[str], said: str
) -> None:
    before = ROSTER.read_bytes()
    result = desk.payees("add", *arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stderr.endswith("Nothing was changed: that would be no valid roster.\n")
    assert ROSTER.read_bytes() == before


def test_half_of_the_limits_are_wrong_usage(desk: Desk) -> None:
    result = desk.payees("add", "x", "--name", "X", "--min", "5")
    assert (result.exit_code, "--min and --max go together" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    "command", [["add", "x", "--name", "X"], ["edit", "a", "--name", "A"], ["close", "a"]]
)
def test_a_broken_roster_is_corrected_first(desk: Desk, command: list[str]) -> None:
    ROSTER.write_text(SITE + "payees:\n  - {id: a, nam: A}\n")
    result = desk.payees(*command)
    assert result.exit_code == 1
    assert result.stderr.endswith("1 mistake in payees.yaml: nothing was changed.\n")


@pytest.mark.parametrize(("command", "status"), [("close", "closed"), ("away", "away")])
def test_a_payee_is_closed_or_away_once(desk: Desk, command: str, status: str) -> None:
    written = ROSTER.read_bytes()
    result = desk.payees(command, "shilpa")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"shilpa is {status} now in payees.yaml.\nNext: payees publish\n"
    assert [entry.payee.status for entry in load_roster(ROSTER).entries] == ["open", status]
    before = ROSTER.read_bytes()
    assert before.replace(f", status: {status}".encode(), b"") == written
    again = desk.payees(command, "shilpa")
    said = f"shilpa is {status} already: nothing was changed.\n"
    assert (again.exit_code, again.stderr) == (0, said)
    assert ROSTER.read_bytes() == before


def test_who_is_away_or_closed_opens_again_and_comments_stay(desk: Desk) -> None:
    desk.payees("away", "shilpa")
    desk.payees("close", "mahantesh")
    ROSTER.write_text(ROSTER.read_text().replace("away}", "away}  # till Monday"))
    for payee_id in ("shilpa", "mahantesh"):
        result = desk.payees("open", payee_id)
        assert result.stderr == f"{payee_id} is open now in payees.yaml.\nNext: payees publish\n"
    assert {entry.payee.status for entry in load_roster(ROSTER).entries} == {"open"}
    assert "status: open}  # till Monday" in ROSTER.read_text()
    again = desk.payees("open", "shilpa")
    assert again.stderr == "shilpa is open already: nothing was changed.\n"


@pytest.mark.parametrize(
    ("payee_id", "known", "hint"),
    [
        ("shipla", ["mahantesh", "shilpa"], "did you mean “shilpa”?"),
        ("nobody", ["mahantesh", "shilpa"], "it has mahantesh, shilpa"),
        ("nobody", [f"stall-{n}" for n in range(7)],
         "it has stall-0, stall-1, stall-2, stall-3, stall-4 and 2 more"),
        ("nobody", [], "it has none"),
    ],
)  # fmt: skip
def test_whom_the_roster_does_not_have_cannot_be_closed(
    desk: Desk, payee_id: str, known: list[str], hint: str
) -> None:
    desk.write_roster(*known)
    result = desk.payees("close", payee_id)
    assert result.exit_code == 1
    assert result.stderr == f"There is no payee “{payee_id}” in payees.yaml: {hint}\n"


def test_a_linked_roster_stays_a_link_and_keeps_its_permissions(desk: Desk) -> None:
    ROSTER.rename("real.yaml")
    Path("real.yaml").chmod(0o640)
    ROSTER.symlink_to("real.yaml")
    assert desk.payees("close", "shilpa").exit_code == 0
    assert ROSTER.is_symlink()
    assert stat.S_IMODE(Path("real.yaml").stat().st_mode) == 0o640
    assert "status: closed" in Path("real.yaml").read_text()
    assert sorted(path.name for path in Path().iterdir()) == ["payees.yaml", "real.yaml"]


def test_what_is_named_changes_and_nothing_else(desk: Desk) -> None:
    desk.payees("add", "ravi", "--name", "Ravi", "--alias", "7", "--min", "10", "--max", "50")
    text = ROSTER.read_text().replace("    aliases:", "    # of old\n    aliases:")
    ROSTER.write_text(text)
    result = desk.payees(
        "edit", "ravi", "--max", "500", "--amount", "20", "--amount", "40", "--no-aliases"
    )
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "Changed ravi in payees.yaml: no mistakes.\nNext: payees publish\n"
    assert ROSTER.read_text() == text.replace(
        '    aliases: ["7"]\n    limits: {min: "10", max: "50"}\n',
        '    limits: {min: "10", max: "500"}\n    amounts: ["20", "40"]\n',
    )


def test_what_the_roster_says_already_is_nothing_to_change(desk: Desk) -> None:
    before = ROSTER.read_bytes()
    result = desk.payees("edit", "shilpa", "--name", "Shilpa", "--no-description")
    assert (result.exit_code, result.stderr) == (
        0,
        "payees.yaml says that of shilpa already: nothing to change.\n",
    )
    assert ROSTER.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["shilpa"], 2, "Say what to change"),
        (["shilpa", "--status", "closed", "--no-status"], 2, "--no-status takes away what another"),
        (["shipla", "--name", "S"], 1, "did you mean “shilpa”?"),
        (["shilpa", "--name", "Mahantesh"], 1, "name: “Mahantesh” is already on line 7"),
        (["shilpa", "--status", "shut"], 1, "“shut” is not known; write one of away, closed, open"),
        (["shilpa", "--max", "5"], 1, 'limits: missing key “min”; add it, such as min: "1"'),
    ],
)
def test_an_edit_that_cannot_be_changes_nothing(
    desk: Desk, arguments: list[str], code: int, said: str
) -> None:
    before = ROSTER.read_bytes()
    result = desk.payees("edit", *arguments)
    assert result.exit_code == code
    assert said in " ".join(result.stderr.split())
    assert ROSTER.read_bytes() == before


@pytest.mark.parametrize("command", ["add", "edit"])
def test_every_key_of_a_payee_has_its_option(desk: Desk, command: str) -> None:
    said = " ".join(desk.payees(command, "--help").stdout.split())
    for name, key in PAYEE.keys.items():
        if isinstance(key.kind, Keys):
            assert all(f"--{part} TEXT {one.about}" in said for part, one in key.kind.keys.items())
        elif name != "id":
            flag = (key.option or name).replace("_", "-")
            assert re.search(rf"--{flag} \S+ {re.escape(key.about)}", said)
        takes_away = f"--no-{name.replace('_', '-')} "
        assert (takes_away in said) == (command == "edit" and not key.required)


@pytest.mark.parametrize(
    ("payees", "arguments"),
    [
        ("- ? status\n  : open\n  ? id\n  : a\n  ? name\n  : A\n", ["--no-status"]),
        ("- {status: open  # why\n    , id: a, name: A}\n", ["--no-status"]),
        ("- id: a\r  name: A\r- id: b\r  name: B\r", ["--status", "closed"]),
    ],
)
def test_what_is_written_too_strangely_is_left_to_a_hand(
    desk: Desk, payees: str, arguments: list[str]
) -> None:
    ROSTER.write_bytes(f"{SITE}payees:\n{payees}".encode())
    before = ROSTER.read_bytes()
    result = desk.payees("edit", "a", *arguments)
    assert (result.exit_code, ROSTER.read_bytes()) == (1, before)
    assert result.stderr == (
        "payees.yaml is written in a way that cannot be edited safely: edit it by hand.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "told", "lines"),
    [
        (
            ["add", "ravi", "--name", "Ravi"],
            "Would add ravi to payees.yaml: 3 payees, no mistakes.",
            ["+  - id: ravi", "+    name: Ravi"],
        ),
        (
            ["edit", "shilpa", "--name", "Shilpa Rao"],
            "Would change shilpa in payees.yaml: no mistakes.",
            ["-  - {id: shilpa, name: Shilpa}", '+  - {id: shilpa, name: Shilpa Rao}'],
        ),
        (
            ["rename", "shilpa", "stall-5"],
            "shilpa would be stall-5 in payees.yaml; /shilpa/ would lead to /stall-5/.",
            [
                "-  - {id: shilpa, name: Shilpa}",
                '+  - {id: stall-5, name: Shilpa, formerly: ["shilpa"]}',
            ],
        ),
        (
            ["away", "shilpa", "--until", "2099-01-02"],
            "shilpa would be away until 2099-01-02 in payees.yaml.",
            [
                "-  - {id: shilpa, name: Shilpa}",
                '+  - {id: shilpa, name: Shilpa, status: away, until: "2099-01-02"}',
            ],
        ),
        (
            ["close", "shilpa"],
            "shilpa would be closed in payees.yaml.",
            [
                "-  - {id: shilpa, name: Shilpa}",
                "+  - {id: shilpa, name: Shilpa, status: closed}",
            ],
        ),
        (
            ["handover", "shilpa", "--name", "Usha"],
            "shilpa is Shilpa and would be Usha in payees.yaml. Page and sticker stay.",
            ["-  - {id: shilpa, name: Shilpa}", "+  - {id: shilpa, name: Usha}"],
        ),
    ],
)  # fmt: skip
def test_a_dry_run_shows_the_lines_that_would_change(
    desk: Desk, arguments: list[str], told: str, lines: list[str]
) -> None:
    before = ROSTER.read_bytes()
    result = desk.payees(*arguments, "--dry-run")
    assert result.exit_code == 0
    assert result.stderr == f"{told}\nNothing was changed: that was a dry run.\n"
    head, changed = result.stdout.splitlines()[:2], result.stdout.splitlines()[3:]
    assert head == ["--- payees.yaml now", "+++ payees.yaml then"]
    assert [line for line in changed if line[0] != " "] == lines
    assert ROSTER.read_bytes() == before


def test_a_dry_run_of_an_opening_and_of_what_is_so_already(desk: Desk) -> None:
    desk.payees("close", "shilpa")
    before = ROSTER.read_bytes()
    result = desk.payees("open", "shilpa", "--dry-run")
    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        *(0, "shilpa would be open in payees.yaml."),
    )
    again = desk.payees("close", "shilpa", "--dry-run")
    assert (again.exit_code, again.stdout) == (0, "")
    assert again.stderr == "shilpa is closed already: nothing was changed.\n"
    refused = desk.payees("add", "mahantesh", "--name", "M", "--dry-run")
    assert refused.exit_code == 1
    assert ROSTER.read_bytes() == before
