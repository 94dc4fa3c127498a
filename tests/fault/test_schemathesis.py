"""Schemathesis reads the OpenAPI document and tries everything that it allows, and forbids."""

import itertools
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks

from backend.app import create_app
from backend.payee_cache import CachedPayees
from testkit.factories import BAKERY, NOW, make_payment_id
from tests.backend.api import Api

pytestmark = pytest.mark.slow

CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
]
QUIETLY = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
_outcomes: list[str] = []
_numbers = itertools.count()


def make_schema() -> Any:
    api = Api()
    app = create_app(
        api.ledger,
        CachedPayees(api.registry, monotonic=lambda: 0),
        now=lambda: NOW,
        log=lambda entry: _outcomes.append(entry["outcome"]),
    )
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)

    @schema.hook
    def map_path_parameters(context: Any, path_parameters: Any) -> Any:
        """Most random ids are of no payee and no time near now: half of them become real."""
        if path_parameters and next(_numbers) % 2:
            ours = {"payee_id": BAKERY, "payment_id": make_payment_id(random=next(_numbers)).text}
            return {name: ours[name] for name in path_parameters}
        return path_parameters

    return schema


schema = make_schema()


@schema.parametrize()  # type: ignore[untyped-decorator]
@QUIETLY
def test_every_answer_is_a_documented_one(case: Any) -> None:
    case.call_and_validate(checks=CHECKS)


def test_every_sequence_of_requests_gets_documented_answers() -> None:
    class Requests(make_schema().as_state_machine()):  # type: ignore[misc]
        def validate_response(self, response: Any, case: Any, **options: Any) -> None:
            # Not all checks: the rules of a payee and of the clock are in no schema.
            case.validate_response(response, checks=CHECKS)

    _outcomes.clear()
    Requests.run(settings=settings(QUIETLY, max_examples=60, stateful_step_count=12))
    assert {"recorded", "found"} <= set(_outcomes), "the machine got nowhere"
    assert "internal-error" not in _outcomes
