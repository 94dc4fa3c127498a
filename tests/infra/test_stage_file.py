"""A market's own settings: laid over the product's, and written whole by `make stage`."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.failure import Failure
from cli.stage import with_extends
from infra.__main__ import main
from infra.stage import OF_A_MARKET, SETTINGS, complete_settings, load_settings, load_stage
from infra.stage_file import Stages, Wish, plan_stage, write_stage

RELEASED: Stages = json.loads(SETTINGS.read_text())
OWN = {
    "project_name": "payee-pages-harbour",
    "aws_region": "eu-central-1",
    "s3_bucket": "payee-pages-harbour-production-deploy-1",
}


def market(tmp_path: Path, settings: Any) -> Path:
    folder = tmp_path / "harbour"
    folder.mkdir()
    (folder / SETTINGS.name).write_text(json.dumps(settings))
    return folder


def test_a_market_says_only_what_is_its_own(tmp_path: Path) -> None:
    folder = market(tmp_path, {"production": OWN})
    assert load_settings(folder) == {"production": RELEASED["production"] | OWN}
    stage = load_stage("production", folder)
    assert (stage.infra_stack, stage.region) == (
        "payee-pages-harbour-production-infra",
        "eu-central-1",
    )


def test_a_stage_that_extends_another_of_its_market_never_gets_its_bucket(tmp_path: Path) -> None:
    folder = market(tmp_path, {"production": OWN, "copy": {"extends": "production"}})
    load_stage("production", folder)
    with pytest.raises(Failure, match="an s3_bucket called “payee-pages-harbour-copy-deploy”"):
        load_stage("copy", folder)


@pytest.mark.parametrize(
    ("name", "extends", "base"),
    [
        ("production", None, "production"),
        ("production_lean", None, "production_lean"),
        ("shop", "production_lean", "production_lean"),
        ("shop", None, "production"),
        ("shop", "nowhere", "production"),
        ("production", "production", "production"),
        ("a", "b", "production_lean"),
    ],
)
def test_a_stage_builds_on_the_one_it_names_or_is_called_after(
    name: str, extends: str | None, base: str
) -> None:
    own: dict[str, dict[str, Any]] = {name: OWN | ({"extends": extends} if extends else {})}
    own["b"] = {"extends": "production_lean", "memory_size": 1024}
    more = {"memory_size": 1024} if extends == "b" else {}
    expected = with_extends(base, RELEASED) | OWN | more
    expected.pop("extends", None)
    assert complete_settings(own, RELEASED)[name] == expected


def test_what_belongs_to_the_code_is_this_versions_and_said_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that an upgrade is a pull, and none of Zappa's dangerous settings comes in by a market."""
    old = {"exclude_glob": ["*"], "debug": True, "cors": True, "timeout_seconds": 3}
    folder = market(tmp_path, {"production": OWN | old})
    assert load_settings(folder) == {"production": RELEASED["production"] | OWN}
    told = capsys.readouterr().err
    assert "stage production: cors, debug, exclude_glob, timeout_seconds as this version" in told
    assert f"`make stage MARKET={folder} NAME=production` brings the file up to date." in told
    write_stage(folder, Wish("production"), "x")
    load_settings(folder)
    assert capsys.readouterr().err == ""


def test_variables_of_the_lambda_are_added_to_those_of_the_code() -> None:
    own = {"production": OWN | {"aws_environment_variables": {"REQUEST_LOG": "refusals"}}}
    variables = complete_settings(own, RELEASED)["production"]["aws_environment_variables"]
    ours = RELEASED["production"]["aws_environment_variables"]
    assert variables == ours | {"REQUEST_LOG": "refusals"}


@pytest.mark.parametrize("written", ["{", "[]", '{"production": 1}', "\x00"])
def test_settings_nobody_can_read_are_a_sentence(tmp_path: Path, written: str) -> None:
    (tmp_path / SETTINGS.name).write_text(written)
    result = CliRunner().invoke(main, ["--market", str(tmp_path), "package", "production"])
    assert result.exit_code == 1
    assert SETTINGS.name in result.output


def test_a_folder_without_settings_is_told_both_ways_to_some(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"`payees init`.*`make stage MARKET="):
        load_stage("production", tmp_path)


def test_a_new_stage_has_names_of_its_own_and_zappa_understands_it(tmp_path: Path) -> None:
    folder = market(tmp_path, {"production": OWN})
    path, told = write_stage(folder, Wish("night_shift", "eu-west-1"), "ab12cd")
    assert told == "stage night_shift added: payee-pages-harbour-night-shift in eu-west-1."
    written = json.loads(path.read_text())
    assert written["production"] == OWN, "what is not asked for stays as it was"
    assert written["night_shift"] == RELEASED["production"] | {
        "project_name": "payee-pages-harbour",
        "aws_region": "eu-west-1",
        "s3_bucket": "payee-pages-harbour-night-shift-deploy-ab12cd",
    }
    assert (
        write_stage(folder, Wish("night_shift"), "zz")[1] == "stage night_shift is as it must be."
    )
    assert json.loads(path.read_text()) == written


def test_in_an_empty_folder_the_project_is_called_after_it(tmp_path: Path) -> None:
    folder = tmp_path / "Fish & Chips"
    folder.mkdir()
    _, told = write_stage(folder, Wish("production"), "x")
    assert told.startswith("stage production added: payee-pages-fish-chips-production in ")


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (Wish("Prod"), "is no stage"),
        (Wish("a" * 21), "is no stage"),
        (Wish("x", region="Mumbai"), "is no region of AWS"),
        (Wish("x", project="harbour"), "can be no project"),
        (Wish("production", region="eu-west-1"), "is there with the aws_region “eu-central-1”"),
        (Wish("production", project="payee-pages-x"), "is there with the project_name"),
    ],
)
def test_a_wish_that_cannot_be_is_a_sentence(wish: Wish, told: str) -> None:
    with pytest.raises(Failure, match=told):
        plan_stage({"production": dict(OWN)}, RELEASED, "folder", wish, "x")


def test_every_setting_of_the_product_has_one_owner() -> None:
    """A new one of the product's is the code's until it is given to the markets here."""
    assert OF_A_MARKET - {"profile_name", "tags", "extends"} <= {
        key for stage in RELEASED.values() for key in stage
    }


def test_a_project_is_called_after_its_folder_as_in_a_new_market() -> None:
    stages = plan_stage({}, RELEASED, "Marché d'Été", Wish("production"), "x")
    assert stages["production"]["project_name"] == "payee-pages-marche-d-ete"
