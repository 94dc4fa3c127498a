"""Known holes in everything that is pinned, as the OSV database has them (`make audit`).

An answer is believed only if the same request finds holes in a release that is known for them: a
database that cannot be reached, or a proxy that says nothing is wrong with anything, is a failure.
"""

import json
import re
import sys
import tomllib
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from testkit.demo_process import ROOT

OSV = "https://api.osv.dev"
LISTS = (*sorted((ROOT / "tools").glob("*.txt")), ROOT / "cli/local/ministack.txt")
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
_MOST_AT_ONCE = 1000  # OSV's limit
_SECONDS = 60

Ask = Callable[[Sequence["Pin"]], "list[list[str]]"]


@dataclass(frozen=True, order=True, slots=True)
class Pin:
    """One release that something here installs."""

    ecosystem: str
    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


KNOWN_FOR_HOLES = Pin("PyPI", "jinja2", "2.4.1")


def parse_list(text: str) -> set[Pin]:
    """Of a requirements file."""
    return {Pin("PyPI", name.lower(), version) for name, version in _PIN.findall(text)}


def parse_uv_lock(text: str) -> set[Pin]:
    return {
        Pin("PyPI", package["name"], package["version"])
        for package in tomllib.loads(text)["package"]
        if "registry" in package["source"]
    }


def parse_npm_lock(text: str) -> set[Pin]:
    return {
        Pin("npm", place.rpartition("node_modules/")[2], package["version"])
        for place, package in json.loads(text)["packages"].items()
        if place
    }


def load_pins() -> dict[Pin, list[str]]:
    """Everything pinned, and which files say so."""
    found: dict[Pin, list[str]] = {}
    for path, pins in _pinned():
        for pin in pins:
            found.setdefault(pin, []).append(str(path.relative_to(ROOT)))
    return found


def _pinned() -> Iterator[tuple[Path, set[Pin]]]:
    lock = ROOT / "uv.lock"
    yield lock, parse_uv_lock(lock.read_text())
    for path in LISTS:
        yield path, parse_list(path.read_text())
    for path in sorted((ROOT / "tools/npm").glob("*/package-lock.json")):
        yield path, parse_npm_lock(path.read_text())


def ask_osv(pins: Sequence[Pin], url: str = OSV) -> list[list[str]]:
    """The ids of known holes of each. Raises OSError, or ValueError for an answer that is none."""
    queries = [
        {"package": {"name": pin.name, "ecosystem": pin.ecosystem}, "version": pin.version}
        for pin in pins
    ]
    request = urllib.request.Request(
        f"{url}/v1/querybatch",
        json.dumps({"queries": queries}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=_SECONDS) as response:
        answer: dict[str, Any] = json.load(response)
    results = answer.get("results", [])
    if len(results) != len(pins):
        raise ValueError(f"{len(results)} answers to {len(pins)} questions")
    return [[hole["id"] for hole in result.get("vulns", [])] for result in results]


def audit(pins: Sequence[Pin], ask: Ask) -> dict[Pin, list[str]]:
    """Those with known holes. Raises click.ClickException unless the database can be believed."""
    found: dict[Pin, list[str]] = {}
    step = _MOST_AT_ONCE - 1
    for start in range(0, len(pins), step):
        some = pins[start : start + step]
        try:
            [known, *holes] = ask([KNOWN_FOR_HOLES, *some])
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise click.ClickException(
                f"The OSV database did not answer ({error}), so nothing was audited."
            ) from error
        if not known:
            raise click.ClickException(
                f"The OSV database knows nothing of {KNOWN_FOR_HOLES}, which is known for its "
                "holes: what answers is not it, so nothing was audited."
            )
        found |= {pin: ids for pin, ids in zip(some, holes, strict=True) if ids}
    return found


@click.command()
@click.option("--accept", multiple=True, metavar="ID", help="A hole that is known and lived with.")
@click.option("--url", default=OSV, show_default=True, help="Where the database answers.")
def main(accept: tuple[str, ...], url: str) -> None:
    """Look up everything that is pinned, and fail if anything has a known hole."""
    pins = load_pins()
    found = audit(sorted(pins), lambda some: ask_osv(some, url))
    open_holes = {pin: [id_ for id_ in ids if id_ not in accept] for pin, ids in found.items()}
    for pin, ids in sorted(open_holes.items()):
        for hole in ids:
            click.echo(f"{pin}  https://osv.dev/{hole}  in {', '.join(pins[pin])}")
    if any(open_holes.values()):
        sys.exit(1)
    click.echo(f"None of {len(pins)} pinned releases has a known hole.", err=True)


if __name__ == "__main__":
    main(prog_name="make audit")
