"""What `zappa update` would do with each stage: none of Zappa's dangerous defaults."""

import importlib
import json
from typing import Any

import pytest

from backend.dynamodb import CLIENT_CONFIG
from infra.stage import parse_stage
from testkit.demo_process import ROOT
from testkit.runtime_api import ENTRY

SETTINGS: dict[str, dict[str, Any]] = json.loads((ROOT / "zappa_settings.json").read_text())


@pytest.fixture(params=SETTINGS)
def stage(request: pytest.FixtureRequest) -> dict[str, Any]:
    own = SETTINGS[request.param]
    return SETTINGS.get(own.get("extends", ""), {}) | own


def test_a_stage_serves_our_wsgi_application(
    stage: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = stage["environment_variables"] | {"LEDGER_TABLE": "l", "REGISTRY_TABLE": "r"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    module, name = stage["app_function"].rsplit(".", 1)
    app = getattr(importlib.reload(importlib.import_module(module)), name)
    answer = app.test_client().get(stage["touch_path"])
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_a_stage_has_none_of_the_dangerous_defaults(stage: dict[str, Any]) -> None:
    wanted = {
        "debug": False,  # tracebacks for everybody
        "log_level": "INFO",  # DEBUG logs whole events
        "keep_warm": False,  # an event source, and a bill
        "manage_roles": False,  # a role that may do everything
        "use_precompiled_packages": False,  # other files than the lock's, from the package index
        "timeout_seconds": 12,
        "apigateway_version": "v2",  # under a third of v1's price
    }
    assert {name: stage[name] for name in wanted} == wanted
    forbidden = {
        *("role_name", "role_arn"),  # infra's role follows from the stage's name
        *("attach_policy", "extra_permissions"),  # rights beside those of infra's role
        *("remote_env", "remote_env_bucket"),  # settings that whoever owns a bucket may change
        *("events", "bot_events", "cognito"),  # outsiders would reach Zappa's other handlers
        "cors",  # the API answers preflights itself
    }
    assert not forbidden & set(stage)


def test_a_stage_has_one_gateway(stage: dict[str, Any]) -> None:
    has_url = stage.get("function_url_enabled", False)
    assert has_url is not stage.get("apigateway_enabled", True)
    if has_url:
        # With NONE, Zappa lets everybody invoke the function, and then run code of theirs.
        assert stage["function_url_config"] == {"authorizer": "AWS_IAM", "cors": False}


def test_only_the_lean_stage_has_a_function_url() -> None:
    assert [name for name in SETTINGS if "function_url_enabled" in SETTINGS[name]] == [
        "production_lean"
    ]


def test_a_body_may_come_and_no_answer_goes_as_base64(stage: dict[str, Any]) -> None:
    """Gateways encode the bodies of types they don't know; readable answers stay readable."""
    assert stage["binary_support"] is True
    assert stage["additional_text_mimetypes"] == ["application/problem+json"]


def test_the_api_is_imported_before_the_first_request(stage: dict[str, Any]) -> None:
    assert stage["aws_environment_variables"]["INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT"]


def test_only_the_lean_stage_keeps_quiet_about_what_went_well() -> None:
    quiet = [name for name, own in SETTINGS.items() if "REQUEST_LOG" in json.dumps(own)]
    assert quiet == ["production_lean"]


def test_the_zip_is_ours_and_patterns_match_from_the_root(stage: dict[str, Any]) -> None:
    for callback in stage["callbacks"].values():
        module, name = callback.rsplit(".", 1)
        assert callable(getattr(importlib.import_module(module), name))
    assert set(stage["callbacks"]) == {"settings", "zip"}
    assert not [glob for glob in stage["exclude_glob"] if glob.startswith(("/", "**"))]
    assert stage["exclude"] == [".*", "__pycache__"]  # these match at any depth


def test_a_stage_runs_on_an_architecture_that_zappa_knows(stage: dict[str, Any]) -> None:
    assert stage["architecture"] in ("arm64", "x86_64")


def test_stages_share_nothing_that_holds_data() -> None:
    stages = [parse_stage(name, SETTINGS) for name in SETTINGS]
    for names in zip(
        *((s.deploy_bucket, s.role, s.ledger_table, s.registry_table) for s in stages), strict=True
    ):
        assert len(set(names)) == len(names)


def test_a_request_is_answered_before_its_lambda_is_stopped(stage: dict[str, Any]) -> None:
    """Four questions to DynamoDB, each tried as often and for as long as its client may."""
    settings = CLIENT_CONFIG._user_provided_options  # type: ignore[attr-defined]
    one_try = settings["connect_timeout"] + settings["read_timeout"]
    assert 4 * settings["retries"]["total_max_attempts"] * one_try < stage["timeout_seconds"]


def test_every_stage_enters_where_the_tests_do(stage: dict[str, Any]) -> None:
    assert stage["lambda_handler"] == ENTRY
