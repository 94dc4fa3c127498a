"""A large roster that is read again, of which only what changed is read: it must not show."""

import random
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cli import kept_roster
from cli.kept_roster import load_kept_roster
from roster.model import Roster, RosterInvalid, load_roster, parse_roster

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = """\
# A market
site:
  title: Town Market
  url: https://pay.example.org/
  currency: INR
  limits: {min: "1", max: "10000"}
payees:
"""
NUMBER = 40


@pytest.fixture(autouse=True)
def every_roster_is_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_roster, "_LARGE", 0)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def entry(number: int) -> str:
    return (
        f"  - id: vendor-{number}\n    name: Vendor {number}\n    aliases: ['{number}']\n"
        f"    description: >-\n      Stall\n      {number}\n    amounts: ['20', 50]\n"
    )


ENTRIES = [entry(number) for number in range(NUMBER)]


def read(path: Path, text: str) -> Roster | str:
    """The roster, or what is wrong with it; both ways of reading say the same."""
    path.write_text(text)

    def attempt(load: object) -> Roster | str:
        try:
            return load(path)  # type: ignore[operator, no-any-return]
        except RosterInvalid as error:
            return str(error)

    found = attempt(load_kept_roster)
    assert found == attempt(load_roster)
    assert found == attempt(load_kept_roster)
    return found


def read_in_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_roster, "_MANY", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


def as_on_the_page(old: str, other: str) -> str:
    """`old` with the name and the description of another."""
    return re.sub(r"name: .*", re.findall("name: .*", other)[0], old).replace(
        re.findall(r"Stall\n.*", old)[0], re.findall(r"Stall\n.*", other)[0]
    )


def changed(chance: random.Random, entries: list[str]) -> list[str]:
    at, other = (chance.randrange(len(entries)) for _ in range(2))
    old = entries[at] if "Stall" in entries[at] else entry(at)
    ways: list[Callable[[], list[str]]] = [
        lambda: [old.replace("Stall", chance.choice(["Fish", "[", '"', "a: b"]))],
        lambda: [re.sub("name: .*", f"name: Vendor {other}", old)],
        lambda: [re.sub("id: .*", f"id: vendor-{other}", old)],
        lambda: [re.sub("aliases: .*", f"aliases: ['{other}']", old)],
        list,
        lambda: [old, entries[other]],
        lambda: ["# the end\n\n  # of all\n", old],
        lambda: [entry(100 + other), old],
        lambda: [old, old.replace("Stall", "Fish")],
        lambda: [as_on_the_page(old, entry(other))],
        lambda: [old.replace("name: ", 'name: "')],
        lambda: [old + chance.choice(["site: {}\n", "...\n", "---\n", "    x: 1\n", " y: 2\n"])],
        lambda: [old.replace("amounts: ['20', 50]", "amounts: ['20',\n  - 50]")],
        lambda: [old.replace("    amounts", "    status: away\n    amounts")],
    ]
    return [*entries[:at], *chance.choice(ways)(), *entries[at + 1 :]]


@pytest.mark.parametrize("seed", range(60))
def test_whatever_changes_it_is_read_as_the_whole_would_be(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if seed % 2:
        read_in_halves(monkeypatch)
    chance = random.Random(seed)
    path, entries = tmp_path / "payees.yaml", ENTRIES
    read(path, HEAD + "".join(entries))
    for _ in range(4):
        tried = changed(chance, entries)
        if isinstance(read(path, HEAD + "".join(tried)), Roster) or chance.random() < 0.3:
            entries = tried
    read(path, HEAD.replace("INR", "JPY") + "".join(entries))


def test_only_what_changed_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "payees.yaml"
    read(path, HEAD + "".join(ENTRIES))
    texts: list[str] = []

    def parse(text: str) -> Roster:
        texts.append(text)
        return parse_roster(text)

    monkeypatch.setattr(kept_roster, "parse_roster", parse)
    monkeypatch.setattr(kept_roster, "load_roster", None)  # would read all
    path.write_text(HEAD + "".join(ENTRIES).replace("Vendor 7\n", "Veena\n"))
    roster = load_kept_roster(path)
    assert roster.entries[7].payee.name == "Veena"
    assert texts == [HEAD + ENTRIES[7].replace("Vendor 7\n", "Veena\n")]


@pytest.mark.parametrize("number", [1, 2, NUMBER])
def test_halves_are_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    path = tmp_path / "payees.yaml"
    path.write_text(HEAD + "".join(ENTRIES[:number]))
    read_in_halves(monkeypatch)
    if number > 1:
        monkeypatch.setattr(kept_roster, "load_roster", None)  # would read all
    assert load_kept_roster(path) == load_roster(path)


def test_without_a_second_process_one_reads_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_fork() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    path = tmp_path / "payees.yaml"
    path.write_text(HEAD + "".join(ENTRIES))
    read_in_halves(monkeypatch)
    monkeypatch.setattr("os.fork", no_fork)
    assert load_kept_roster(path) == load_roster(path)


CLASHES = {
    "id": (r"id: .*", "id: vendor-1"),
    "alias": (r"aliases: .*", "aliases: ['1']"),
    "an id as alias": (r"aliases: .*", "aliases: [vendor-1]"),
    "former id": (r"aliases: .*", "formerly: [vendor-1]"),
}


@pytest.mark.parametrize("clash", [*CLASHES, "looks", "text"])
def test_what_only_both_halves_show_is_told_as_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clash: str
) -> None:
    read_in_halves(monkeypatch)
    last = ENTRIES[-1]
    if clash == "looks":
        last = as_on_the_page(last, ENTRIES[1])
    elif clash == "text":
        last = last.replace("name: ", 'name: "')
    else:
        last = re.sub(*CLASHES[clash], last)
    found = read(tmp_path / "payees.yaml", HEAD + "".join([*ENTRIES[:-1], last]))
    assert isinstance(found, str)


def test_what_others_may_have_written_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "payees.yaml"
    read(path, HEAD + "".join(ENTRIES))
    [kept] = (tmp_path / "cache/payee-pages/rosters").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    kept.write_bytes(b"nonsense")
    read(path, HEAD + "".join(ENTRIES))
    [kept] = (tmp_path / "cache/payee-pages/rosters").iterdir()
    assert kept_roster._load(kept)
    kept.chmod(0o666)
    assert kept_roster._load(kept) is None


def test_where_nothing_can_be_kept_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    path = tmp_path / "payees.yaml"
    assert isinstance(read(path, HEAD + "".join(ENTRIES)), Roster)
