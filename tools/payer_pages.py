"""What docs/payers-page.md quotes of `make bench-page`."""

from typing import Any

from tools.figures import table


def weight_block(figures: dict[str, Any]) -> str:
    page = figures["page"]
    sizes = ", ".join(f"{size / 1000:.1f} KB in {names}" for names, size in page["sizes"].items())
    least, most = (extra / 1000 for extra in page["one_language"])
    more = f"one more language is {least:.1f} to {most:.1f} KB"
    return f"The sample's longest page has {sizes}; {more}.\n"


def lighthouse_block(figures: dict[str, Any]) -> str:
    page = figures["page"]
    scores = [[title, str(score)] for title, score in page["scores"].items()]
    requests = [["requests to load it", str(page["requests"])]]
    return table([["Lighthouse, the best of three runs", "of 100"], *scores, *requests])


BLOCKS = {"page-weight": weight_block, "lighthouse": lighthouse_block}
