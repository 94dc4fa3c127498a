"""A stage's API is for its CDN alone, at every moment of a key's renewal."""

from datetime import date
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from infra.guarding.concurrency import reserve
from infra.guarding.origin_key import OriginKey, close_origin, load_accepted, make_key
from infra.stage import load_stage

STAGE = load_stage("staging")
OLD, NEW = OriginKey("2026-08-01.old"), OriginKey("2026-11-29.new")


class Lambdas:
    """As much of Lambda as it takes, and each environment that the function was given."""

    def __init__(self, accepted: str = "", unreserved: int = 1000, reserved: int = 0) -> None:
        self.variables = {"PAYMENTS_AN_HOUR": "1200"} | (
            {"ORIGIN_KEYS": accepted} if accepted else {}
        )
        self.unreserved, self.reserved = unreserved, reserved
        self.seen = [self.accepted]

    @property
    def accepted(self) -> tuple[str, ...]:
        return tuple(self.variables.get("ORIGIN_KEYS", "").split())

    def client(self, _name: str) -> "Lambdas":
        return self

    def get_function_configuration(self, **_: str) -> dict[str, Any]:
        return {"Environment": {"Variables": self.variables}}

    def update_function_configuration(self, **changes: Any) -> None:
        self.variables = changes["Environment"]["Variables"]
        self.seen.append(self.accepted)

    def get_waiter(self, _name: str) -> SimpleNamespace:
        return SimpleNamespace(wait=lambda **_: None)

    def get_account_settings(self) -> dict[str, Any]:
        limits = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": self.unreserved}
        return {"AccountLimit": limits}

    def get_function_concurrency(self, **_: str) -> dict[str, int]:
        return {"ReservedConcurrentExecutions": self.reserved} if self.reserved else {}

    def put_function_concurrency(self, **changes: Any) -> None:
        self.reserved = changes["ReservedConcurrentExecutions"]


@pytest.mark.parametrize(
    ("accepted", "sent", "new"),
    [
        ((), None, NEW),  # the first time
        ((OLD,), OLD, NEW),  # it is time for another
        ((OLD,), OLD, None),  # nothing to do
        ((), OLD, None),  # the Lambda is new
        ((OLD,), None, NEW),  # the stack is new
        ((OLD, NEW), OLD, NEW),  # stopped before the CDN had the new one
        ((OLD, NEW), NEW, None),  # and after
    ],
)
def test_what_the_cdn_sends_is_taken_at_every_moment(
    accepted: tuple[OriginKey, ...], sent: OriginKey | None, new: OriginKey | None
) -> None:
    lambdas = Lambdas(" ".join(key.digest for key in accepted))
    history = [(lambdas.accepted, sent)]

    def send(key: OriginKey) -> None:
        history.extend([(lambdas.accepted, sent), (lambdas.accepted, key)])

    close_origin(lambdas, STAGE, sent, new, send)  # type: ignore[arg-type]
    current = new or sent
    assert current
    history.append((lambdas.accepted, current))
    assert load_accepted(lambdas, STAGE) == (current.digest,)  # type: ignore[arg-type]
    assert lambdas.variables["PAYMENTS_AN_HOUR"] == "1200"
    worked = [not taken or bool(key and key.digest in taken) for taken, key in history]
    assert all(after for before, after in pairwise(worked) if before), history
    assert worked[-1]


def test_a_key_tells_its_age_and_nothing_else() -> None:
    key = make_key(date(2026, 11, 29))
    assert key.text.startswith("2026-11-29.")
    assert len({make_key(date(2026, 11, 29)).text for _ in range(10)}) == 10
    assert not key.is_due(date(2027, 2, 26))
    assert key.is_due(date(2027, 2, 27))
    assert OriginKey("somebody's own").is_due(date(2026, 11, 29))


@pytest.mark.parametrize(
    ("unreserved", "reserved", "told", "then"),
    [
        (1000, 0, "At most 100 Lambdas", 100),
        (900, 100, "At most 100 Lambdas", 100),
        (100, 100, "At most 100 Lambdas", 100),
        (199, 0, "too few to reserve", 0),
        (10, 0, "too few to reserve", 0),
    ],
)
def test_lambdas_are_reserved_where_the_account_allows(
    unreserved: int, reserved: int, told: str, then: int
) -> None:
    lambdas = Lambdas(unreserved=unreserved, reserved=reserved)
    assert told in reserve(lambdas, STAGE)  # type: ignore[arg-type]
    assert lambdas.reserved == then
