"""The OpenAPI document says what the API does."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from backend import problems
from backend.openapi.document import openapi_document
from payments.documents import FULL_FIELDS, PUBLIC_FIELDS, RECORDED_FIELDS
from testkit.factories import (
    make_document,
    make_event,
    make_evidence,
    make_payment,
    make_payment_id,
)
from tests.backend.api import LIST, Api
from tools.render_api import REFERENCE, render_reference

DOCS = Path(__file__).parent.parent.parent / "docs"
DOCUMENT = openapi_document("")
OPERATIONS = {
    operation["operationId"]: operation
    for path in DOCUMENT["paths"].values()
    for method, operation in path.items()
    if method in ("get", "put")
}


def validator(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        {**schema, "components": DOCUMENT["components"]},
        format_checker=jsonschema.FormatChecker(),
    )


def test_it_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_api_serves_it_with_its_base_path() -> None:
    served = Api(base_path="/api").get("/openapi.json").get_json()
    assert served == openapi_document("/api")
    assert served["servers"] == [{"url": "/api"}]


def test_it_lists_every_route_and_no_other(api: Api) -> None:
    routes = {
        re.sub(r"<(\w+)>", r"{\1}", rule.rule)
        for rule in api.client.application.url_map.iter_rules()
    }
    assert routes == DOCUMENT["paths"].keys() | {"/openapi.json"}


def examples() -> list[Any]:
    contents = [
        content
        for operation in OPERATIONS.values()
        for holder in (operation.get("requestBody", {}), *operation["responses"].values())
        for content in holder.get("content", {}).values()
    ]
    return [
        (content["schema"], example)
        for content in contents
        for example in (
            *([content["example"]] if "example" in content else []),
            *(named["value"] for named in content.get("examples", {}).values()),
        )
    ]


@pytest.mark.parametrize(("schema", "example"), examples())
def test_every_example_fits_its_schema(schema: dict[str, Any], example: Any) -> None:
    validator(schema).validate(example)


def test_the_apis_answers_fit_the_schemas(api: Api) -> None:
    api.make_key()
    settled = make_payment(make_payment_id(random=2), method="upi", bank_reference="437276589036")
    api.ledger.record(settled)
    event = make_event(settled.payment_id, status="confirmed", evidence=make_evidence())
    api.ledger.append(event)
    answers = {
        "putPayment": [
            api.put(),
            api.put(),
            api.put(amount="51"),
            api.put(payer_id="", amount="0", note="x"),
            api.put_bytes(b"{"),
            api.put(address="/payees/nobody/payments/01ARZ3NDEKTSV4RRFFQ69G5FAV"),
            api.put(address="/payees/town-bakery/payments/01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        ],
        "getPayment": [api.get(), api.get("/payees/town-bakery/payments/x")],
        "health": [api.get("/healthz")],
        "listPayments": [
            api.listing(),
            api.listing(limit="1"),
            api.listing(None),
            api.listing(since="x", until="y"),
        ],
        "putEvent": [
            api.note(),
            api.note(),
            api.note("reversed", why="never arrived"),
            api.note("confirmed", n=2),
            api.note("wrong", n="0", by="me"),
            api.note(key=None),
            api.note(address=f"{LIST}/{make_payment_id(random=1)}"),
            api.note("reversed", n=2, why="it went back"),
            api.note("undone", n=3),
        ],
    }
    for operation, responses in answers.items():
        for response in responses:
            documented = OPERATIONS[operation]["responses"][str(response.status_code)]
            schema = documented["content"][response.mimetype]["schema"]
            validator(schema).validate(response.get_json())


def test_the_schemas_have_the_fields_of_the_documents() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    documents = {
        "Payment": RECORDED_FIELDS,
        "PaymentState": PUBLIC_FIELDS,
        "TillPayment": FULL_FIELDS,
    }
    for name, fields in documents.items():
        assert tuple(schemas[name]["properties"]) == tuple(schemas[name]["required"]) == fields
        assert schemas[name]["additionalProperties"] is False


def test_tills_and_no_others_need_a_key() -> None:
    [scheme] = DOCUMENT["components"]["securitySchemes"].items()
    assert scheme[1] | {"description": ""} == {
        "type": "apiKey",
        "in": "header",
        "name": "Till-Key",
        "description": "",
    }
    locked = {name for name, operation in OPERATIONS.items() if operation.get("security")}
    assert locked == {"listPayments", "putEvent"}
    for name in locked:
        assert OPERATIONS[name]["security"] == [{scheme[0]: []}]
        assert "WWW-Authenticate" in OPERATIONS[name]["responses"]["401"]["headers"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"amount": 50.5},
        {"amount": "10.5"},
        {"reason": "x" * 140},
        {"payer_id": "x" * 64},
        {"currency": "INR"},
        {"payee_id": "town-bakery"},
    ],
)
def test_what_the_api_takes_the_schema_takes(api: Api, changes: dict[str, object]) -> None:
    document = make_document(**changes)
    assert api.put(document).status_code == 201
    validator({"$ref": "#/components/schemas/PaymentRequest"}).validate(document)


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "050"},
        {"amount": "-1"},
        {"amount": True},
        {"amount": 0},
        {"reason": "x" * 141},
        {"payer_id": "x" * 65},
        {"payer_id": ""},
        {"currency": "inr"},
        {"note": ""},
        {"payee_id": "No"},
        {"reason": 5},
    ],
)
def test_what_the_schema_refuses_the_api_refuses(api: Api, changes: dict[str, object]) -> None:
    document = make_document(**changes)
    with pytest.raises(jsonschema.ValidationError):
        validator({"$ref": "#/components/schemas/PaymentRequest"}).validate(document)
    assert api.put(document).status_code == 422


def test_the_rendered_reference_is_the_documents() -> None:
    assert REFERENCE.read_text() == render_reference(), "run: make docs"


def test_api_md_security_md_and_the_document_tell_of_the_same_problems() -> None:
    """Each code with its status, and its title, none more and none less; test_contract gets each
    of them from the operations that the document says."""
    kinds = [(kind.status, kind.code) for kind in problems.ALL]
    table = re.findall(
        r"^\|[^|]+\| (\d{3}) \| `([a-z-]+)` \|$", (DOCS / "api.md").read_text(), re.M
    )
    assert [(int(status), code) for status, code in table] == kinds
    table = re.findall(r"^\| (\d{3}) `([a-z-]+)` \|", (DOCS / "security.md").read_text(), re.M)
    assert [(int(status), code) for status, code in table] == kinds
    told = {
        (int(status), code, example["value"]["title"])
        for operation in OPERATIONS.values()
        for status, response in operation["responses"].items()
        for code, example in response["content"]
        .get("application/problem+json", {})
        .get("examples", {})
        .items()
    }
    addressless = {problems.NOT_FOUND}
    assert told == {(kind.status, kind.code, kind.title) for kind in {*problems.ALL} - addressless}


def test_the_page_takes_exactly_what_decides_about_a_payment_for_a_refusal() -> None:
    script = (DOCS.parent / "templates/js/sending.js").read_text()
    [codes] = re.findall(r"REFUSALS = new Set\(\[(.+?)\]\)", script, re.S)
    responses = OPERATIONS["putPayment"]["responses"]
    answers = {
        code
        for status in responses
        if 400 <= int(status) < 500 and int(status) != 429
        for code in responses[status]["content"]["application/problem+json"]["examples"]
    }
    undecided = {problems.BAD_REQUEST.code, problems.METHOD_NOT_ALLOWED.code}
    assert set(re.findall(r'"([a-z-]+)"', codes)) == answers - undecided
