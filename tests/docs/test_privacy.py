"""docs/privacy.md says how long things are kept, and who keeps what: held against what does so."""

import json
import re
from collections.abc import Iterable
from typing import Any

import pytest

from payments.documents import PUBLIC_FIELDS, RECORDED_FIELDS
from payments.erasing import ERASED_FIELDS
from testkit.demo_process import ROOT
from tests.backend.api import Api
from tests.infra.templates import INTAKE, STACK, load_template, properties

PRIVACY = (ROOT / "docs/privacy.md").read_text("utf-8")
TEMPLATE = load_template(STACK)


def rows() -> dict[str, list[str]]:
    """The tables' rows by their first cells."""
    lines = [line.strip("|").split(" | ") for line in PRIVACY.splitlines() if line[:1] == "|"]
    return {cells[0].strip(): cells[1:] for cells in lines}


def test_the_log_is_kept_as_long_as_it_says() -> None:
    days = TEMPLATE["Parameters"]["LogRetentionDays"]["Default"]
    assert rows()["the API's log"][-1].strip() == f"{days} days (`LogRetentionDays`)"
    assert properties(TEMPLATE, "ApiLog")["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert f"[{days} days], against abuse" in re.sub(r"\s*>?\s+", " ", PRIVACY)


def test_replaced_pages_are_kept_as_long_as_it_says() -> None:
    (rule,) = properties(TEMPLATE, "Bucket")["LifecycleConfiguration"]["Rules"]
    days = rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
    assert rows()["pages in the bucket"][-1].strip() == f"replaced pages {days} days"


def test_recovery_is_for_the_35_days_that_are_dynamodbs_own() -> None:
    recovery = json.dumps(TEMPLATE["Resources"])
    assert '{"PointInTimeRecoveryEnabled": true}' in recovery
    assert "RecoveryPeriodInDays" not in recovery  # else it would be shorter than 35
    assert rows()["the table's point-in-time recovery"][-1].strip().startswith("35 days")


def test_there_are_no_access_logs() -> None:
    assert "Logging" not in properties(TEMPLATE, "Cdn")["DistributionConfig"]
    assert "AccessLog" not in json.dumps(TEMPLATE)


def test_a_log_line_has_an_address_and_no_payer_reason_or_id() -> None:
    api = Api()
    api.put(payer_id="Asha Rao", reason="Insulin", bank_reference="437276589036")
    api.put(payer_id="Ben")
    api.get()
    written = json.dumps(api.log)
    assert len(api.log) == 3
    assert all("source" in entry for entry in api.log)
    [payment] = api.recorded()
    for word in ("Asha", "Insulin", "437276589036", "50.00", payment.payment_id.text, "Ben"):
        assert word not in written


def test_strangers_learn_nothing_of_what_is_erased() -> None:
    assert not set(PUBLIC_FIELDS) & set(ERASED_FIELDS)
    assert set(ERASED_FIELDS) < set(RECORDED_FIELDS)


SCRIPTS = {
    str(file.relative_to(ROOT / "templates/js")): file.read_text("utf-8")
    for file in (ROOT / "templates/js").rglob("*.js")
}


def found(pattern: str, sources: Iterable[str] = SCRIPTS.values()) -> set[str]:
    return {name for source in sources for name in re.findall(pattern, source)}


def test_all_that_a_payers_phone_keeps_is_told() -> None:
    """Every key of the browser's storage, as the scripts name it."""
    (prefix,) = re.findall(r'^export const PREFIX = "(.+)"', SCRIPTS["device.js"], re.MULTILINE)
    kept = found(r'^const [A-Z]+ = "(\w+:)"', SCRIPTS["kept.js"].splitlines())
    kept |= found(r'(?<![.\w])save\("(\w+)"') | found(r"return `(typed:)\$")
    kept |= {"texts"} if found(r"\bsave\((name), `") else set()
    assert {"opened:", "pending:", "receipt:", "payer", "language", "typed:", "texts"} == kept
    assert kept == set(re.findall(rf"`{prefix}(\w+:?)…?`", PRIVACY))


def test_all_that_a_payees_phone_keeps_is_told() -> None:
    keeping = SCRIPTS["till/keeping.js"]
    (prefix,) = re.findall(r'TILL_PREFIX = "(.+)"', keeping)
    kept = found(r'(?<![.\w])keep\("(\w+)"') | found(r"keep\(`\$\{prefix\}(\w+)", [keeping])
    kept |= found(r'storage\.save\("(\w+)"')
    told = [row for row in rows() if prefix in row]
    assert kept == set(re.findall(r"(?:till:(?:of:…:)?|`…:)(\w+)", "".join(told)))


def test_nothing_else_of_a_phone_is_written() -> None:
    writing = re.compile(r"(local|session)Storage(\.setItem|\[|\.\w+ =)")
    storing = {name for name, text in SCRIPTS.items() if writing.search(text)}
    assert storing == {"device.js", "till/keeping.js"}
    assert not found(r"document\.cookie|indexedDB")


@pytest.mark.parametrize("word", ["400 days", "35 days", "90 days", "Mumbai"])
def test_the_words_to_publish_name_what_a_market_has_to_look_at(word: str) -> None:
    words: Any = PRIVACY.partition("## Words to publish")[2]
    assert f"[{word}]" in words


def test_bank_alerts_are_kept_as_long_as_it_says() -> None:
    days = load_template(INTAKE)["Parameters"]["KeepDays"]["Default"]
    [row] = [cells for name, cells in rows().items() if name.startswith("where [bank alerts]")]
    assert row[-1].startswith(f"{days} days (`KeepDays`)")
    assert f"for {days} days (`--set KeepDays=" in (ROOT / "docs/alerts.md").read_text("utf-8")
