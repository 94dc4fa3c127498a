"""What a change of the roster does to the site, as a comment for its pull request.

Usage: python -m tools.roster_change BEFORE.yaml AFTER.yaml FOLDER PICTURES_URL

Writes FOLDER/comment.md, and beside it pictures of changed pages as they were and will be, which
the comment looks for at PICTURES_URL.
"""

import html
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from playwright.sync_api import Page

from cli.local.memory import MemoryRegistry
from cli.publishing.publish_consent import account_lines
from cli.publishing.publish_roster import step_lines
from publishing.object_store import MemoryStore
from publishing.publication import Plan, Publication
from roster.model import Roster, load_roster
from sitegen.build import Build, build_site
from testkit.browser import running_browser

MOST_PICTURES = 10
PHONE = {"width": 390, "height": 844}


def plan_change(before: Roster, after: Roster, folder: Path) -> tuple[Plan, Build, Build]:
    """What `payees publish` would do if `before` were out there; and both as they were built."""
    builds = [build_site(before, folder / "before"), build_site(after, folder / "after")]
    store, registry = MemoryStore(), MemoryRegistry()
    published = Publication(before, builds[0], store, registry)
    for _ in published.apply(published.plan(verify=False)):
        pass
    plan = Publication(after, builds[1], store, registry).plan(verify=False)
    return plan, builds[0], builds[1]


def take_pictures(plan: Plan, builds: tuple[Build, Build], folder: Path) -> Iterator[str]:
    """Pictures of the first payees whose pages change, before and after; gives their ids."""
    changed = [
        step.name.removesuffix("/index.html")
        for step in plan.steps
        if step.action in ("upload", "delete") and step.name not in ("index.html", "404.html")
        and not step.name.startswith("posters/")
    ]  # fmt: skip
    with running_browser() as browser:
        page = browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
        for payee in changed[:MOST_PICTURES]:
            for name, build in zip(("before", "after"), builds, strict=True):
                _take(page, build, payee, folder / f"{payee}-{name}.png")
            yield payee


def _take(page: Page, build: Build, payee: str, picture: Path) -> None:
    if f"{payee}/index.html" in build.files:
        page.goto((build.folder / payee / "index.html").absolute().as_uri())
        page.screenshot(path=picture, full_page=True)


def comment(plan: Plan, pictured: list[str], folder: Path, url: str) -> str:
    """Markdown: where money goes, then the plan as a diff, then the pictures."""
    lines = [click.unstyle(line) for line in step_lines(plan)]
    accounts = [f"- {sign} {_code(line)}" for sign, line in account_lines(plan.accounts)]
    if not lines and not accounts:
        return "This changes nothing that is published.\n"
    text = []
    if accounts:
        text = [
            "### ⚠️ This changes where money goes",
            "",
            "Compare each account with what the payee gave you, by another way than this:",
            *("", *accounts, ""),
        ]
    text += ["`payees publish` will do this:", "", "```diff", *lines, "```"]
    if pictured:
        text += ["", "| payee | before | after |", "|---|---|---|"]
    for payee in pictured:
        cells = [
            f'<img width="240" alt="{name}" src="{url}/{payee}-{name}.png">'
            if (folder / f"{payee}-{name}.png").exists()
            else "no page"
            for name in ("before", "after")
        ]
        text.append(f"| `{payee}` | {' | '.join(cells)} |")
    return "\n".join(text) + "\n"


def _code(line: str) -> str:
    """As it is, whatever is in it: Markdown and mentions mean nothing there."""
    return f"<code>{html.escape(line)}</code>"


def main(before: str, after: str, folder_name: str, url: str) -> None:
    folder = Path(folder_name)
    folder.mkdir(parents=True, exist_ok=True)
    plan, *builds = plan_change(load_roster(Path(before)), load_roster(Path(after)), folder)
    pictured = list(take_pictures(plan, (builds[0], builds[1]), folder))
    (folder / "comment.md").write_text(comment(plan, pictured, folder, url))


if __name__ == "__main__":
    main(*sys.argv[1:])
