"""Times as the API writes them."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from payments.times import format_time, parse_time
from testkit.factories import NOW


def test_a_moment_is_written_in_utc_with_milliseconds() -> None:
    assert format_time(NOW) == "2026-03-01T09:30:00.123Z"
    kolkata = timezone(timedelta(hours=5, minutes=30))
    assert format_time(NOW.astimezone(kolkata)) == "2026-03-01T09:30:00.123Z"


@given(st.integers(0, 2**47))
def test_whole_milliseconds_are_read_as_they_were_written(milliseconds: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    assert parse_time(format_time(moment)) == moment
