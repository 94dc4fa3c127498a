"""A build that uses what is there is the same, to the byte, as one from nothing."""

import multiprocessing
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import minify
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from payments.payee import PayeeStatus
from rails import Account, parse_account
from roster.model import Roster
from sitegen.build import MARKER, build_site
from sitegen.code_targets import static_code as code_of
from sitegen.freezing.freeze import BuildFailed
from sitegen.inputs import FOLDERS, page_inputs
from sitegen.listing.lists import plan_listing
from sitegen.page_files import INDEX_FILE, POSTERS_FILE, SITE_FILES, is_asset
from sitegen.qr import qr_svg
from sitegen.scripts.minified import minify as cached_minify
from testkit.demo_process import ROOT
from testkit.rosters import built_files, hostile_roster, make_entry, make_roster
from tests.sitegen.test_freeze import contents

ENTRIES = st.builds(
    make_entry,
    st.sampled_from(["a", "b", "c", "d", "e"]),
    name=st.sampled_from([None, "Asha", "Ravi"]),
    description=st.sampled_from(["", "Flowers", "Fish"]),
    aliases=st.sampled_from([(), ("1",)]),
    amounts=st.sampled_from([(), ("10", "20")]),
    most=st.sampled_from(["100", "200"]),
    status=st.sampled_from(PayeeStatus),
)
ROSTERS = st.builds(
    lambda entries, title, url, api_url: make_roster(
        *entries, title=title, url=url, api_url=api_url
    ),
    st.lists(ENTRIES, max_size=5, unique_by=lambda entry: entry.payee_id),
    st.sampled_from(["Market", "Fair"]),
    st.sampled_from(["https://pay.example.org/", "https://example.org/pay/"]),
    st.sampled_from([None, "https://api.example.org/"]),
)


def edit(file: Path, text: str) -> None:
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def same_size(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"<h1>", b"<h2>"))


def edit_list(out: Path) -> None:
    edit(out / "index.html", "changed by hand")


def edit_without_a_trace(out: Path) -> None:
    for page in [out / "404.html", *out.glob("*/index.html")]:
        same_size(page)


def lose_a_page(out: Path) -> None:
    (out / "404.html").unlink()


def lose_payees(out: Path) -> None:
    for page in out.glob("*/index.html"):
        shutil.rmtree(page.parent)


def leave_things(out: Path) -> None:
    (out / "stray.html").write_text("left here")
    (out / "stray").mkdir(exist_ok=True)


def touch_all(out: Path) -> None:
    for file in out.rglob("*"):
        file.touch()


def spoil_the_record(out: Path) -> None:
    (out / MARKER).write_text("{")


def forge_the_record(out: Path) -> None:
    (out / MARKER).write_text(
        '{"files": ["../../x/index.html"], "inputs": ["1"], "contents": ["2"]}'
    )


def restore_from_backup(out: Path) -> None:
    copy = shutil.copytree(out, out.with_name("copy"))
    shutil.rmtree(out)
    copy.rename(out)


TAMPERINGS: list[Callable[[Path], None]] = [
    edit_list,
    edit_without_a_trace,
    lose_a_page,
    lose_payees,
    leave_things,
    touch_all,
    spoil_the_record,
    forge_the_record,
    restore_from_backup,
]
ORDERED = (INDEX_FILE, POSTERS_FILE)
TEMPLATE_EDITS = ["payee.html", "index.html", "base.html", "404.html", "page.css"]


@pytest.mark.slow
@settings(max_examples=15, phases=[Phase.explicit, Phase.generate])
@given(
    st.lists(
        ROSTERS | st.sampled_from(TAMPERINGS) | st.sampled_from(TEMPLATE_EDITS),
        min_size=2,
        max_size=5,
    ),
    ROSTERS,
)
def test_whatever_is_edited_in_between_a_build_is_as_one_from_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    changes: list[Roster | str | Callable[[Path], None]],
    roster: Roster,
) -> None:
    folder = tmp_path_factory.mktemp("build")
    templates = shutil.copytree(ROOT / "templates", folder / "templates")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sitegen.site_templates.TEMPLATES", templates)
        patch.setattr("sitegen.page.TEMPLATES", templates)
        patch.setattr("sitegen.inputs.FOLDERS", (templates, *FOLDERS[1:]))
        build_site(roster, folder / "site")
        for change in changes:
            if isinstance(change, Roster):
                roster = change
            elif isinstance(change, str):
                edit(templates / change, " ")
            else:
                change(folder / "site")
            build_site(roster, folder / "site")
            build_site(roster, folder / "clean")
            assert contents(folder / "site") == contents(folder / "clean")
            assert {path.name for path in folder.iterdir()} == {"templates", "site", "clean"}
            shutil.rmtree(folder / "clean")


def test_only_what_changed_is_made_again(tmp_path: Path) -> None:
    roster = make_roster("a", "b", "c")
    assert build_site(roster, tmp_path / "site").made == 3 + len(SITE_FILES)
    assert build_site(roster, tmp_path / "site").made == 0
    kept = (tmp_path / "site/b/index.html").stat()
    changed = make_roster("b", make_entry("c", description="Fish"), "a")
    assert build_site(changed, tmp_path / "site").made == 1 + len(ORDERED)
    assert (tmp_path / "site/b/index.html").stat() == kept
    other = replace(changed, site=replace(changed.site, title="Fair"))
    assert build_site(other, tmp_path / "site").made == 3 + len(SITE_FILES)


def test_what_a_change_of_a_payee_leaves_as_it_is_is_not_made_but_stays(tmp_path: Path) -> None:
    out = tmp_path / "site"
    before = build_site(make_roster("a", "b"), out)
    after = build_site(make_roster("a", make_entry("b", description="Fish")), out)
    same = {file for file, built in after.files.items() if before.files.get(file) == built}
    assert same == {
        "404.html", "till/index.html", "posters/index.html", "a/index.html",
        *filter(is_asset, before.files),
    }  # fmt: skip
    assert contents(out).keys() >= after.files.keys() == before.files.keys()


def test_one_lost_file_that_pages_fetch_is_made_again(tmp_path: Path) -> None:
    roster, out = make_roster("a"), tmp_path / "site"
    before = contents(out) if build_site(roster, out) else {}
    (out / next(filter(is_asset, build_site(roster, out).files))).unlink()
    build_site(roster, out)
    assert contents(out).keys() == before.keys()


def test_a_way_to_pay_brings_what_its_pages_fetch(tmp_path: Path) -> None:
    upi = parse_account({"upi": "abc@examplebank"}, holder="A")
    before = build_site(make_roster("a"), tmp_path / "site")
    after = build_site(make_roster(make_entry("a", pay_by=(upi,))), tmp_path / "site")
    anew = build_site(make_roster(make_entry("a", pay_by=(upi,))), tmp_path / "anew")
    assert after.files == anew.files != before.files


@pytest.mark.parametrize("folder", range(len(FOLDERS)))
def test_every_page_depends_on_all_templates_and_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: int
) -> None:
    copies = [shutil.copytree(path, tmp_path / str(n)) for n, path in enumerate(FOLDERS)]
    monkeypatch.setattr("sitegen.inputs.FOLDERS", copies)
    roster = make_roster("a", "b")
    listing = plan_listing(roster)
    before = page_inputs(roster, listing)
    assert before == page_inputs(roster, listing)
    (copies[folder] / "more").mkdir()
    (copies[folder] / "more" / "new.txt").write_text("")
    after = page_inputs(roster, listing)
    assert not {*before.pages.values(), before.assets} & {*after.pages.values(), after.assets}


MANY = """
import sys
from pathlib import Path
from sitegen.build import build_site
from testkit.rosters import make_entry, make_roster
entries = [make_entry(f"payee-{n}", aliases=(str(n),), amounts=("10",)) for n in range(250)]
build_site(make_roster(*entries), Path(sys.argv[1]), processes=int(sys.argv[2]))
"""


@pytest.mark.slow
def test_a_build_is_the_same_whoever_makes_it(tmp_path: Path) -> None:
    builds = [
        (1, {"PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata", "LC_ALL": "C"}),
        (2, {"PYTHONHASHSEED": "2", "TZ": "America/Lima", "LC_ALL": "C.UTF-8"}),
        (3, {"PYTHONHASHSEED": "3", "PYTHONOPTIMIZE": "1"}),
    ]
    for processes, environment in builds:
        command = [sys.executable, "-c", MANY, str(tmp_path / str(processes)), str(processes)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    first, *others = (contents(tmp_path / str(processes)) for processes, _ in builds)
    for other in others:
        assert [file for file in first | other if first.get(file) != other.get(file)] == []


@pytest.mark.parametrize("moves", range(4))
@pytest.mark.parametrize("then", ["go on", "go back"])
def test_a_build_cut_off_while_it_replaces_pages_is_made_good_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int, then: str
) -> None:
    first = make_roster("a", "b", "c")
    second = make_roster("a", make_entry("b", description="Fish"))
    build_site(first, tmp_path / "site")
    move, left = Path.replace, iter(range(moves))

    def cut_off(file: Path, target: Path) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt
        move(file, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", cut_off)
        with pytest.raises(KeyboardInterrupt):
            build_site(second, tmp_path / "site")
    wanted = second if then == "go on" else first
    build_site(wanted, tmp_path / "site")
    build_site(wanted, tmp_path / "clean")
    assert contents(tmp_path / "site") == contents(tmp_path / "clean")


def test_every_payee_with_a_mistake_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    templates = shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (templates / "payee.html").write_text(
        "{% if entry.amounts %}{{ no_such_thing.name }}"
        "{% elif entry.payee.status == 'open' %}{{ qr }}{% endif %}"
    )
    monkeypatch.setattr("sitegen.site_templates.TEMPLATES", templates)
    with pytest.raises(BuildFailed) as raised:
        build_site(
            make_roster(
                "a",
                make_entry("b", amounts=("10",)),
                "c",
                make_entry("d", status=PayeeStatus.AWAY),
            ),
            tmp_path / "site",
        )
    assert "at /b/: payee.html:1: 'no_such_thing' is undefined" in str(raised.value)
    assert "at /d/: the page shows no QR code" in str(raised.value)
    assert "/a/" not in str(raised.value)


def test_a_code_that_leads_elsewhere_fails_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sitegen.pages.qr_svg", lambda url, label: qr_svg(url.replace("/a/", "/b/"), label)
    )
    with pytest.raises(BuildFailed, match="at /a/: its QR code leads to https://pay"):
        build_site(make_roster("a", "b"), tmp_path / "site")
    assert not list(tmp_path.iterdir())


def upi_of(who: str) -> Account:
    return parse_account({"upi": f"{who}@examplebank", "holder": who})


def test_an_account_that_is_anothers_fails_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a poster's code to the page may stand one that leads straight to the bank."""
    own, others = upi_of("asha"), upi_of("eve")
    monkeypatch.setattr("sitegen.pages.static_code", lambda _, currency: code_of(others, currency))
    with pytest.raises(BuildFailed) as raised:
        build_site(make_roster(make_entry("a", pay_by=(own,))), tmp_path / "site")
    assert "at /posters/: " in str(raised.value)
    assert "eve@examplebank" in str(raised.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("whose", ["asha", "eve"])
def test_a_page_shows_no_banks_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    """Not even the payee's own: a payer's code has an amount, which the build does not know."""
    own, shown = upi_of("asha"), upi_of(whose)
    code = code_of(shown, "INR")
    monkeypatch.setattr(
        "sitegen.pages.qr_svg", lambda url, label: qr_svg(url, label) + qr_svg(code, label)
    )
    with pytest.raises(BuildFailed, match=f"at /a/: its QR code leads to upi://pay.*{whose}"):
        build_site(make_roster(make_entry("a", pay_by=(own,))), tmp_path / "site")


def test_pages_made_before_are_proven_when_asked(tmp_path: Path) -> None:
    roster = make_roster("a", "b")
    build_site(roster, tmp_path / "site")
    build_site(roster, tmp_path / "site", prove_all=True)
    shutil.copy(tmp_path / "site/a/index.html", tmp_path / "site/b/index.html")
    assert build_site(roster, tmp_path / "site", prove_all=True).made > 0


def test_a_file_that_changed_since_is_not_read(tmp_path: Path) -> None:
    build = build_site(make_roster("a"), tmp_path / "site")
    edit(tmp_path / "site/a/index.html", "changed")
    with pytest.raises(BuildFailed, match="changed after it was built"):
        build.read("a/index.html")


@pytest.mark.slow
def test_a_process_of_the_pool_never_enters_the_minifier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its threads, those of Go, are not in a forked process."""
    string = minify.string

    def in_parent_only(media_type: str, text: str) -> str:
        assert multiprocessing.parent_process() is None
        minified: str = string(media_type, text)
        return minified

    cached_minify.cache_clear()
    monkeypatch.setattr("minify.string", in_parent_only)
    build_site(make_roster(*(f"payee-{n}" for n in range(210))), tmp_path / "site", processes=2)


@pytest.mark.parametrize(
    ("file", "mistake", "complaint"),
    [
        ("payee.html", "{% if %}", r"payee.html:\d+: Expected an expression"),
        ("js/payee.js", "let = = 1;", r"js/payee.js:\d+: unexpected"),
    ],
)
def test_a_slip_that_spoils_all_pages_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, mistake: str, complaint: str
) -> None:
    templates = shutil.copytree(ROOT / "templates", tmp_path / "templates")
    edit(templates / file, mistake)
    for module in ("site_templates", "page"):
        monkeypatch.setattr(f"sitegen.{module}.TEMPLATES", templates)
    roster = make_roster(*(f"payee-{n}" for n in range(210)))
    with pytest.raises(BuildFailed, match=f"and 205 more: {complaint}"):
        build_site(roster, tmp_path / "site", processes=2)


@pytest.mark.parametrize("spare", [0, 1])
def test_without_processes_to_spare_one_makes_all_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spare: int
) -> None:
    fork, forks = os.fork, iter(range(spare))

    def rarely() -> int:
        if next(forks, None) is None:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return fork()

    roster = make_roster(*(f"payee-{number}" for number in range(210)))
    monkeypatch.setattr("os.fork", rarely)
    build_site(roster, tmp_path / "site", processes=2)
    assert contents(tmp_path / "site").keys() == built_files(roster) | {MARKER}
    assert not multiprocessing.active_children()


@pytest.mark.slow
def test_many_pages_are_made_on_several_processes_and_mistakes_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [make_entry(f"payee-{number}") for number in range(210)]
    roster = make_roster(*entries, *hostile_roster().entries)
    told: list[tuple[int, int]] = []
    build_site(
        roster, tmp_path / "site", processes=2, progress=lambda done, of: told.append((done, of))
    )
    assert contents(tmp_path / "site").keys() == built_files(roster) | {MARKER}
    assert told[-1] == (len(built_files(roster)), len(built_files(roster)))
    templates = shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (templates / "payee.html").write_text("{{ no_such_thing.name }}")
    monkeypatch.setattr("sitegen.site_templates.TEMPLATES", templates)
    monkeypatch.setattr("sitegen.inputs.FOLDERS", (templates, *FOLDERS[1:]))
    with pytest.raises(BuildFailed, match=r"213 more: payee\.html:1: 'no_such_thing' is undefined"):
        build_site(roster, tmp_path / "site", processes=2)
    assert contents(tmp_path / "site").keys() == built_files(roster) | {MARKER}
