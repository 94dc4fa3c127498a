"""A market from an empty folder to a recorded payment, by nothing but the installed package."""

import json
import os
import re
import shlex
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from payments.payment_id import mint_payment_id
from testkit.demo_process import ROOT
from tests.package.conftest import Installed

pytestmark = [pytest.mark.slow, pytest.mark.emulator]


def fetch(url: str, method: str = "GET", body: object = None) -> tuple[int, bytes]:
    headers = {"Content-Type": "application/json"} if body else {}
    content = json.dumps(body).encode() if body else None
    request = urllib.request.Request(url, content, headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as response:
        return response.status, response.read()


@pytest.fixture(scope="module")
def market(installed: Installed) -> Installed:
    """A new folder that `payees init` filled."""
    said = installed.payees("init", "Town market").stderr.splitlines()
    assert said[-1] == (
        "Next: edit payees.yaml, and look at the pages: cd 'Town market' && payees preview"
    )
    return replace(installed, folder=installed.folder / "Town market")


def test_the_readmes_lines_for_a_market_of_ones_own(
    wheel: Path, installed: Installed, tmp_path: Path
) -> None:
    """They are typed as they stand, but for the address, and what serves takes any port."""
    block = re.search(r"```sh\n(uv tool .*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert block
    lines = [line.partition("   #")[0].rstrip() for line in block[1].splitlines()]
    tool, init, preview, demo = lines
    address = "git+https://github.com/YOU/payee-pages"
    assert (preview, demo) == ("payees preview", "payees demo")
    home = {"UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")}
    path = f"{tmp_path / 'bin'}:{installed.environment['PATH']}"
    shell = replace(
        installed, folder=tmp_path, environment=installed.environment | home | {"PATH": path}
    )
    assert address in tool
    shell.run(
        "sh", "-ec", f"{tool.replace(address, shlex.quote(str(wheel)))}\n{init}\npayees check"
    )
    market = replace(shell, venv=tmp_path / "tools/payee-pages", folder=tmp_path / "market")
    assert (market.folder / "payees.yaml").exists()
    for line in (preview, demo):
        with market.serving(*line.split()[1:]) as url:
            assert fetch(f"{url}asha/")[0] == 200


def test_nothing_of_this_repository_is_in_reach(installed: Installed) -> None:
    program = "import sys, cli.main; print(*sys.path, cli.__file__, sep='\\n')"
    places = installed.run(installed.venv / "bin/python", "-c", program).stdout.splitlines()
    assert not [place for place in places if Path(place).is_relative_to(ROOT)]
    assert Path(places[-1]).is_relative_to(installed.venv)
    assert "PYTHONPATH" not in installed.environment


def test_the_roster_is_checked_and_built(market: Installed) -> None:
    assert market.payees("check").stderr == "payees.yaml: 3 payees, no mistakes.\n"
    market.payees("build")
    page = (market.folder / "build/site/asha/index.html").read_text("utf-8")
    assert "<title>Asha" in page
    assert "Vegetables, stall 12" in page


def test_the_preview_shows_a_page(market: Installed) -> None:
    with market.serving("preview") as url:
        status, page = fetch(f"{url}asha/")
    assert status == 200
    assert b"Vegetables, stall 12" in page


def test_who_is_only_looking_gets_a_sample(installed: Installed, tmp_path: Path) -> None:
    visitor = replace(installed, folder=tmp_path)
    assert "There is no payees.yaml here." in visitor.payees("build", code=1).stderr
    assert (
        "There is no payees.yaml here."
        in visitor.payees("demo", "--roster", "payees.yaml", code=1).stderr
    )
    with visitor.serving("demo") as url:
        assert b"Vegetables, stall 12" in fetch(f"{url}asha/")[1]


def test_a_payment_is_recorded_by_the_demo_and_handled_at_the_desk(market: Installed) -> None:
    with market.serving("demo") as url:
        payment_id = mint_payment_id(datetime.now(UTC), os.urandom(10))
        path = f"api/payees/asha/payments/{payment_id}"
        assert fetch(url + path, "PUT", {"payer_id": "Ravi", "amount": "50"})[0] == 201
        assert b"Vegetables, stall 12" in fetch(f"{url}asha/")[1]

        listed = market.payees("payments").stdout
        reference = payment_id.reference
        assert "Ravi,50.00,INR,claimed" in listed
        assert reference in listed
        assert "Ravi" in market.payees("show", reference).stdout
        market.payees("confirm", reference, "--evidence", "line 14", "--by", "asha")
        assert "confirmed" in market.payees("show", reference).stdout
        assert "50.00" in market.payees("totals").stdout
        assert reference in market.payees("export").stdout
        market.payees("report", "--out", "report.html")
        assert "50.00 INR" in (market.folder / "report.html").read_text("utf-8")

        market.payees("add", "ravi", "--name", "Ravi")
        assert "ravi" in market.payees("publish", "--dry-run").stdout
        market.payees("publish")
        assert fetch(f"{url}ravi/")[0] == 200
        market.payees("qr", "ravi", "--png", "--url", url)
        read = market.payees("verify-qr", "ravi.png", "--url", url).stdout
        assert read == "ravi.png: ok: leads to the page of Ravi (ravi)\n"
    assert not (market.folder / ".demo/demo.json").exists()
