"""How people write times on the command line."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from cli.arguments import parse_moment

NOW = datetime(2026, 3, 1, 15, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))


@pytest.mark.usefixtures("in_india")
@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-03-01", "2026-02-28T18:30:00", "2026-03-01T18:30:00"),
        ("today", "2026-02-28T18:30:00", "2026-03-01T18:30:00"),
        ("yesterday", "2026-02-27T18:30:00", "2026-02-28T18:30:00"),
        ("2026-03-01T15:00", "2026-03-01T09:30:00", "2026-03-01T09:30:00"),
        ("2026-03-01 15:00", "2026-03-01T09:30:00", "2026-03-01T09:30:00"),
        ("2026-03-01T15:00+00:00", "2026-03-01T15:00:00", "2026-03-01T15:00:00"),
        ("2h", "2026-03-01T07:30:00", "2026-03-01T07:30:00"),
        ("2w", "2026-02-15T09:30:00", "2026-02-15T09:30:00"),
    ],
)
def test_a_time_is_this_machines_and_a_day_is_whole(text: str, start: str, end: str) -> None:
    for is_end, expected in ((False, start), (True, end)):
        moment = parse_moment(text, NOW, end=is_end)
        assert moment is not None
        assert moment.astimezone(UTC) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "0d", "7", "1e3d", "2026-02-30", "9999-12-31"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse_moment(text, NOW, end=True) is None


def test_a_day_ends_where_the_next_begins_though_the_clock_changes(
    monkeypatch: pytest.MonkeyPatch, in_india: None
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    start = parse_moment("2026-03-29", NOW, end=False)
    end = parse_moment("2026-03-29", NOW, end=True)
    assert start
    assert end
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=23)
