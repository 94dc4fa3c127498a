"""What docs/performance.md quotes of `make bench-build`."""

from math import inf
from typing import Any

from tools.figures import table

OUR_PAGES = "all pages: **ours**, 2 processes"
OUR_UPLOAD = "upload at 25 ms: **ours**"


def a_second(figures: dict[str, Any], name: str) -> int:
    """How many things, to two digits."""
    seconds, things = figures["build"]["times"][name]
    return int(float(f"{things / seconds:.1e}"))


def times_table(figures: dict[str, Any]) -> str:
    rows = [["", "seconds", "things", "a second"]]
    for name, (seconds, things) in figures["build"]["times"].items():
        rows.append([name, f"{seconds:.2f}", f"{things:,}", f"{things / seconds:,.0f}"])
    return table(rows)


def ratios_table(figures: dict[str, Any]) -> str:
    rows = [["", "measured", "target"]]
    for what, ratio in figures["build"]["ratios"].items():
        rows.append([what, f"{ratio['is']:.2f}", target(ratio)])
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
        f" {build['page_bytes'] / 1000:.0f} KB each.\n"
    )


def memory_block(figures: dict[str, Any]) -> str:
    memory = figures["build"]["memory"]
    return (
        f"Building {memory['payees']:,} pages on two processes took"
        f" {memory['seconds']:.0f} seconds. The largest process held at most"
        f" {memory['largest_mb']:.0f} MB: that is the one that reads the roster.\n"
    )


BLOCKS = {
    "build-times": times_table,
    "build-ratios": ratios_table,
    "build-size": size_block,
    "build-memory": memory_block,
}
