"""What `zappa update` would do with each stage: none of Zappa's dangerous defaults."""

import importlib
import json
from typing import Any

import pytest

from backend.dynamodb import CLIENT_CONFIG
from tests.demo_process import ROOT

SETTINGS: dict[str, dict[str, Any]] = json.loads((ROOT / "zappa_settings.json").read_text())


@pytest.fixture(params=SETTINGS)
def stage(request: pytest.FixtureRequest) -> dict[str, Any]:
    own = SETTINGS[request.param]
    return SETTINGS.get(own.get("extends", ""), {}) | own


def test_a_stage_serves_our_wsgi_application(
    stage: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in stage["environment_variables"].items():
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
        "binary_support": False,
    }
    assert {name: stage[name] for name in wanted} == wanted
    assert "cors" not in stage  # the API answers preflights itself


def test_stages_share_nothing_that_holds_data() -> None:
    for setting in ("s3_bucket", "role_name", "environment_variables"):
        values = [json.dumps(stage[setting]) for stage in SETTINGS.values()]
        assert len(set(values)) == len(values)


def test_a_request_is_answered_before_its_lambda_is_stopped(stage: dict[str, Any]) -> None:
    """Four questions to DynamoDB, each tried as often and for as long as its client may."""
    settings = CLIENT_CONFIG._user_provided_options  # type: ignore[attr-defined]
    one_try = settings["connect_timeout"] + settings["read_timeout"]
    assert 4 * settings["retries"]["total_max_attempts"] * one_try < stage["timeout_seconds"]
