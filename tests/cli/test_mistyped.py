"""Mistyped names of commands and zones: what was meant is said."""

import pytest

from cli.time_zone import zone_mistake
from tests.cli.desk import Desk


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("paymnts", "There is no command “paymnts”: did you mean payments?"),
        ("verify", "verify-qr"),
        ("xyz", "There is no command “xyz”: `payees -h` lists them all."),
    ],
)
def test_a_command_that_is_meant_is_named(desk: Desk, typed: str, said: str) -> None:
    result = desk.payees(typed)
    assert (result.exit_code, said in result.stderr) == (2, True)


@pytest.mark.parametrize(
    "zone", ["", "UTC", "Asia/Kolkata", ":Asia/Kolkata", "IST-5:30", "<+0530>-5:30", "CET-1CEST"]
)
def test_zones_that_machines_know_are_passed_over(zone: str) -> None:
    assert zone_mistake(zone) is None


def test_a_mistyped_zone_is_told_by_every_command(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkatta")
    result = desk.payees("check")
    assert result.exit_code == 0
    assert result.stderr.startswith(
        "This machine knows no zone TZ=Asia/Kolkatta, so days and times are those of UTC: "
        "did you mean Asia/Kolkata?\n"
    )
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    assert "zone" not in desk.payees("check").stderr


def test_a_zone_like_no_other_has_a_pattern() -> None:
    assert str(zone_mistake("qqqqqq")).endswith("write it as Asia/Kolkata is written.")
