"""`payees till`: keys made, listed, ended, and never shown again."""

import json
import re
from pathlib import Path

import pytest

from backend.dynamo_registry import DynamoRegistry
from cli.system import System
from payments.payee import PayeeId
from payments.refusals import LedgerUnavailable
from payments.till_keys import opening_key
from sitegen.qr_proof import read_codes
from tests.cli.desk import Desk
from tests.cli.test_terminal_qr import see
from tests.qr_reading import read_qr

SHILPA = PayeeId("shilpa")
LINK = re.compile(r"https://pay\.example\.org/till/#shilpa\.([0-9A-HJKMNP-TV-Z]{32})\n")


@pytest.fixture
def published(aws_desk: Desk) -> Desk:
    aws_desk.payees("publish")
    return aws_desk


def made(desk: Desk, *options: str) -> str:
    """The key that `payees till shilpa` makes."""
    result = desk.payees("till", "shilpa", *options)
    assert result.exit_code == 0, result.output
    link = LINK.fullmatch(result.stdout)
    assert link, result.stdout
    return link[1]


def test_a_key_is_made_and_opens(published: Desk, system: System) -> None:
    key = made(published, "--label", " Counter  1")
    found = opening_key(system.registry().till_keys(SHILPA), key)
    assert found
    assert (found.payee_id, found.number, found.label) == ("shilpa", 1, "Counter 1")


def test_what_is_said_of_it(published: Desk, system: System) -> None:
    result = published.payees("till", "shilpa", "--label", "Counter 1")
    assert result.stderr == (
        f"Writing to registry {system.registry_table} …\n"
        "A terminal would show the link's QR code here, and --card FILE prints it.\n"
        "This is key 1 of shilpa, “Counter 1”. Scan or copy it now: it is shown this once and kept "
        "nowhere. Whoever has it reads the payments and confirms them.\n"
        "To end it: payees till shilpa --revoke 1\n"
    )
    key = LINK.fullmatch(result.stdout)
    assert key
    assert key[1] not in result.stderr


def test_two_keys_are_two(published: Desk) -> None:
    assert made(published) != made(published)


def test_a_terminal_shows_the_link_as_a_qr_code(
    published: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True)
    monkeypatch.setenv("NO_COLOR", "1")
    *drawn, link = published.payees("till", "shilpa").stdout.splitlines()
    assert LINK.fullmatch(f"{link}\n")
    assert read_qr(see(drawn, light_ink=True)).text == link
    assert max(map(len, drawn)) <= 78


def test_json_has_the_link_and_all_that_is_known(published: Desk) -> None:
    document = json.loads(published.payees("till", "shilpa", "--json").stdout)
    assert document["link"] == f"https://pay.example.org/till/#shilpa.{document['key']}"
    assert (document["payee_id"], document["n"], document["label"]) == ("shilpa", 1, "till")
    assert document["revoked_at"] is None
    assert document.keys() == {
        *("payee_id", "n", "label", "made_at", "revoked_at", "key", "link"),
    }


def test_the_list_has_no_key_and_says_which_were_revoked(published: Desk) -> None:
    key = made(published, "--label", "Counter 1")
    made(published)
    published.payees("till", "shilpa", "--revoke", "1")
    listed = published.payees("till", "shilpa", "--list")
    head, first, second = listed.stdout.splitlines()
    assert head == "n,label,made_at,revoked_at"
    assert re.fullmatch(r"1,Counter 1,\S+Z,\S+Z", first)
    assert re.fullmatch(r"2,till,\S+Z,", second)
    documents = json.loads(published.payees("till", "shilpa", "--list", "--json").stdout)
    assert [document["n"] for document in documents] == [1, 2]
    assert all(document.keys() == {"n", "label", "made_at", "revoked_at"} for document in documents)
    assert key not in listed.output


def test_an_empty_list_is_told(published: Desk, system: System) -> None:
    result = published.payees("till", "shilpa", "--list")
    assert (result.exit_code, result.stdout) == (0, "n,label,made_at,revoked_at\n")
    assert result.stderr == f"No key was made for shilpa in registry {system.registry_table} yet.\n"
    assert published.payees("till", "shilpa", "--list", "--json").stdout == "[]\n"


def test_a_revoked_key_opens_nothing(published: Desk, system: System) -> None:
    key = made(published, "--label", "Counter 1")
    result = published.payees("till", "shilpa", "--revoke", "1")
    assert re.search(r"Key 1 of shilpa, “Counter 1”, opens nothing since \d{4}-", result.stderr)
    assert opening_key(system.registry().till_keys(SHILPA), key) is None
    again = published.payees("till", "shilpa", "--revoke", "1", "--json")
    assert json.loads(again.stdout)["revoked_at"]


def test_a_number_that_no_key_has_is_told(published: Desk) -> None:
    result = published.payees("till", "shilpa", "--revoke", "7")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "shilpa has no key number 7: `payees till shilpa --list` tells" in result.stderr


def test_an_unknown_payee_is_told_and_gets_no_key(published: Desk, system: System) -> None:
    for options in ([], ["--list"], ["--revoke", "1"]):
        result = published.payees("till", "nobody", *options)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"No payee “nobody” in registry {system.registry_table}: ")
    assert system.registry().till_keys(PayeeId("nobody")) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--list", "--revoke", "1"], "say one of them"),
        (["--label", "x", "--list"], "say one of them"),
        (["--label", ""], "--label: must not be empty"),
        (["--label", "x" * 65], "--label: at most 64 characters"),
        (["--label", "a\u200bb"], "--label: remove the hidden"),
        (["--revoke", "0"], "--revoke"),
    ],
)
def test_wrong_usage_is_told(
    published: Desk, system: System, options: list[str], words: str
) -> None:
    result = published.payees("till", "shilpa", *options)
    assert result.exit_code == 2
    assert words in result.stderr
    assert system.registry().till_keys(SHILPA) == []


def test_an_unknown_outcome_says_how_to_find_out(
    published: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise LedgerUnavailable("no answer")

    for name, options in (("add_till_key", []), ("revoke_till_key", ["--revoke", "1"])):
        monkeypatch.setattr(DynamoRegistry, name, fail)
        result = published.payees("till", "shilpa", *options)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "unknown: `payees till shilpa --list` tells" in result.stderr


def test_a_card_has_the_links_code_and_only_its_owner_reads_it(published: Desk) -> None:
    result = published.payees("till", "shilpa", "--label", "<b>Stall", "--card", "card.html")
    assert result.exit_code == 0
    card = Path("card.html")
    assert card.stat().st_mode & 0o777 == 0o600
    assert read_codes(card.read_bytes()) == [result.stdout.strip()]
    text = card.read_text()
    assert "Shilpa" in text
    assert "<b>Stall" not in text
    assert "The card is in card.html" in result.stderr


def test_a_closed_payees_till_says_a_word_and_still_opens(published: Desk, system: System) -> None:
    system.registry().close(SHILPA, system.registry().begin_publish())
    result = published.payees("till", "shilpa")
    assert result.exit_code == 0
    assert "shilpa is closed: their till lists what was paid" in result.stderr
    assert LINK.fullmatch(result.stdout)
