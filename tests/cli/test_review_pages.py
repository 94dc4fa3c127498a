"""Pages of `payees reconcile --review` on a real terminal: one key for questions that are alike."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from wcwidth import wcswidth

from desk.deciding.plan import read_plan
from desk.settling.reasons import NAME_FITS, NO_NAME_FITS, REFERENCE
from tests.cli.test_review import REVIEW, terminal
from tests.desk.deciding.test_pages import BY_NUMBER, row
from tests.desk.deciding.test_review import sheet_of

OTHER_AMOUNT = f"{REFERENCE}, but 10.00 INR too much"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Four lines that fit, three with another amount, and three of which no name is a claim's."""
    rows = [row(n, n, BY_NUMBER, "Mum") for n in range(4)]
    rows += [row(n, n, OTHER_AMOUNT, "Asha", claimed="40.00 INR") for n in range(4, 7)]
    rows += [row(n, 7, NO_NAME_FITS, "Dad", name=f"LATA {n}") for n in range(7, 10)]
    (tmp_path / "plan.csv").write_bytes(sheet_of(*rows).content())
    return tmp_path


def said(folder: Path) -> Counter[tuple[str, str]]:
    rows = csv.DictReader((folder / "plan.csv").read_text("utf-8-sig").splitlines())
    return Counter((row["payer_id"], row["settle"]) for row in rows)


def test_one_key_answers_a_page_and_what_is_taken_out_is_asked_by_itself(plan: Path) -> None:
    with terminal(plan, *REVIEW, NO_COLOR="1") as shown:
        shown.until("1-4 of 10  nothing else fits these")
        shown.until(BY_NUMBER)
        shown.until("2  2026-03-03  50.00 INR  ASHA RAO  · ≠ Mum  for shilpa")
        shown.until("y yes to all · 1-4 by itself · n none · s skip")
        shown.press("42")
        shown.until("By themselves: 4\r\n")
        shown.until("By themselves: 2 4\r\n")
        shown.press("4")
        shown.until("By themselves: 2\r\n")
        shown.press("?")
        shown.until("this one is asked by itself, after the page")
        shown.until("? help ")
        assert said(plan)["Mum", "yes"] == 0
        shown.press("y")
        shown.until("4 of 10  march.csv:1")
        shown.until("? help ")
        assert said(plan)["Mum", "yes"] == 3
        shown.press("n")
        shown.until("5-7 of 10  something speaks against these")
        shown.until("· Asha  ≠ 40.00 INR  for shilpa")
        shown.press("y")
        shown.until("Confirm these 3 all the same? y/n ")
        shown.press("n")
        shown.until("? help ")
        assert said(plan)["Asha", ""] == 3
        shown.press("n")
        shown.until("8-10 of 10  no claim has these names")
        shown.until("LATA 7  · perhaps  Dad")
        shown.until("1-3 by itself")
        shown.press("y")  # of none of them a claim is suggested
        shown.until("none of these lines pays for a claim")
        shown.press("3n")
        shown.until("10 of 10  march.csv:9")
        shown.press("1")
        assert shown.ended() == 0
    assert said(plan) == {
        ("Mum", "yes"): 3, ("Mum", "no"): 1, ("Asha", "no"): 3, ("Dad", "no"): 2, ("Dad", "yes"): 1,
    }  # fmt: skip


def test_a_page_is_taken_back_and_survives_ctrl_c(plan: Path) -> None:
    with terminal(plan, *REVIEW) as shown:
        shown.until("? help ")
        shown.press("y")
        shown.until("5-7 of 10")
        shown.press("u")
        shown.until("Taken back.")
        shown.until("1-4 of 10")
        assert said(plan)["Mum", ""] == 4
        shown.press("yy")
        shown.until("all the same? y/n ")
        shown.press("\x03")
        assert shown.ended() == 130
    assert "plan.csv says: yes 4; open 6." in shown.text
    assert said(plan) == {("Mum", "yes"): 4, ("Asha", ""): 3, ("Dad", ""): 3}


def test_pages_that_are_skipped_come_again(plan: Path) -> None:
    with terminal(plan, *REVIEW) as shown:
        for words in ("1-4 of 10", "1-3 of 10", "1-3 of 10", "Again:", "1-4 of 10"):
            shown.until(words)
            if words != "Again:":
                shown.until("? help ")
                shown.press("s" if shown.text.count("Again:") == 0 else "q")
        assert shown.ended() == 0
    assert said(plan)["Mum", "yes"] == 0


def test_no_page_is_wider_than_the_terminal(tmp_path: Path) -> None:
    long = "A" * 30
    rows = [row(n, n, BY_NUMBER, f"{long} {n}", f"שירה {long}") for n in range(3)]
    rows += [row(3, 3, NAME_FITS, "Asha"), row(3, 4, NAME_FITS, "Asha Rao")]
    (tmp_path / "plan.csv").write_bytes(sheet_of(*rows).content())
    with terminal(tmp_path, *REVIEW, width=60, NO_COLOR="1") as shown:
        shown.until("? help ")
        shown.press("q")
        assert shown.ended() == 0
    page = shown.text.partition("y yes to all")[0]
    assert max(map(wcswidth, page.split("\r\n"))) < 60
    assert f"{long} 2" in page


def test_parts_are_accepted_and_the_plan_can_be_applied(tmp_path: Path) -> None:
    told = "2 references are in it, which together are it"
    rows = [
        row(1, 1, told, "Asha", claimed="20.00 INR"), row(1, 2, told, "Mum", claimed="30.00 INR"),
        row(2, 3, told, "Ben", claimed="20.00 INR"), row(2, 4, told, "Dad", claimed="30.00 INR"),
    ]  # fmt: skip
    (tmp_path / "plan.csv").write_bytes(sheet_of(*rows).content())
    with terminal(tmp_path, *REVIEW) as shown:
        shown.until("? help ")
        shown.press("p")
        shown.until("Which, such as 1 2 [1 2]: ")
        shown.press("\n")
        shown.until("2 of 2")
        shown.until("? help ")
        assert said(tmp_path)["Asha", "part"] == 1
        shown.press("p")
        shown.until("Which, such as 1 2 [1 2]: ")
        shown.press("2+1\n")
        assert shown.ended() == 0
    assert "plan.csv says: part 4; open 0." in shown.text
    decisions = read_plan((tmp_path / "plan.csv").read_text(), include_likely=False)
    assert sorted(one.part for one in decisions) == [1, 1, 2, 2]
