"""What a Lambda loads and does not use is not in its zip."""

from pathlib import Path

import pytest

from infra.fast_start.stand_ins import put_stand_ins


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
