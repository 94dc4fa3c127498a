"""What a Lambda loads and does not use is not in its zip."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra.fast_start.stand_ins import put_stand_ins

if TYPE_CHECKING:
    from collections.abc import Callable


def test_zappas_handler_does_without_asyncio(tmp_path: Path) -> None:
    handler = tmp_path / "handler.py"
    handler.write_text(
        "import asyncio\nimport json\nis_it = asyncio.iscoroutinefunction(json.loads)\n"
    )
    put_stand_ins(tmp_path)
    found: dict[str, object] = {}
    exec(handler.read_text(), found)
    assert found["is_it"] is False
    assert "import asyncio\n" not in handler.read_text()


@pytest.mark.parametrize("source", ["import json\n", "import asyncio\nasyncio.run(x)\n"])
def test_another_handler_is_looked_at_by_people(source: str, tmp_path: Path) -> None:
    (tmp_path / "handler.py").write_text(source)
    with pytest.raises(ValueError, match="stand_ins"):
        put_stand_ins(tmp_path)


def test_of_what_no_request_uses_there_is_a_stand_in_alone_that_refuses_to_be_used(
    tmp_path: Path,
) -> None:
    for file in ("jinja2/environment.py", "click/core.py", "itsdangerous/timed.py"):
        (tmp_path / file).parent.mkdir()
        (tmp_path / file).write_text("")
    put_stand_ins(tmp_path)
    for package in ("jinja2", "click", "itsdangerous"):
        assert [path.name for path in (tmp_path / package).iterdir()] == ["__init__.py"]
    found: dict[str, Callable[[], object]] = {}
    exec((tmp_path / "jinja2/__init__.py").read_text(), found)
    with pytest.raises(RuntimeError, match="no templates are in this zip"):
        found["Environment"]()


def test_zappas_handler_does_without_tarfile(tmp_path: Path) -> None:
    handler = tmp_path / "handler.py"
    handler.write_text("import asyncio\nimport tarfile\n")
    put_stand_ins(tmp_path)
    assert "import tarfile" not in handler.read_text()
