"""References as people hand over many of them: one a line, or in a listing that `payees` wrote."""

import csv
import io
import json

from desk.spreadsheet import BOM, NotRows, read_csv

_FIELD = "reference"


def read_reference_list(text: str) -> list[str]:
    """What stands for payments in `text`, as it was typed: a line for each, blank ones and what
    follows a `#` aside; or the `reference` of each row of CSV or JSON (lines or an array).

    Raises NotRows.
    """
    text = text.removeprefix(BOM)
    start = text.lstrip()[:1]
    if start in ("{", "["):
        return list(map(_reference_of, _documents(text, start)))
    head = next(csv.reader(io.StringIO(text, newline="")), [])
    if len(head) > 1 and _FIELD not in head:
        raise NotRows(f"1: none of its columns is called “{_FIELD}”")
    if _FIELD in head:
        return [row[_FIELD] for _, row in read_csv(io.StringIO(text, newline=""), head)]
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    return [line for line in lines if line]


def _documents(text: str, start: str) -> list[object]:
    try:
        if start == "[":
            documents: list[object] = json.loads(text)
            return documents
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except json.JSONDecodeError as error:
        raise NotRows(f"{error.lineno}: {error.msg}") from error


def _reference_of(document: object) -> str:
    if isinstance(document, dict) and isinstance(reference := document.get(_FIELD), str):
        return reference
    raise NotRows(f"1: each JSON object must have a “{_FIELD}”")
