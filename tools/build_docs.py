"""The docs site: docs/ and the README as its front door, built strictly into build/docs.

In the repository pages link to source files beside them. A site has no such files, so there those
links become plain text; links between pages stay.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "build/docs-source"
PROGRAM = ROOT / ".tools/docs/bin/zensical"
FRONT = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}
LINK = re.compile(r"(?P<text>(?<!!)\[(?:[^\[\]]|\[[^\]]*\])*\])\((?P<target>[^)\s]+)\)")
PICTURE = re.compile(r'(?P<before>!\[[^\]]*\]\(|<img src=")(?P<target>[^")\s]+)')


def pages() -> dict[Path, Path]:
    """Every page of the site: where it is in the repository, and where in the site."""
    docs = {path: path.relative_to(ROOT / "docs") for path in (ROOT / "docs").rglob("*.md")}
    return docs | {ROOT / name: Path(place) for name, place in FRONT.items()}


def for_site(text: str, page: Path, places: dict[Path, Path]) -> str:
    """The text of `page` with its links as they are in the site."""
    here = places[page].parent

    def relative(target: Path) -> str:
        return Path(os.path.relpath(target, here)).as_posix()

    def link(found: re.Match[str]) -> str:
        path, hash_sign, anchor = found["target"].partition("#")
        if not path or ":" in path:
            return found[0]
        place = places.get((page.parent / path).resolve())
        if place is None:
            return found["text"][1:-1]
        return f"{found['text']}({relative(place)}{hash_sign}{anchor})"

    def picture(found: re.Match[str]) -> str:
        file = (page.parent / found["target"]).resolve()
        return found["before"] + relative(file.relative_to(ROOT / "docs"))

    return LINK.sub(link, PICTURE.sub(picture, text))


def edit_address(origin: str, page: Path) -> str | None:
    """Where GitHub lets somebody edit a page of this repository; None if `origin`, as git names
    it, is not there."""
    found = re.fullmatch(r"(?:https://|git@)github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?", origin)
    if not found:
        return None
    return f"https://github.com/{found[1]}/edit/main/{page.relative_to(ROOT).as_posix()}"


def remote() -> str:
    done = subprocess.run(
        ["git", "remote", "get-url", "origin"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def main() -> None:
    origin = remote()
    shutil.rmtree(SOURCE, ignore_errors=True)
    shutil.copytree(ROOT / "docs", SOURCE, ignore=shutil.ignore_patterns("*.md"))
    places = pages()
    for page, place in places.items():
        target = SOURCE / place
        target.parent.mkdir(parents=True, exist_ok=True)
        text = for_site(page.read_text(), page, places)
        if address := edit_address(origin, page):
            text += f"\n---\n\n[Mend this page]({address})\n"
        target.write_text(text)
    sys.exit(
        subprocess.run([PROGRAM, "build", "--clean", "--strict"], cwd=ROOT, check=False).returncode
    )


if __name__ == "__main__":
    main()
