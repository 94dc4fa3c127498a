"""Moments, in UTC and whole milliseconds: on the wire as RFC 3339, in storage as a number."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def format_time(moment: datetime) -> str:
    """`2026-03-01T09:30:00.123Z`"""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
    )


def to_unix_milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_unix_milliseconds(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def to_milliseconds(moment: datetime) -> datetime:
    """`moment` as storage keeps it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
