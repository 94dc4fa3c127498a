"""What docs/performance.md quotes of `make bench-build`."""

from enum import StrEnum
from math import inf
from typing import Any

from tools.figures import table


class Way(StrEnum):
    """What was measured, in the order of the table; the names are docs/figures.json's."""

    QRCODE = "qrcode"
    ONE_MASK = "one_mask"
    OUR_CODE = "our_code"
    NAIVE = "naive"
    FROZEN = "frozen"
    HUGO = "hugo"
    BARE_HUGO = "bare_hugo"
    PLAIN = "plain"
    CODES = "codes"
    OUR_PAGES = "our_pages"
    SKIPPING = "skipping"
    OUR_CHANGE = "our_change"
    OUR_COMMAND = "our_command"
    PYYAML = "pyyaml"
    OUR_READING = "our_reading"
    BOTO3 = "boto3"
    OUR_UPLOAD = "our_upload"


LABELS = {
    Way.QRCODE: "a QR code: qrcode",
    Way.ONE_MASK: "a QR code: qrcode with one mask",
    Way.OUR_CODE: "a QR code: **ours**",
    Way.NAIVE: "all pages: Frozen-Flask and qrcode, as one writes it first",
    Way.FROZEN: "all pages: Frozen-Flask without QR codes",
    Way.HUGO: "all pages: Hugo without QR codes",
    Way.BARE_HUGO: "all pages: Hugo without QR codes, feeds, tags and site map",
    Way.PLAIN: "all pages: nothing but Jinja and files, 2 processes",
    Way.CODES: "all pages: nothing but codes, drawn and read, and files, 2 processes",
    Way.OUR_PAGES: "all pages: **ours**, 2 processes",
    Way.SKIPPING: "one payee changed: Frozen-Flask that skips existing pages",
    Way.OUR_CHANGE: "one payee changed: **ours**",
    Way.OUR_COMMAND: "one payee changed: **ours**, the whole command, the roster read",
    Way.PYYAML: "reading the roster: PyYAML in C, unchecked",
    Way.OUR_READING: "reading the roster: **ours**, every rule checked",
    Way.BOTO3: "upload at 25 ms: boto3, 16 threads",
    Way.OUR_UPLOAD: "upload at 25 ms: **ours**",
}
RATIOS = {
    "code": "a QR code: our time / qrcode's",
    "naive": "all pages: our speed / Frozen-Flask and qrcode",
    "hugo": "all pages: our speed / Hugo",
    "bare_hugo": "all pages: our speed / Hugo without extras",
    "change": "one payee changed: our time / skipping",
    "reading": "reading the roster: our time / PyYAML's",
    "upload": "upload: our speed / boto3",
}


def a_second(figures: dict[str, Any], way: Way) -> int:
    """How many things, to two digits."""
    seconds, things = figures["build"]["times"][way]
    return int(float(f"{things / seconds:.1e}"))


def times_table(figures: dict[str, Any]) -> str:
    rows = [["", "seconds", "things", "a second"]]
    for way, (seconds, things) in figures["build"]["times"].items():
        rows.append([LABELS[Way(way)], f"{seconds:.2f}", f"{things:,}", f"{things / seconds:,.0f}"])
    return table(rows)


def ratios_table(figures: dict[str, Any]) -> str:
    rows = [["", "measured", "target"]]
    for what, ratio in figures["build"]["ratios"].items():
        rows.append([RATIOS[what], f"{ratio['is']:.2f}", target(ratio)])
    return table(rows)


def target(ratio: dict[str, Any]) -> str:
    signs = {"most": "≤", "least": "≥"}
    return "".join(f"{sign} {ratio[key]:g}" for key, sign in signs.items() if key in ratio)


def is_missed(ratio: dict[str, Any]) -> bool:
    return not ratio.get("least", 0) <= ratio["is"] <= ratio.get("most", inf)


def size_block(figures: dict[str, Any]) -> str:
    build = figures["build"]
    return (
        f"The others' pages come from a template of 4 KB; ours are what payers get,"
        f" {build['page_bytes'] / 1000:.0f} KB each in English.\n"
    )


def memory_block(figures: dict[str, Any]) -> str:
    memory = figures["build"]["memory"]
    return (
        f"Building {memory['payees']:,} pages on two processes, with ordinary files, took"
        f" {memory['seconds']:.0f} seconds. The first process\nheld at most"
        f" {memory['reading_mb']:.0f} MB, each of the others, which read half of the roster or make"
        f" pages, at most {memory['making_mb']:.0f} MB, much of it the same memory.\n"
    )


BLOCKS = {
    "build-times": times_table,
    "build-ratios": ratios_table,
    "build-size": size_block,
    "build-memory": memory_block,
}
