"""Payment ids are ULIDs in their one spelling."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

from payments.payment_id import (
    PaymentId,
    id_bounds,
    mint_payment_id,
    parse_payment_id,
)
from payments.refusals import InvalidValue
from testkit.factories import NOW, make_payment_id

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
RANDOMNESS = st.binary(min_size=10, max_size=10)
MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@given(MOMENTS, RANDOMNESS)
def test_an_id_is_minted_as_the_ulid_specification_says(now: datetime, randomness: bytes) -> None:
    milliseconds = (now - EPOCH) // MILLISECOND
    minted = mint_payment_id(now, randomness)
    assert minted.text == str(ULID.from_bytes(milliseconds.to_bytes(6) + randomness))
    assert minted.minted_ms == milliseconds


@given(MOMENTS, RANDOMNESS)
def test_parsing_a_minted_id_gives_the_same_id(now: datetime, randomness: bytes) -> None:
    minted = mint_payment_id(now, randomness)
    assert parse_payment_id(minted.text) == minted
    assert str(minted) == minted.text


@given(st.binary(min_size=16, max_size=16))
def test_every_ulid_is_a_payment_id(data: bytes) -> None:
    ulid = ULID.from_bytes(data)
    assert parse_payment_id(str(ulid)).minted_ms == ulid.milliseconds


@given(st.lists(st.tuples(MOMENTS, RANDOMNESS)))
def test_ids_sort_by_the_time_they_were_minted(mints: list[tuple[datetime, bytes]]) -> None:
    ids = sorted(mint_payment_id(now, randomness) for now, randomness in mints)
    times = [payment_id.minted_ms for payment_id in ids]
    assert times == sorted(times)
    assert ids == sorted(ids, key=str), "the ledger sorts by the text"


@pytest.mark.parametrize(
    "text",
    [
        "01ARZ3NDEKTSV4RRFFQ69G5FAv",  # lower case
        "01arz3ndektsv4rrffq69g5fav",
        "01ARZ3NDEKTSV4RRFFQ69G5FAI",  # I, L, O, U are not in the alphabet
        "01ARZ3NDEKTSV4RRFFQ69G5FAL",
        "01ARZ3NDEKTSV4RRFFQ69G5FAO",
        "01ARZ3NDEKTSV4RRFFQ69G5FAU",
        "81ARZ3NDEKTSV4RRFFQ69G5FAV",  # more than 128 bits
        "Z1ARZ3NDEKTSV4RRFFQ69G5FAV",
        "01ARZ3NDEKTSV4RRFFQ69G5FA",
        "01ARZ3NDEKTSV4RRFFQ69G5FAVV",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV\n",
        " 01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "01ARZ3ND-KTSV4RRFFQ69G5FAV",
        "\u06601ARZ3NDEKTSV4RRFFQ69G5FAV",  # an Arabic zero
        "01ARZ3NDE\uff2bTSV4RRFFQ69G5FAV",  # a full-width K
        "01563E3A-B5D3-D676-4C61-EFB99302BD5B",
        "",
    ],
)
def test_only_the_canonical_spelling_is_an_id(text: str) -> None:
    with pytest.raises(InvalidValue, match="must be a ULID"):
        parse_payment_id(text)


def test_the_reference_is_the_id_without_its_constant_zero() -> None:
    assert PaymentId("01ARZ3NDEKTSV4RRFFQ69G5FAV").reference == "1ARZ3NDEKTSV4RRFFQ69G5FAV"
    last = make_payment_id(datetime(3084, 12, 12, tzinfo=UTC), random=2**80 - 1)
    assert last.text.startswith("0")
    assert len(last.reference) == 25


@pytest.mark.parametrize(
    ("age", "is_current"),
    [
        (timedelta(0), True),
        (timedelta(days=31), True),
        (timedelta(days=31) + MILLISECOND, False),
        (timedelta(days=-1), True),
        (timedelta(days=-1) - MILLISECOND, False),
        (timedelta(days=-300_000), False),
    ],
)
def test_an_id_is_current_from_31_days_before_to_1_day_after_now(
    age: timedelta, *, is_current: bool
) -> None:
    assert make_payment_id(NOW - age).is_current(NOW) is is_current


@pytest.mark.parametrize("text", ["0" * 26, "7" + "Z" * 25])
def test_the_first_and_the_last_ulid_are_ids_but_never_current(text: str) -> None:
    assert not parse_payment_id(text).is_current(NOW)


@pytest.mark.parametrize("length", [0, 9, 11])
def test_minting_takes_exactly_ten_random_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="10 random bytes"):
        mint_payment_id(NOW, bytes(length))


def test_bounds_of_ids_end_with_the_times_that_a_ulid_can_say() -> None:
    since, until = datetime(1970, 1, 2, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
    assert id_bounds(None, None) == (PaymentId("0" * 26), PaymentId("7" + "Z" * 25))
    assert id_bounds(since, None)[0] == PaymentId("0" * 26)
    assert id_bounds(None, until)[1].minted_ms > 0
