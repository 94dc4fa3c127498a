"""The engines on which the proofs run, one after the other."""

import pytest


@pytest.fixture(params=["ministack", "dynamodb_local"])
def endpoint_url(request: pytest.FixtureRequest) -> str:
    """Each DynamoDB that the proofs run against."""
    return str(request.getfixturevalue(request.param))
