"""What docs/lambda-zip.md quotes of `make bench-lambda`."""

from typing import Any

from tools.figures import table


def bench_table(figures: dict[str, Any]) -> str:
    bench = figures["lambda"]
    rows = [["", "measured", "at most"]]
    rows += [[f"{name}.zip", f"{size:.1f} MB", ""] for name, size in bench["zip_mb"].items()]
    rows += [
        [what, f"{one['is']:.2f}", f"{one['most']:g}"] for what, one in bench["ratios"].items()
    ]
    return table(rows)


BLOCKS = {"lambda": bench_table}
