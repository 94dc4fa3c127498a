"""What `make load` makes of answers and rows."""

import pytest

from tools.load import Load, reconcile


@pytest.mark.parametrize(
    ("answers", "rows", "lost", "doubled"),
    [
        ([("201", "A"), ("200", "A"), ("201", "B")], ["A", "B"], 0, 0),
        ([("201", "A")], ["A", "B"], 0, 0),  # B's answer was on its way when wrk hung up
        ([("503", "-"), ("201", "A")], ["A"], 0, 0),
        ([("201", "A"), ("201", "B")], ["A"], 1, 0),
        ([("200", "A")], [], 1, 0),
        ([("201", "A"), ("201", "A")], ["A"], 0, 1),
        ([("201", "A")], ["A", "A"], 0, 1),
    ],
)
def test_what_was_acknowledged_is_in_the_table_once(
    answers: list[tuple[str, str]], rows: list[str], lost: int, doubled: int
) -> None:
    found = reconcile(answers, rows)
    assert (found["lost"], found["doubled"]) == (lost, doubled)
    load = Load(**found, requests=9, per_second=1, p50_ms=1, p99_ms=1, answered={}, broken=0)
    assert load.kept_its_promise is (lost == doubled == 0)


def test_nothing_acknowledged_is_no_promise_kept() -> None:
    found = reconcile([("503", "-")], [])
    assert not Load(
        **found, requests=9, per_second=1, p50_ms=1, p99_ms=1, answered={}, broken=0
    ).kept_its_promise
