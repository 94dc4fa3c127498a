"""A payment request: every field judged, all mistakes at once."""

from datetime import timedelta

import pytest

from payments.money import Money
from payments.payee import PayeeStatus
from payments.payment import (
    Claim,
    NumberText,
    accept_claim,
    differing_fields,
    parse_bank_reference,
    parse_claim,
)
from payments.refusals import ClockSkew, InvalidField, InvalidFields, PayeeClosed, UnknownPayee
from testkit.factories import (
    BAKERY,
    NOW,
    PAYMENT_ID,
    make_claim,
    make_document,
    make_payee,
    make_payment,
    make_payment_id,
)


def parse(document: dict[str, object], payment_id: str = PAYMENT_ID.text) -> Claim:
    return parse_claim(BAKERY, payment_id, document)


def pointers(document: dict[str, object], payment_id: str = PAYMENT_ID.text) -> list[str]:
    """Where the problems of a document are."""
    with pytest.raises(InvalidFields) as caught:
        parse(document, payment_id)
    return [field.pointer for field in caught.value.fields]


class TestReadingAClaim:
    def test_it_has_every_field_of_its_document(self) -> None:
        assert parse(make_document()) == make_claim()

    def test_currency_and_reason_may_be_left_out(self) -> None:
        assert parse(make_document(currency=None, reason=None)) == make_claim(
            currency=None, reason=""
        )

    def test_how_it_was_paid_and_the_banks_number_may_be_given(self) -> None:
        document = make_document(method="upi", bank_reference="437276589036")
        assert parse(document) == make_claim(method="upi", bank_reference="437276589036")
        assert (parse(make_document()).method, parse(make_document()).bank_reference) == (
            None,
            None,
        )

    @pytest.mark.parametrize("method", ["u", "upi", "sepa-instant", "x1-", "a" * 16])
    def test_a_method_is_a_slug(self, method: str) -> None:
        assert parse(make_document(method=method)).method == method

    @pytest.mark.parametrize(
        "method", ["", "UPI", "1pay", "-upi", " upi", "upi ", "u_p", "a" * 17, "\u0430pi", "upi\n"]
    )
    def test_anything_else_is_no_method(self, method: str) -> None:
        with pytest.raises(InvalidFields, match="such as upi or cash") as caught:
            parse(make_document(method=method))
        assert [field.pointer for field in caught.value.fields] == ["/method"]

    @pytest.mark.parametrize(
        ("typed", "number"),
        [
            ("437276589036", "437276589036"),
            (" 4372 7658-9036 ", "437276589036"),
            ("icic/0001/abcd", "ICIC0001ABCD"),
            ("a-1/ 2b", "A12B"),
            ("x" * 35, "X" * 35),
            ("x" * 35 + " " * 20, "X" * 35),
        ],
    )
    def test_a_banks_number_is_put_in_its_one_form(self, typed: str, number: str) -> None:
        assert parse(make_document(bank_reference=typed)).bank_reference == number
        assert parse_bank_reference(typed) == parse_bank_reference(number) == number

    @pytest.mark.parametrize(
        "typed",
        [
            *("", "   ", "123", "1-2/3", "x" * 36, "12_34", "12.34", "12\t34", "1234\n"),
            *("12\u00a034", "\u0661\u0662\u0663\u0664", "stra\u00dfe", "\u0131ban"),
        ],
    )
    def test_anything_else_is_no_banks_number(self, typed: str) -> None:
        with pytest.raises(InvalidFields, match="4 to 35 of A-Z and 0-9") as caught:
            parse(make_document(bank_reference=typed))
        assert [field.pointer for field in caught.value.fields] == ["/bank_reference"]

    def test_a_number_is_read_by_its_literal_text(self) -> None:
        claim = parse(make_document(amount=NumberText("50.10")))
        assert claim.amount == "50.10"
        assert type(claim.amount) is str

    def test_text_is_put_in_its_one_form(self) -> None:
        claim = parse(make_document(payer_id="  Ame\u0301lie ", reason=" Lunch "))
        assert (claim.payer_id, claim.reason) == ("Am\u00e9lie", "Lunch")

    def test_the_payee_may_be_repeated_but_not_contradicted(self) -> None:
        assert parse(make_document(payee_id=BAKERY)) == make_claim()
        assert pointers(make_document(payee_id="other")) == ["/payee_id"]

    def test_all_problems_are_named_at_once_in_order(self) -> None:
        document: dict[str, object] = {
            "amount": "1e3",
            "currency": "rupees",
            "payee_id": 7,
            "reason": "x" * 141,
            "tip": "5",
        }
        assert pointers(document, "not-a-ulid") == [
            *("/amount", "/currency", "/payee_id", "/payer_id", "/payment_id", "/reason", "/tip")
        ]

    def test_an_empty_document_lacks_the_payer_and_the_amount(self) -> None:
        with pytest.raises(InvalidFields) as caught:
            parse({})
        assert caught.value.fields == (
            InvalidField("/amount", "is required"),
            InvalidField("/payer_id", "is required"),
        )

    def test_a_strange_field_is_pointed_at_as_rfc_6901_says(self) -> None:
        assert pointers(make_document(**{"a/b~c": 1, "": 2})) == ["/", "/a~1b~0c"]

    @pytest.mark.parametrize(
        "field", ["payer_id", "currency", "reason", "payee_id", "method", "bank_reference"]
    )
    @pytest.mark.parametrize("value", [NumberText("5"), True, False, [], {}, ["x"]])
    def test_text_fields_take_only_strings(self, field: str, value: object) -> None:
        assert pointers(make_document(**{field: value})) == [f"/{field}"]

    @pytest.mark.parametrize(
        "field",
        ["payer_id", "amount", "currency", "reason", "payee_id", "method", "bank_reference"],
    )
    def test_null_is_no_value(self, field: str) -> None:
        assert pointers(make_document() | {field: None}) == [f"/{field}"]

    @pytest.mark.parametrize("value", [True, False, [], {}, ["50"]])
    def test_an_amount_is_a_string_or_a_number(self, value: object) -> None:
        assert pointers(make_document(amount=value)) == ["/amount"]

    @pytest.mark.parametrize("value", ["inr", "IN", "INRS", "", "\u20b9\u20b9\u20b9", " INR"])
    def test_a_currency_is_three_capital_letters(self, value: str) -> None:
        assert pointers(make_document(currency=value)) == ["/currency"]

    @pytest.mark.parametrize(
        ("field", "length"), [("payer_id", 64), ("reason", 140)], ids=["payer_id", "reason"]
    )
    def test_text_has_a_largest_length(self, field: str, length: int) -> None:
        parse(make_document(**{field: "\U0001f600" * length}))
        assert pointers(make_document(**{field: "x" * (length + 1)})) == [f"/{field}"]

    def test_a_payer_is_somebody_visible(self) -> None:
        assert pointers(make_document(payer_id="\u200b ")) == ["/payer_id"]


class TestAcceptingAClaim:
    def test_it_becomes_a_payment_at_the_servers_time(self) -> None:
        assert accept_claim(make_claim(), make_payee(), NOW) == make_payment(recorded_at=NOW)

    def test_it_keeps_how_it_was_paid_and_the_banks_number(self) -> None:
        """Also a method that the payee does not offer: the money is gone already."""
        claim = make_claim(method="pix", bank_reference="E1234")
        assert accept_claim(claim, make_payee(), NOW) == make_payment(
            method="pix", bank_reference="E1234"
        )

    def test_its_time_is_cut_to_whole_milliseconds(self) -> None:
        payment = accept_claim(make_claim(), make_payee(), NOW + timedelta(microseconds=999))
        assert payment.recorded_at == NOW

    def test_an_absent_currency_is_the_payees(self) -> None:
        payee = make_payee(currency="JPY")
        payment = accept_claim(make_claim(amount="50", currency=None), payee, NOW)
        assert payment.money == Money(50, "JPY")

    def test_an_unknown_payee_refuses(self) -> None:
        with pytest.raises(UnknownPayee):
            accept_claim(make_claim(), None, NOW)

    @pytest.mark.parametrize("status", [PayeeStatus.CLOSED, PayeeStatus.AWAY])
    def test_who_is_not_open_refuses_whatever_else_is_wrong(self, status: PayeeStatus) -> None:
        claim = make_claim(make_payment_id(NOW - timedelta(days=99)), amount="0.01")
        with pytest.raises(PayeeClosed):
            accept_claim(claim, make_payee(status=status), NOW)

    @pytest.mark.parametrize("age", [timedelta(days=32), timedelta(days=-2)])
    def test_an_id_from_another_time_is_told_the_servers_time(self, age: timedelta) -> None:
        with pytest.raises(ClockSkew) as caught:
            accept_claim(make_claim(make_payment_id(NOW - age)), make_payee(), NOW)
        assert caught.value.now == NOW

    def test_currency_and_amount_are_judged_together(self) -> None:
        with pytest.raises(InvalidFields) as caught:
            accept_claim(make_claim(currency="USD", amount="0.50"), make_payee(), NOW)
        assert caught.value.fields == (
            InvalidField("/amount", "must be at least 1.00 INR"),
            InvalidField("/currency", "this payee takes INR"),
        )

    def test_more_decimals_than_the_currency_has_are_refused(self) -> None:
        with pytest.raises(InvalidFields, match="JPY has no decimals"):
            accept_claim(
                make_claim(amount="50.00", currency="JPY"), make_payee(currency="JPY"), NOW
            )


class TestComparingAClaimWithWhatStands:
    @pytest.mark.parametrize("amount", ["50", "50.0", "50.00"])
    @pytest.mark.parametrize("currency", ["INR", None])
    def test_all_spellings_of_the_same_content_are_equal(
        self, amount: str, currency: str | None
    ) -> None:
        assert differing_fields(make_claim(amount=amount, currency=currency), make_payment()) == []

    @pytest.mark.parametrize(
        ("claim", "fields"),
        [
            (make_claim(payer_id="asha"), ["payer_id"]),
            (make_claim(reason=""), ["reason"]),
            (make_claim(amount="50.01"), ["amount"]),
            (make_claim(amount="50.000"), ["amount"]),
            (make_claim(currency="USD"), ["currency"]),
            (
                make_claim(payer_id="Ben", amount="1", currency="JPY", reason="Tea"),
                ["payer_id", "amount", "currency", "reason"],
            ),
        ],
    )
    def test_every_differing_field_is_named(self, claim: Claim, fields: list[str]) -> None:
        assert differing_fields(claim, make_payment()) == fields

    @pytest.mark.parametrize(
        ("claim", "fields"),
        [
            (make_claim(), ["method", "bank_reference"]),
            (make_claim(method="upi"), ["bank_reference"]),
            (make_claim(method="cash", bank_reference="437276589036"), ["method"]),
            (make_claim(method="upi", bank_reference="437276589036"), []),
        ],
    )
    def test_what_was_left_out_differs_from_what_was_given(
        self, claim: Claim, fields: list[str]
    ) -> None:
        standing = make_payment(method="upi", bank_reference="437276589036")
        assert differing_fields(claim, standing) == fields
        given = make_claim(method="upi", bank_reference="437276589036")
        assert differing_fields(given, make_payment()) == ["method", "bank_reference"]
