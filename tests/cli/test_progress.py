"""A bar is for a terminal, and as wide as that."""

import io
import re

import pytest

from cli.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(steps: int, stderr: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("sys.stderr", stderr)
    with progress_bar("Uploading") as show:
        for step in range(0, steps + 1, 10):
            show(step, steps)
    return stderr.getvalue()


@pytest.mark.parametrize("columns", [30, 40, 80, 200])
def test_a_bar_is_never_wider_than_the_terminal(
    columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    output = re.sub(r"\x1b\[[?0-9]+[a-zA-Z]", "", shown(1000, Terminal(), monkeypatch))
    lines = re.split(r"[\r\n]", output)
    assert "100%" in lines[-2]
    assert max(map(len, lines)) <= columns


def test_little_work_has_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(100, Terminal(), monkeypatch) == ""


def test_a_pipe_has_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(1000, io.StringIO(), monkeypatch) == ""
