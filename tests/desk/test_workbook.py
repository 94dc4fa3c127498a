"""A workbook holds what it was given: text as text, money as a number that is exact, real dates.
It is read back by another library, and its XML looked through for what no reader would show."""

import errno
import io
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from desk.fields import EXPORT_COLUMNS
from desk.totals import TOTAL_FIELDS
from desk.workbook import AMOUNTS, TIMES, NotForExcel, write_workbook
from payments.documents import full_document
from payments.events import History
from testkit.factories import FAMILY, PERSIAN, largest_money, make_event, make_payment
from testkit.rosters import HOSTILE_NAMES

HOSTILE = [
    *HOSTILE_NAMES,
    *(
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "A;=cmd|' /C calc'!A0",
        "'=1",
        "{=1+1}",
        "http://x.y",
    ),
    *(
        "<r></r>",
        "<r></r></is></c><c><f>1+1</f></c></r>",
        "<r>",
        "_x003D_1",
        "&amp;",
        "1e5",
        "0042",
    ),
    *("\u05d3\u05d5\u05d3", FAMILY, PERSIAN, " two  spaces ", ""),
]


def written(documents: list[dict[str, object]], *columns: str) -> io.BytesIO:
    out = io.BytesIO()
    assert write_workbook(out, documents, columns) == len(documents)
    assert not out.closed
    return out


def cells(out: io.BytesIO) -> list[list[object]]:
    """Below the head. _x003D_ is how the format writes a character; openpyxl leaves it so."""
    sheet = openpyxl.load_workbook(out).active
    values = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    return [[unescape(one) if isinstance(one, str) else one for one in row] for row in values]


def elements(out: io.BytesIO) -> set[str]:
    root = ET.fromstring(zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml"))
    return {element.tag.rpartition("}")[2] for element in root.iter()}


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_people_write_is_text_and_never_a_formula(text: str) -> None:
    out = written([{"payer_id": text, "reason": "after"}], "payer_id", "reason")
    assert not elements(out) & {"f", "hyperlink", "hyperlinks", "oleObject"}
    [[name, after]] = cells(out)
    assert (name or "", after) == (text, "after")  # it reads an empty text as nothing


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=50))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    [[name, _]] = cells(written([{"a": text, "b": "after"}], "a", "b"))
    assert (name or "") == text


@pytest.mark.parametrize(
    ("currency", "digits", "pattern"),
    [("JPY", 0, "#,##0"), ("INR", 2, "#,##0.00"), ("KWD", 3, "#,##0.000")],
)
def test_the_largest_amount_is_an_exact_number(currency: str, digits: int, pattern: str) -> None:
    money = largest_money(currency, digits)
    out = written([full_document(History(make_payment(money=money)))], "amount", "currency")
    cell = openpyxl.load_workbook(out).active["A2"]
    assert (cell.data_type, cell.number_format) == ("n", pattern)
    assert Decimal(f"{cell.value:.{digits}f}") == Decimal(money.amount)


@given(st.decimals(0, 10**12 - 1, places=3, allow_nan=False))
def test_every_amount_is_the_number_nearest_to_it(amount: Decimal) -> None:
    [[number]] = cells(written([{"amount": str(amount)}], "amount"))
    assert number == float(amount)
    assert f"{number:.3f}" == str(amount)


def test_a_sum_of_more_digits_than_a_number_holds_is_text() -> None:
    [[total]] = cells(written([{"recorded": "12345678901234.567"}], "recorded"))
    assert total == "12345678901234.567"


@pytest.mark.parametrize(
    ("text", "local", "zone"),
    [
        ("2026-03-01T15:00:00.123+05:30", "2026-03-01T15:00:00.123", '"+05:30"'),
        ("2026-03-01T04:30:00.123-05:00", "2026-03-01T04:30:00.123", '"-05:00"'),
        ("2026-03-01T09:30:00.123Z", "2026-03-01T09:30:00.123", '"UTC"'),
    ],
)
def test_a_time_is_a_date_with_its_zone_behind_it(text: str, local: str, zone: str) -> None:
    out = written([{"recorded_at": text}], "recorded_at")
    cell = openpyxl.load_workbook(out).active["A2"]
    assert cell.value == datetime.fromisoformat(local)
    assert cell.number_format.endswith(zone)


def test_counts_are_numbers_and_what_is_not_known_is_blank() -> None:
    assert cells(written([{"payments": 3, "method": None}], "payments", "method")) == [[3, None]]


def test_every_column_of_money_and_time_is_known() -> None:
    names = {*EXPORT_COLUMNS, *TOTAL_FIELDS}
    assert names > AMOUNTS | TIMES
    document = full_document(History(make_payment(), (make_event(),)))
    [row] = cells(written([document], *EXPORT_COLUMNS))
    kinds = dict(zip(EXPORT_COLUMNS, map(type, row), strict=True))
    assert {name for name, kind in kinds.items() if kind in (int, float)} == {"amount"}
    assert {name for name, kind in kinds.items() if kind is datetime} == TIMES


def test_what_a_cell_has_no_room_for_is_told_and_nothing_is_cut_off() -> None:
    out = io.BytesIO()
    with pytest.raises(NotForExcel, match=r"row 3, events: .* 32 767 characters"):
        write_workbook(out, [{"events": "x" * 32767}, {"events": "x" * 32768}], ["events"])
    assert out.getvalue() == b""


def test_a_full_disk_is_the_systems_error_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def documents() -> Iterator[dict[str, object]]:
        yield {"payer_id": "Asha"}
        [folder] = tmp_path.iterdir()
        assert folder.stat().st_mode & 0o077 == 0
        raise OSError(errno.ENOSPC, "No space left on device")

    out = io.BytesIO()
    with pytest.raises(OSError, match="No space left"):
        write_workbook(out, documents(), ["payer_id"])
    assert (out.getvalue(), list(tmp_path.iterdir())) == (b"", [])
