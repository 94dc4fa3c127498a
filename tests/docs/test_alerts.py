"""docs/alerts.md says what forwarders may post and how patterns are written: held against the
code, and its pattern is tried."""

import re
from pathlib import Path

from cli.intake.patterns_file import check_patterns
from desk.alerts.pattern import PIECES
from intake.door import PROBLEMS
from intake.reading import SENDERS, TEXTS, TIMES
from testkit.demo_process import ROOT

PAGE = (ROOT / "docs/alerts.md").read_text("utf-8")


def table(head: str) -> dict[str, str]:
    """The table that begins so, its last cells by its first ones."""
    rows = PAGE.partition(f"| {head} |")[2].partition("\n\n")[0].splitlines()[2:]
    cells = [row.strip("|").split(" | ") for row in rows]
    return {one[0].strip(): one[-1] for one in cells}


def names(text: str) -> set[str]:
    return {name.lower() for name in re.findall(r"`([\w-]+)`", text)}


def test_the_pattern_on_the_page_reads_its_example(tmp_path: Path) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "alerts.yaml"
    path.write_text(block)
    found = check_patterns(path)
    assert list(found.told()) == []
    assert len(found.examples) == 1


def test_every_piece_is_told_and_no_other() -> None:
    assert {name.strip("`{}") for name in table("piece")} == set(PIECES)


def test_names_of_fields_that_are_told_are_read() -> None:
    told = table("field")
    assert names(told["from"]) <= set(SENDERS)
    assert names(told["text"]) <= set(TEXTS)
    assert names(told["time"]) <= set(TIMES)


def test_every_answer_is_told() -> None:
    text = " ".join(table("answer"))
    told = dict(re.findall(r"(?<!\d)([45]\d\d) `([\w-]+)`", text))
    mine = {str(status): code for code, (status, _) in PROBLEMS.items()}
    assert {"401", "400", "422", "413", "503"} == told.keys()
    assert told.items() <= mine.items()
