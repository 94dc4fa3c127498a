"""What the demo and the preview print for each request to the API."""

import re

import pytest

from backend.app import create_app
from cli.local.local_cdn import API_PATH
from cli.local.memory import MemoryLedger, MemoryRegistry
from cli.local.request_log import print_request
from testkit.factories import NOW, PAYMENT_ID, make_document, make_payee


def printed_by(capsys: pytest.CaptureFixture[str], path: str) -> str:
    """The one line that a payment at `path` prints."""
    registry = MemoryRegistry()
    registry.register(make_payee())
    app = create_app(
        MemoryLedger(), registry, registry, base_path=API_PATH, log=print_request, now=lambda: NOW
    )
    app.test_client().put(f"{API_PATH}/{path}", json=make_document())
    output = capsys.readouterr()
    [line] = output.err.splitlines()
    assert output.out == ""
    return line


def test_a_payment_is_one_line_without_who_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    line = printed_by(capsys, f"payees/town-bakery/payments/{PAYMENT_ID}")
    assert re.fullmatch(r"\d\d:\d\d:\d\d  \w+  town-bakery  recorded  201  [\d.]+ ms", line)


@pytest.mark.parametrize(
    "path", ["%1B[2Jx", f"payees/%1B[2J%0Aforged/payments/{PAYMENT_ID}", "ü" * 500]
)
def test_nobody_writes_to_the_terminal_through_it(
    capsys: pytest.CaptureFixture[str], path: str
) -> None:
    line = printed_by(capsys, path)
    assert line.isprintable()
    assert "forged" not in line
    assert len(line) < 80
