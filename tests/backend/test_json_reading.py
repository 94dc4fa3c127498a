"""Request bodies: what is taken for JSON, and what is refused though a parser would take it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.json_reading import MalformedJson, parse_json_object
from payments.payment import NumberText


def test_an_object_is_read_with_its_text_unchanged() -> None:
    assert parse_json_object('{"a": "\u00e9 \\u00e9 \\ud83d\\ude00", "b": null}'.encode()) == {
        "a": "\u00e9 \u00e9 \U0001f600",
        "b": None,
    }


@pytest.mark.parametrize("text", ["50", "50.0", "50.10", "-0", "1e3", "1E400", "9" * 4000])
def test_numbers_keep_their_literal_text(text: str) -> None:
    value = parse_json_object(f'{{"n": {text}}}'.encode())["n"]
    assert isinstance(value, NumberText)
    assert value == text


def test_a_string_of_digits_is_no_number() -> None:
    assert not isinstance(parse_json_object(b'{"n": "50"}')["n"], NumberText)


def test_booleans_stay_booleans() -> None:
    assert parse_json_object(b'{"t": true, "f": false}') == {"t": True, "f": False}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "Expecting value at line 1, column 1"),
        (b"   ", "Expecting value"),
        (b"{", "Expecting property name"),
        (b'{"a": 1', "delimiter"),
        (b'{"a": 1,}', "at line 1"),
        (b'{"a": 1} {"a": 1}', "Extra data at line 1, column 10"),
        (b"{'a': 1}", "Expecting property name"),
        (b'{"a": 1} // comment', "Extra data"),
        (b'{"a": 01}', "delimiter"),
        (b'{"a": +1}', "Expecting value"),
        (b'{"a": .5}', "Expecting value"),
        (b'{"a": 5.}', "delimiter"),
        (b'{"a": 0x10}', "delimiter"),
        (b'{"a": undefined}', "Expecting value"),
        (b'{"a": "\n"}', "control character"),
        (b'{"a": "\x00"}', "control character"),
        (b'{"a": "\\x41"}', "escape"),
        (b'{"a": "\\u12"}', "escape"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": [Infinity]}', "Infinity is not JSON"),
        (b'{"a": -Infinity}', "-Infinity is not JSON"),
        (b'{"a": 1, "a": 1}', "the same key"),
        (b'{"a": 1, "\\u0061": 2}', "the same key"),
        (b'{"x": {"a": 1, "a": 2}}', "the same key"),
        (b'{"a": "\\ud800"}', "lone surrogate"),
        (b'{"a": "\\udc00\\ud800"}', "lone surrogate"),
        (b'{"\\ud800": 1}', "lone surrogate"),
        (b'\xef\xbb\xbf{"a": 1}', "byte order mark"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        ('{"a": 1}'.encode("utf-16-le"), "Expecting property name"),
        ('{"a": "\u00e9"}'.encode("latin-1"), "not UTF-8"),
        (b'{"a": "\xed\xa0\x80"}', "not UTF-8"),
        (b'{"a": "\xc0\xae"}', "not UTF-8"),
        (b"null", "must be a JSON object"),
        (b"true", "must be a JSON object"),
        (b"5", "must be a JSON object"),
        (b'"text"', "must be a JSON object"),
        (b'[{"a": 1}]', "must be a JSON object"),
        (b"[" * 4096, "at line 1|nested too deeply"),
        (b"[" * 2048 + b"]" * 2048, "nested too deeply|must be a JSON object"),
        (b'{"a":' * 800, "Expecting value|nested too deeply"),
    ],
)
def test_anything_that_is_not_one_plain_object_is_refused(body: bytes, sentence: str) -> None:
    with pytest.raises(MalformedJson, match=sentence):
        parse_json_object(body)


@given(st.dictionaries(st.text(), st.text() | st.booleans() | st.none()))
def test_whatever_the_standard_writes_is_read_back(document: dict[str, object]) -> None:
    assert parse_json_object(json.dumps(document).encode()) == document
    assert parse_json_object(json.dumps(document, ensure_ascii=False).encode()) == document


@given(st.binary() | st.text('{}[]",:0123456789.eE+-\\u truefalsn').map(str.encode))
def test_no_bytes_whatever_break_the_reader(body: bytes) -> None:
    try:
        document = parse_json_object(body)
    except MalformedJson:
        return
    assert document.keys() == json.loads(body).keys()
