"""What a payment uses, counted afresh: no more than the docs say and the prices were made for."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from testkit.runtime_api import RUNTIME_PYTHON
from tools.figures import load_figures
from tools.payment_usage import count_usage, prepare_tables

pytestmark = [pytest.mark.browser, pytest.mark.emulator, pytest.mark.slow]


def test_a_payment_uses_no_more_than_the_docs_say(
    lambda_zip: Path, browser: Browser, dynamodb_local: str, tmp_path: Path
) -> None:
    """A new figure is a decision: `make cost`, and look at what it says."""
    if not RUNTIME_PYTHON.exists():
        pytest.skip("Lambda's runtime client is not installed: run make test")
    prepare_tables(dynamodb_local)
    counted = count_usage(lambda_zip, browser, dynamodb_local, tmp_path)
    quoted = load_figures()["cost"]["one_payment"]
    bytes_counted = {name for name in counted if name.endswith("bytes")}
    assert {name: counted[name] for name in counted.keys() - bytes_counted} == {
        name: quoted[name] for name in quoted.keys() - bytes_counted
    }
    for name in bytes_counted:
        assert counted[name] <= quoted[name] * 1.03, name  # the next `make cost` takes it over
