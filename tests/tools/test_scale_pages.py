"""The table of `make bench-scale`: what is told of pairs, and when a target is missed."""

from dataclasses import asdict

from tools.scale_pages import Row, missed, scale_block, scale_table

COMMAND = Row("a command", "s", most=0.5, of="ratio")


def test_one_pair_in_which_another_program_was_at_work_misses_nothing() -> None:
    row = COMMAND.told([0.4, 0.4, 3.0], [1.0, 1.0, 1.0])
    assert (row.before, row.now, row.ratio) == (1.0, 0.4, 0.4)
    assert missed([row]) == []
    assert missed([COMMAND.told([0.4, 0.6, 3.0], [1.0, 1.0, 1.0])]) == ["a command"]


def test_the_ratio_is_that_of_pairs_and_not_of_medians() -> None:
    """A machine that slows down half-way slows both of a pair."""
    row = COMMAND.told([0.4, 4.0, 4.0], [1.0, 10.0, 5.0])
    assert row.ratio == 0.4


def test_a_target_is_of_what_is_now_unless_it_is_of_the_ratio() -> None:
    assert Row("pages", "", least=0.6).told([0.59]).is_missed
    assert not Row("pages", "", least=0.6).told([0.6]).is_missed
    assert not Row("seconds", "s", most=1).told([1.0], [0.1]).is_missed


def told(load: float) -> dict[str, object]:
    rows = [
        COMMAND.told([0.6], [1.0]),
        Row("Lambda", "", 0.24, 0.17, 0.7, floor=0.16, most=0.2),
        Row("only now", "s", most=1).told([12.34]),
    ]
    return {
        "scale": {
            "commit": "0b72d41",
            "day": "1 May 2026",
            "minutes": 7,
            "cores": 2,
            "load": load,
            "rows": [asdict(row) for row in rows],
        }
    }


def test_the_table_has_then_now_and_the_floor_and_says_what_is_missed() -> None:
    assert scale_table(told(0.1)).splitlines()[2:] == [
        "| a command | 1.00 s | 0.60 s | 0.60 |  | ≤ 0.5 x then, missed |",
        "| Lambda | 0.24 | 0.17 | 0.70 | 0.16 | ≤ 0.2 |",
        "| only now |  | 12.3 s |  |  | ≤ 1 s, missed |",
    ]


def test_a_run_on_a_busy_machine_says_so() -> None:
    assert "one run of 7 minutes, on 1 May 2026" in scale_block(told(0.1))
    assert "nothing else to do" in scale_block(told(0.1))
    assert "other work to do (a load of 7.6 before it began)" in scale_block(told(7.6))
