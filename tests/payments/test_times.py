"""Times as the API and the table write them."""

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from payments.times import format_time, from_unix_milliseconds, to_unix_milliseconds
from testkit.factories import NOW


def test_a_moment_is_written_in_utc_with_milliseconds() -> None:
    assert format_time(NOW) == "2026-03-01T09:30:00.123Z"
    kolkata = timezone(timedelta(hours=5, minutes=30))
    assert format_time(NOW.astimezone(kolkata)) == "2026-03-01T09:30:00.123Z"


@given(st.integers(0, 2**47))
def test_whole_milliseconds_are_read_as_they_were_written(milliseconds: int) -> None:
    moment = from_unix_milliseconds(milliseconds)
    assert to_unix_milliseconds(moment) == milliseconds
    assert datetime.fromisoformat(format_time(moment)) == moment


def test_the_table_counts_unix_milliseconds_in_any_zone() -> None:
    kolkata = timezone(timedelta(hours=5, minutes=30))
    assert to_unix_milliseconds(NOW.astimezone(kolkata)) == 1_772_357_400_123
    assert from_unix_milliseconds(1_772_357_400_123) == NOW
