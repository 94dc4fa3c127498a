"""Schemathesis reads the OpenAPI document and tries everything that it allows, and forbids."""

import itertools
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks

from backend.app import create_app
from backend.payee_cache import CachedPayees
from testkit.factories import BAKERY, NOW, TILL_KEY, make_payment, make_payment_id
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
OURS = [make_payment_id(random=2**40 + n) for n in range(50)]


def is_chosen(generated: Any) -> bool:
    """Half of all, the same whenever Hypothesis tries again what it tried before."""
    return crc32(repr(generated).encode(errors="replace")) % 2 == 1


def make_schema() -> Any:
    api = Api()
    api.make_key()
    for payment_id in OURS:
        api.ledger.record(make_payment(payment_id))
    app = create_app(
        api.ledger,
        CachedPayees(api.registry, monotonic=lambda: 0),
        api.registry,
        now=lambda: NOW,
        log=lambda entry: _outcomes.append(entry["outcome"]),
    )
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    rejection = schema.config.checks.negative_data_rejection
    rejection.expected_statuses = [*rejection.expected_statuses, "413"]  # a `why` without end

    @schema.hook
    def map_path_parameters(context: Any, path_parameters: Any) -> Any:
        """Most random ids are of no payee and no time near now: half of them become real, and of
        events those of payments that are recorded."""
        if not path_parameters or not is_chosen(path_parameters):
            return path_parameters
        is_event = "n" in path_parameters
        payment_id = (
            OURS[next(_numbers) % len(OURS)] if is_event else make_payment_id(random=next(_numbers))
        )
        ours = {"payee_id": BAKERY, "payment_id": payment_id.text, "n": 1}
        return path_parameters | {name: ours[name] for name in ours.keys() & path_parameters}

    @schema.hook
    def map_headers(context: Any, headers: Any) -> Any:
        """No random text is a till's key: half of those that are sent become one."""
        if headers and "Till-Key" in headers and is_chosen(headers):
            return headers | {"Till-Key": TILL_KEY}
        return headers

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
    somewhere = {"recorded", "found", "listed", "noted"}
    for examples in (60, 120, 240, 480):  # an unlucky start goes on
        Requests.run(settings=settings(QUIETLY, max_examples=examples, stateful_step_count=12))
        if somewhere <= set(_outcomes):
            break
    assert somewhere <= set(_outcomes), "the machine got nowhere"
    assert "internal-error" not in _outcomes
