"""Bodies that are mistaken or malicious: a clear refusal, never an error of ours, no payment."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testkit.factories import make_document
from tests.backend.api import Api, problem


def with_raw(field: str, value: str) -> bytes:
    """An ordinary body with `value` as the raw JSON of one field."""
    document = json.dumps(make_document() | {field: "VALUE"})
    return document.replace('"VALUE"', value).encode("utf-8", "surrogatepass")


MALFORMED = {
    "empty": b"",
    "blank": b" \n",
    "null": b"null",
    "true": b"true",
    "number": b"50",
    "string": b'"50"',
    "array": b"[]",
    "array-of-one": b'[{"payer_id": "Asha", "amount": "50"}]',
    "truncated": b'{"payer_id": "Asha", "amount": "50"',
    "trailing-comma": b'{"payer_id": "Asha", "amount": "50",}',
    "two-documents": b'{"payer_id": "Asha", "amount": "50"}{}',
    "comment": b'{"payer_id": "Asha", /* hello */ "amount": "50"}',
    "single-quotes": b"{'payer_id': 'Asha', 'amount': '50'}",
    "form": b"payer_id=Asha&amount=50",
    "xml": b"<payment><amount>50</amount></payment>",
    "byte-order-mark": b"\xef\xbb\xbf" + with_raw("amount", '"50"'),
    "utf-16": json.dumps(make_document()).encode("utf-16"),
    "utf-16-le": json.dumps(make_document()).encode("utf-16-le"),
    "utf-32": json.dumps(make_document()).encode("utf-32"),
    "latin-1": b'{"payer_id": "Andr\xe9", "amount": "50"}',
    "overlong-utf-8": b'{"payer_id": "\xc0\x80", "amount": "50"}',
    "encoded-surrogate": b'{"payer_id": "\xed\xa0\x80", "amount": "50"}',
    "nul": b"\x00",
    "nul-after": with_raw("amount", '"50"') + b"\x00",
    "raw-newline": b'{"payer_id": "As\nha", "amount": "50"}',
    "duplicate-amount": b'{"payer_id": "Asha", "amount": "1", "amount": "50"}',
    "duplicate-escaped": b'{"payer_id": "Asha", "amount": "1", "\\u0061mount": "50"}',
    "nested-duplicate": with_raw("reason", '{"a": 1, "a": 2}'),
    "nan": with_raw("amount", "NaN"),
    "infinity": with_raw("amount", "Infinity"),
    "minus-infinity": with_raw("amount", "-Infinity"),
    "leading-zero": with_raw("amount", "050"),
    "plus": with_raw("amount", "+50"),
    "bare-point": with_raw("amount", ".5"),
    "point-after": with_raw("amount", "50."),
    "hexadecimal": with_raw("amount", "0x32"),
    "underscore": with_raw("amount", "5_0"),
    "lone-surrogate": with_raw("payer_id", '"\\ud800"'),
    "reversed-surrogates": with_raw("reason", '"\\ude00\\ud83d"'),
    "surrogate-key": b'{"\\udfff": 1}',
}

DEEP = {
    "deep-arrays": b"[" * 2000 + b"]" * 2000,
    "deep-objects": b'{"a":' * 680 + b"1" + b"}" * 680,
    "deep-unclosed": b"[" * 4096,
    "deep-inside": with_raw("reason", "[" * 1900 + "]" * 1900),
}

INVALID = {
    "empty-object": b"{}",
    "nulls": b'{"payer_id": null, "amount": null, "currency": null, "reason": null}',
    "amount-null": with_raw("amount", "null"),
    "amount-true": with_raw("amount", "true"),
    "amount-array": with_raw("amount", "[50]"),
    "amount-object": with_raw("amount", '{"value": 50}'),
    "amount-zero": with_raw("amount", "0"),
    "amount-minus-zero": with_raw("amount", "-0"),
    "amount-minus": with_raw("amount", "-50"),
    "amount-exponent": with_raw("amount", "5e1"),
    "amount-exponent-string": with_raw("amount", '"5e1"'),
    "amount-huge-exponent": with_raw("amount", "1e999999999"),
    "amount-thousands-of-digits": with_raw("amount", "9" * 3900),
    "amount-thousands-of-decimals": with_raw("amount", "50." + "0" * 3900),
    "amount-float-noise": with_raw("amount", "50.00000000000001"),
    "amount-decimals": with_raw("amount", '"50.001"'),
    "amount-arabic": with_raw("amount", '"\u0665\u0660"'),
    "amount-full-width": with_raw("amount", '"\uff15\uff10"'),
    "amount-grouped": with_raw("amount", '"1,000"'),
    "amount-spaced": with_raw("amount", '" 50"'),
    "amount-newline": with_raw("amount", '"50\\n"'),
    "amount-nul": with_raw("amount", '"50\\u0000"'),
    "amount-with-sign": with_raw("amount", '"\u20b950"'),
    "amount-sql": with_raw("amount", '"50; DROP TABLE payments"'),
    "amount-nan-string": with_raw("amount", '"NaN"'),
    "amount-above-the-most": with_raw("amount", '"10000.01"'),
    "amount-13-digits": with_raw("amount", "1000000000000"),
    "payer-number": with_raw("payer_id", "7"),
    "payer-array": with_raw("payer_id", '["Asha"]'),
    "payer-object": with_raw("payer_id", '{"$ne": null}'),
    "payer-empty": with_raw("payer_id", '""'),
    "payer-blank": with_raw("payer_id", '" \\u00a0"'),
    "payer-invisible": with_raw("payer_id", '"\\u200b\\u200d"'),
    "payer-too-long": with_raw("payer_id", '"%s"' % ("x" * 65)),
    "payer-nul": with_raw("payer_id", '"Asha\\u0000"'),
    "payer-line": with_raw("payer_id", '"Asha\\r\\nSet-Cookie: a=b"'),
    "payer-bidi": with_raw("payer_id", '"\\u202eahsA"'),
    "reason-number": with_raw("reason", "5"),
    "reason-true": with_raw("reason", "true"),
    "reason-too-long": with_raw("reason", '"%s"' % ("x" * 141)),
    "reason-tab": with_raw("reason", '"a\\tb"'),
    "reason-line-separator": with_raw("reason", '"a\\u2028b"'),
    "reason-isolate": with_raw("reason", '"a\\u2066b"'),
    "reason-escape": with_raw("reason", '"\\u001b[2J"'),
    "reason-surrogate-in-array": with_raw("reason", '["\\ud800"]'),
    "currency-lower-case": with_raw("currency", '"inr"'),
    "currency-other": with_raw("currency", '"USD"'),
    "currency-unknown": with_raw("currency", '"ZZZ"'),
    "currency-sign": with_raw("currency", '"\u20b9"'),
    "currency-number": with_raw("currency", "356"),
    "currency-empty": with_raw("currency", '""'),
    "payee-other": with_raw("payee_id", '"florist"'),
    "payee-number": with_raw("payee_id", "1"),
    "field-unknown": with_raw("status", '"confirmed"'),
    "field-recorded-at": with_raw("recorded_at", '"2020-01-01T00:00:00Z"'),
    "field-empty-name": with_raw("", "1"),
    "field-prototype": with_raw("__proto__", '{"amount": "1"}'),
    "field-upper-case": b'{"payer_id": "Asha", "Amount": "50"}',
    "field-slashes": with_raw("../../PROFILE", "1"),
    "field-newline": with_raw("a\nb", "1"),
    "many-fields": json.dumps({f"f{n}": n for n in range(300)}).encode(),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_not_one_json_object_is_malformed(api: Api, body: bytes) -> None:
    assert problem(api.put_bytes(body), 400, "malformed-json")["detail"]
    assert api.recorded() == []


@pytest.mark.parametrize("body", INVALID.values(), ids=INVALID.keys())
def test_what_is_no_payment_is_told_field_by_field(api: Api, body: bytes) -> None:
    assert problem(api.put_bytes(body), 422, "invalid-fields")["errors"]
    assert api.recorded() == []


@pytest.mark.parametrize("body", DEEP.values(), ids=DEEP.keys())
def test_what_is_nested_deeply_is_refused(api: Api, body: bytes) -> None:
    """How deep the parser reads differs between Pythons; a payment is flat in all of them."""
    response = api.put_bytes(body)
    assert response.status_code in (400, 422)
    problem(response, response.status_code, response.get_json(force=True)["code"])
    assert api.recorded() == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
FIELDS = st.sampled_from(["payer_id", "amount", "currency", "reason", "payee_id", "tip"])


@settings(max_examples=50)
@given(st.binary() | JSON.map(json.dumps).map(str.encode))
def test_no_body_whatever_is_an_error_of_ours(body: bytes) -> None:
    response = Api().put_bytes(body)
    assert response.status_code in (400, 413, 422)
    problem(response, response.status_code, response.get_json(force=True)["code"])


@settings(max_examples=50)
@given(st.dictionaries(FIELDS, JSON))
def test_no_value_of_a_field_is_an_error_of_ours(changes: dict[str, object]) -> None:
    api = Api()
    response = api.put_bytes(json.dumps(make_document() | changes).encode())
    assert response.status_code in (201, 400, 413, 422)
    assert len(api.recorded()) == (response.status_code == 201)
