"""Moments on the wire and in storage: RFC 3339, UTC, whole milliseconds."""

from datetime import UTC, datetime


def format_time(moment: datetime) -> str:
    """`2026-03-01T09:30:00.123Z`"""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
    )


def parse_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def to_milliseconds(moment: datetime) -> datetime:
    """`moment` as storage keeps it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
