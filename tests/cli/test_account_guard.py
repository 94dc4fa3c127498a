"""Where money goes is shown before it changes, from what to what, and asked about."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from cli.publishing import publish_consent
from cli.system import System
from publishing.manifest import MANIFEST_KEY
from tests.cli.desk import SITE, Desk

HEADING = "Where money goes changes:\n"


def write(*payees: str, site: str = "") -> None:
    entries = [f"  - {{{payee}}}\n" for payee in payees]
    Path("payees.yaml").write_text(f"{SITE}{site}payees:\n{''.join(entries)}")


def mahantesh(address: str = "mahantesh@examplebank", more: str = "") -> str:
    return f"id: mahantesh, name: Mahantesh, pay_by: [upi: {address}, cash]{more}"


def manifest(system: System) -> dict[str, object]:
    found = system.store().get(MANIFEST_KEY)
    assert found
    document: dict[str, object] = json.loads(found[0].body)
    return document


def check_every_change(desk: Desk, system: System) -> None:
    """On any bucket: what appears, changes and goes, and what does not."""
    write(mahantesh())
    asked = desk.payees("publish")
    assert asked.exit_code == 1
    assert f"{HEADING}  mahantesh: upi mahantesh@examplebank, new\n" in asked.stderr
    assert "add --yes-accounts if all of it is meant" in asked.stderr
    assert system.store().get(MANIFEST_KEY) is None
    assert desk.payees("publish", "--yes-accounts").exit_code == 0
    assert manifest(system)["accounts"] == {"mahantesh": ["upi mahantesh@examplebank"]}

    again = desk.payees("publish", "--verify")
    assert (again.exit_code, HEADING in again.stderr) == (0, False)

    write(mahantesh("thief@otherbank"), "id: shilpa, name: Shilpa")
    plan = desk.payees("publish", "--dry-run").stdout.splitlines()
    assert plan[0] == ("~ account mahantesh: upi mahantesh@examplebank → upi thief@otherbank")
    refused = desk.payees("publish", "--yes")
    assert refused.exit_code == 1
    assert "mahantesh: upi mahantesh@examplebank → upi thief@otherbank\n" in refused.stderr
    assert system.store().get("shilpa/index.html") is None

    write("id: mahantesh, name: Mahantesh, pay_by: [cash]")
    gone = desk.payees("publish", "--yes-accounts")
    assert "mahantesh: upi mahantesh@examplebank, no longer\n" in gone.stderr
    assert manifest(system)["accounts"] == {}


def test_every_account_that_appears_changes_or_goes_is_asked_about(
    aws_desk: Desk, system: System
) -> None:
    check_every_change(aws_desk, system)


@pytest.mark.emulator
def test_so_it_is_on_the_emulator(demo_desk: Desk) -> None:
    system = System(**json.loads((demo_desk.folder / ".demo/demo.json").read_text()))
    check_every_change(demo_desk, system)


def test_a_new_name_or_order_and_a_payee_who_is_away_move_no_money(
    aws_desk: Desk, system: System
) -> None:
    write(mahantesh())
    aws_desk.payees("publish", "--yes-accounts")
    write("id: mahantesh, name: Mahadev, pay_by: [cash, upi: mahantesh@examplebank]")
    assert aws_desk.payees("publish").exit_code == 0
    write(mahantesh(more=", status: away"))
    assert aws_desk.payees("publish").exit_code == 0
    write(mahantesh("thief@otherbank", ", status: away"))
    assert aws_desk.payees("publish").exit_code == 1  # not only when they are open again
    write(mahantesh())
    assert aws_desk.payees("publish").exit_code == 0


def test_a_manifest_that_is_gone_approves_what_the_pages_say_and_nothing_else(
    aws_desk: Desk, system: System
) -> None:
    write(mahantesh())
    aws_desk.payees("publish", "--yes-accounts")
    system.store().delete(MANIFEST_KEY)
    assert aws_desk.payees("publish").exit_code == 0
    system.store().delete(MANIFEST_KEY)
    write(mahantesh("thief@otherbank"))
    refused = aws_desk.payees("publish")
    assert "mahantesh: upi mahantesh@examplebank → upi thief@otherbank\n" in refused.stderr


def test_verify_tells_whose_account_was_on_a_page_that_somebody_changed(
    aws_desk: Desk, system: System
) -> None:
    write(mahantesh())
    aws_desk.payees("publish", "--yes-accounts")
    store = system.store()
    found = store.get("mahantesh/index.html")
    assert found
    page = found[0]
    body = page.body.replace(b"mahantesh@examplebank", b"thief\x1b@otherbank")
    assert body != page.body
    for written in (body, body.replace(b"\x1b", b"")):
        store.put("mahantesh/index.html", replace(page, body=written))
        shown = aws_desk.payees("publish", "--verify", "--dry-run")
        assert "\x1b" not in shown.output
        assert "thief" in shown.stdout  # also where it is no JSON, which a browser never reads
    said = "~ account mahantesh: upi thief@otherbank → upi mahantesh@examplebank\n"
    assert shown.stdout.startswith(said)
    assert aws_desk.payees("publish", "--verify").exit_code == 1
    assert aws_desk.payees("publish", "--verify", "--yes-accounts").exit_code == 0
    assert HEADING not in aws_desk.payees("publish", "--verify").stderr


def test_a_change_of_the_sites_account_is_one_line_for_all(aws_desk: Desk) -> None:
    payees = [f"id: p{number:02}, name: P {number}" for number in range(12)]
    write(*payees, site="  pay_by: [upi: market@examplebank]\n")
    result = aws_desk.payees("publish", "--yes-accounts")
    assert (
        "  p00, p01, p02, p03, p04, p05, p06, p07, p08, p09 and 2 more (--dry-run has all): "
        "upi market@examplebank, new\n" in result.stderr
    )
    write(*payees, site="  pay_by: [upi: other@examplebank]\n")
    assert aws_desk.payees("publish", "--dry-run").stdout.count("~ account p") == 12


def test_on_a_terminal_it_asks(
    aws_desk: Desk, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    class Seen:
        stdin = Terminal()

    monkeypatch.setattr(publish_consent, "sys", Seen)
    write(mahantesh())
    no = aws_desk.payees("publish", stdin="n\n")
    assert no.exit_code == 1
    assert "Did each payee give you these accounts?" in no.stderr
    assert system.store().get(MANIFEST_KEY) is None
    assert aws_desk.payees("publish", stdin="y\n").exit_code == 0
    assert manifest(system)["accounts"] == {"mahantesh": ["upi mahantesh@examplebank"]}
