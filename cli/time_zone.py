"""The zone of this machine, by which days and months are told."""

import re
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import TZPATH, available_timezones

_RULE = re.compile(r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?\d.*", re.ASCII)  # of POSIX: IST-5:30


def zone_mistake(text: str) -> str | None:
    """What is wrong with `text` as the variable TZ, which the C library silently takes for UTC if
    it does not know it; None if nothing is."""
    name = text.removeprefix(":")
    if not name or _RULE.fullmatch(name):
        return None
    if any(Path(folder, name).is_file() for folder in ("", *TZPATH)):
        return None
    near = get_close_matches(name, available_timezones(), 1)
    remedy = f"did you mean {near[0]}?" if near else "write it as Asia/Kolkata is written."
    return f"This machine knows no zone TZ={name}, so days and times are those of UTC: {remedy}"
