"""The JSON Schema says what the roster's own reading says, as far as a schema can."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from roster.model import RosterInvalid, parse_roster
from roster.schema import roster_schema

ROOT = Path(__file__).parent.parent.parent
SCHEMA = roster_schema()
SITE = """\
site:
  title: Town Market
  url: https://pay.example.org/
  currency: INR
  limits: {min: "1", max: "10000"}
payees:
"""


def accepts(text: str) -> bool:
    """What an editor says, which reads numbers as numbers."""
    return bool(jsonschema.Draft7Validator(SCHEMA).is_valid(yaml.safe_load(text)))


def reads(text: str) -> bool:
    try:
        parse_roster(text)
    except RosterInvalid:
        return False
    return True


def test_it_is_a_schema_and_the_published_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert json.loads((ROOT / "payees.schema.json").read_text()) == SCHEMA


def test_the_roster_names_it_in_its_first_line_and_satisfies_it() -> None:
    text = (ROOT / "payees.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=payees.schema.json\n")
    assert accepts(text)


@pytest.mark.parametrize(
    "entry",
    [
        "{id: a, name: A}",
        "{id: 12, name: 7, aliases: [1, x]}",
        "{id: a, name: A, limits: {min: 5, max: 10.50}, amounts: [5, '7.5']}",
        "{id: a, name: A, currency: JPY, limits: {min: '1', max: '5'}, status: closed}",
        "{id: -a, name: A}",
        "{id: api, name: A}",
        "{id: a}",
        "{name: A}",
        "{id: a, name: A, nick: B}",
        "{id: a, name: ''}",
        "{id: a, name: A, status: shut}",
        "{id: a, name: A, currency: Rs}",
        "{id: a, name: A, amounts: 5}",
        "{id: a, name: A, amounts: [-5]}",
        "{id: a, name: A, amounts: ['1,50']}",
        "{id: a, name: A, limits: {min: '5'}}",
        f"{{id: a, name: {'A' * 101}}}",
        "{id: a, name: A, pay_by: [cash]}",
        "{id: a, name: A, pay_by: []}",
        "{id: a, name: A, pay_by: [{upi: a1@bank, merchant: true, holder: A}, cash]}",
        "{id: a, name: A, pay_by: [upi: a1@bank, link: 'https://a.io/']}",
        "{id: a, name: A, pay_by: cash}",
        "{id: a, name: A, pay_by: [paypal]}",
        "{id: a, name: A, pay_by: [{paypal: a}]}",
        "{id: a, name: A, pay_by: [{upi: a1@bank, bic: X}]}",
        "{id: a, name: A, pay_by: [{upi: a1@bank, link: 'https://a.io/'}]}",
        "{id: a, name: A, pay_by: [{holder: A}]}",
    ],
)
def test_it_agrees_with_the_check(entry: str) -> None:
    text = f"{SITE}  - {entry}\n"
    assert accepts(text) == reads(text)


@pytest.mark.parametrize("url", ["http://pay.example.org/", "pay.example.org", "https://a@b/"])
def test_addresses_are_judged_alike(url: str) -> None:
    text = f"{SITE}  []\n".replace("https://pay.example.org/", url)
    assert not accepts(text)
    assert not reads(text)


def test_every_key_is_explained() -> None:
    properties = SCHEMA["properties"]
    explained = [
        properties,
        properties["site"]["properties"],
        properties["payees"]["items"]["properties"],
    ]
    assert all("description" in schema for group in explained for schema in group.values())
