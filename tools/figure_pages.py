"""Which pages of the docs hold figures, and what makes each block of them; what `make bench-lambda`
and `bench-page` measured is made into blocks here."""

from typing import Any

from tools import build_pages, capacity_pages, cost_pages, scale_pages
from tools.figures import DOCS, Render, fill_in, table


def lambda_table(figures: dict[str, Any]) -> str:
    bench = figures["lambda"]
    rows = [["", "measured", "the floor", "at most"]]
    rows += [[f"{name}.zip", f"{size:.1f} MB", "", ""] for name, size in bench["zip_mb"].items()]
    rows += [
        [what, f"{one['is']:.2f}", f"{one['floor']:.2f}", f"{one['most']:g}"]
        for what, one in bench["ratios"].items()
    ]
    return table(rows)


def lambda_block(figures: dict[str, Any]) -> str:
    bench = figures["lambda"]
    bare = bench["ratios"]["cold init / Zappa's own zip"]["bare"]
    more = bench["above_floor"] - 1
    beside = f"{more:.0%} longer than" if more > 0 else f"{-more:.0%} less long than"
    return (
        f"Ours takes {beside} the floor to start. Python and AWS's runtime client, with a function"
        f" that imports nothing,\ntake {bare:.2f} of what Zappa's own zip takes.\n"
    )


def weight_block(figures: dict[str, Any]) -> str:
    page = figures["page"]
    sizes = ", ".join(f"{size / 1000:.1f} KB in {names}" for names, size in page["sizes"].items())
    extra = dict.fromkeys(f"{extra / 1000:.1f}" for extra in page["one_language"])
    more = f"one more language is {' to '.join(extra)} KB"
    return f"The sample's longest page has {sizes}; {more}.\n"


def lighthouse_block(figures: dict[str, Any]) -> str:
    audits = figures["page"]["audits"]
    head = ["Lighthouse, of 100, the best of three runs"]
    titles = next(iter(audits.values()))["scores"]
    scores = [[title, *(str(one["scores"][title]) for one in audits.values())] for title in titles]
    requests = ["requests to load it", *(str(one["requests"]) for one in audits.values())]
    return table([[*head, *audits], *scores, requests])


def settling_table(figures: dict[str, Any]) -> str:
    one = figures["settling"]
    small, large = f"{one['small']:,}", f"{one['large']:,}"
    every = f"{small} x {small}: every line against every claim"
    return table([
        ["claims x lines", "seconds", "memory", "target"],
        [
            *(f"{large} x {large}: **ours**", f"{one['seconds']:g}", f"{one['megabytes']:g} MB"),
            "≤ 10 s, ≤ 500 MB",
        ],
        [every, f"{one['pairwise_seconds']:g}", "", ""],
        [f"{small} x {small}: **ours**", f"{one['ours_seconds']:g}", "", ""],
    ])  # fmt: skip


def attention_table(figures: dict[str, Any]) -> str:
    rows = [["what the bank makes of the reference", *_ATTENTION]]
    for bank in figures["attention"]["banks"]:
        single, paged, hurried = bank["single"], bank["paged"], bank["hurried"]
        rows.append([
            bank["bank"],
            *(f"{way['screens']:.0f}, {way['minutes']:.1f} min" for way in (single, paged)),
            f"{paged['keys']:.0f}",
            f"{paged['right']:.0f}, {paged['wrong']:.1f} of {bank['paid']}",
            f"{hurried['screens']:.0f}, {hurried['minutes']:.1f} min",
            f"{hurried['right']:.0f}, {hurried['wrong']:.1f}",
        ])  # fmt: skip
    return table(rows)


_ATTENTION = (
    "one by one: questions", "by the page: questions", "keys", "confirmed: right, wrong",
    "in a hurry: questions", "confirmed: right, wrong",
)  # fmt: skip


def reading_table(figures: dict[str, Any]) -> str:
    head = ["", "file", "lines", "seconds of one core", "memory"]
    rows = [
        [
            name,
            f"{one['file']} MB",
            f"{one['lines']:,}",
            f"{one['seconds']:g}",
            f"{one['megabytes']} MB",
        ]
        for name, one in figures["reading"].items()
    ]
    return table([head, *rows])


def desk_table(figures: dict[str, Any]) -> str:
    one = figures["desk"]
    after = f"{one['after_seconds']:g}"
    beside = f"{one['beside_seconds']:g}"
    return table([
        [f"{one['payees']:,} payees at 25 ms a request", "seconds", "target"],
        ["one after another", after, ""],
        [f"{one['readers']} at a time: **ours**", beside, ""],
        ["how many times as fast", f"{one['ratio']:g}", "≥ 10"],
        [
            f"{one['many']:,} payees, {one['today']} paid today: {one['today_requests']} requests",
            f"{one['today_seconds']:g}",
            "≤ 3",
        ],
        [
            f"{one['followed']} payees: until `--follow` shows the first payment",
            f"{one['followed_seconds']:g}",
            "≤ 1",
        ],
    ])  # fmt: skip


BLOCKS: dict[str, Render] = {
    **build_pages.BLOCKS,
    **capacity_pages.BLOCKS,
    **cost_pages.BLOCKS,
    **scale_pages.BLOCKS,
    "lambda": lambda_table,
    "lambda-floor": lambda_block,
    "page-weight": weight_block,
    "lighthouse": lighthouse_block,
    "settling": settling_table,
    "reading": reading_table,
    "attention": attention_table,
    "desk": desk_table,
}
NAMES = ("capacity", "cost", "lambda-zip", "payers-page", "performance", "statements")
PAGES = [DOCS / f"{name}.md" for name in NAMES]


def refresh(figures: dict[str, Any]) -> None:
    """Write the figures into the pages, as far as they were measured."""
    for page in PAGES:
        page.write_text(fill_in(page.read_text(), figures, BLOCKS))
