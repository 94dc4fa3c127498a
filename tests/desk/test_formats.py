"""What programs get: the same documents in each format, and the file left open."""

import io
import json
from collections.abc import Iterator

import pytest

from desk.formats import BINARY, FORMATS, write_documents
from desk.spreadsheet import BOM

DOCUMENTS: list[dict[str, object]] = [
    {"name": "Chai ☕", "events": []},
    {"name": "=1+1", "events": [{"n": 1}]},
]
COLUMNS = ("name", "events")
WRITTEN = {
    "csv": 'name,events\r\nChai ☕,[]\r\n\'=1+1,"[{""n"": 1}]"\r\n',
    "jsonl": '{"name": "Chai ☕", "events": []}\n{"name": "=1+1", "events": [{"n": 1}]}\n',
    "json": '[\n{"name": "Chai ☕", "events": []},\n{"name": "=1+1", "events": [{"n": 1}]}\n]\n',
}


STREAMED = sorted(WRITTEN)


def test_every_format_but_workbooks_is_text_as_it_comes() -> None:
    assert sorted({*WRITTEN, BINARY}) == sorted(FORMATS)


@pytest.mark.parametrize("format_name", STREAMED)
def test_each_format_writes_every_document(format_name: str) -> None:
    out = io.BytesIO()
    assert write_documents(out, DOCUMENTS, COLUMNS, format_name) == 2
    assert out.getvalue().decode() == WRITTEN[format_name]
    assert not out.closed


def test_no_documents_are_still_csv_and_json() -> None:
    written = {}
    for format_name in STREAMED:
        out = io.BytesIO()
        assert write_documents(out, [], COLUMNS, format_name) == 0
        written[format_name] = out.getvalue().decode()
    assert written == {"csv": "name,events\r\n", "jsonl": "", "json": "[]\n"}
    assert json.loads(written["json"]) == []


@pytest.mark.parametrize("format_name", STREAMED)
def test_a_byte_order_mark_is_for_csv_only(format_name: str) -> None:
    out = io.BytesIO()
    write_documents(out, DOCUMENTS, COLUMNS, format_name, bom=True)
    assert out.getvalue().decode().startswith(BOM) is (format_name == "csv")


@pytest.mark.parametrize("format_name", STREAMED)
def test_what_came_before_a_failure_is_written(format_name: str) -> None:
    assert "Chai ☕" in written_before_a_failure(format_name).decode()


def test_a_workbook_is_written_whole_or_not_at_all() -> None:
    assert written_before_a_failure(BINARY) == b""


def written_before_a_failure(format_name: str) -> bytes:
    def documents() -> Iterator[dict[str, object]]:
        yield DOCUMENTS[0]
        raise OSError("gone")

    out = io.BytesIO()
    with pytest.raises(OSError, match="gone"):
        write_documents(out, documents(), COLUMNS, format_name)
    return out.getvalue()
