"""Moments, in UTC and whole milliseconds: on the wire as RFC 3339, in storage as a number."""

import re
from datetime import UTC, datetime, timedelta

from payments.refusals import InvalidValue

TIME_PATTERN = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def format_time(moment: datetime) -> str:
    """`2026-03-01T09:30:00.123Z`"""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
    )


def parse_time(text: str) -> datetime:
    """A moment as RFC 3339 writes it, to the microsecond. Raises InvalidValue."""
    try:
        if not TIME_PATTERN.fullmatch(text):
            raise ValueError
        return datetime.fromisoformat(text.upper())
    except ValueError:
        raise InvalidValue(
            "must be a time such as 2026-03-01T09:30:00Z or 2026-03-01T15:00:00+05:30, whose + is "
            "%2B in an address"
        ) from None


def to_unix_milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_unix_milliseconds(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def to_milliseconds(moment: datetime) -> datetime:
    """`moment` as storage keeps it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
