"""What the docs point to is there: files, headings, pages of the site."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from testkit.demo_process import ROOT
from tools.build_docs import PROGRAM, edit_address, for_site, pages

LINK = re.compile(r'\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"')
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
PAGES = sorted(pages())


def headings(page: Path) -> set[str]:
    """The anchors that GitHub gives a page's headings."""
    lines = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL).splitlines()
    titles = [line.lstrip("#").strip() for line in lines if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for match in LINK.finditer(CODE.sub("", page.read_text())):
        target, _, anchor = (match[1] or match[2]).partition("#")
        if ":" in target:
            continue
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), target
        if anchor and file.suffix == ".md":
            assert anchor in headings(file), f"{target}#{anchor}"


def test_every_page_is_in_the_navigation() -> None:
    navigation = tomllib.loads((ROOT / "zensical.toml").read_text())["project"]["nav"]
    listed = set(re.findall(r"[\w/-]+\.md", str(navigation)))
    assert listed == {str(place) for place in pages().values()}


def test_links_to_sources_become_text_in_the_site() -> None:
    places = pages()
    operations = ROOT / "docs/operations.md"
    text = "[the stack](../infra/payee-pages.yaml), [API](api.md#recording), [front](../README.md)"
    assert for_site(text, operations, places) == (
        "the stack, [API](api.md#recording), [front](index.md)"
    )
    decision = ROOT / "docs/decisions/ulids.md"
    assert for_site("[x](../api.md)", decision, places) == "[x](../api.md)"
    readme = '<img src="docs/images/payee.png"> [o](docs/operations.md)'
    assert for_site(readme, ROOT / "README.md", places) == (
        '<img src="images/payee.png"> [o](operations.md)'
    )


@pytest.mark.slow
def test_the_site_is_built_without_a_warning() -> None:
    if not PROGRAM.exists():
        pytest.skip("The docs tool is not installed: run make docs")
    built = subprocess.run(
        [sys.executable, "-m", "tools.build_docs"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    front = (ROOT / "build/docs/index.html").read_text()
    assert "Payee Pages" in front


@pytest.mark.parametrize(
    ("origin", "page", "address"),
    [
        (
            "https://github.com/a/b.git",
            "docs/faq.md",
            "https://github.com/a/b/edit/main/docs/faq.md",
        ),
        ("git@github.com:a/b.git", "README.md", "https://github.com/a/b/edit/main/README.md"),
        (
            "https://github.com/a/b-c.d",
            "README.md",
            "https://github.com/a/b-c.d/edit/main/README.md",
        ),
        ("/srv/git/b", "README.md", None),
        ("https://example.org/github.com/a/b", "README.md", None),
        ("", "README.md", None),
    ],
)
def test_a_page_can_be_mended_where_the_repository_is(
    origin: str, page: str, address: str | None
) -> None:
    assert edit_address(origin, ROOT / page) == address
