"""Till keys: minted, spelt, hashed and compared."""

import hmac
from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ulid import base32

from payments.refusals import InvalidValue
from payments.till_keys import (
    KEY_BYTES,
    key_digest,
    mint_till_key,
    opening_key,
    parse_label,
)
from testkit.factories import FAMILY, NOW, TILL_KEY, make_till_key

RANDOMNESS = st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES)


@given(RANDOMNESS)
def test_a_key_says_all_160_bits_in_crockfords_base32(randomness: bytes) -> None:
    key = mint_till_key(randomness)
    assert len(key) == 32
    number = 0
    for character in key:
        number = number * 32 + base32.ENCODE.index(character)
    assert number == int.from_bytes(randomness)


@pytest.mark.parametrize("size", [0, 10, 19, 21])
def test_a_key_of_fewer_or_more_bits_is_a_bug(size: int) -> None:
    with pytest.raises(ValueError, match="20 random bytes"):
        mint_till_key(bytes(size))


def test_what_is_kept_is_the_sha_256_of_the_one_spelling() -> None:
    assert key_digest(TILL_KEY) == sha256(TILL_KEY.encode()).digest()


@given(RANDOMNESS)
def test_a_key_may_be_typed_as_people_read_it(randomness: bytes) -> None:
    key = mint_till_key(randomness)
    typed = "-".join(key[at : at + 4] for at in range(0, 32, 4)).lower()
    misread = typed.replace("0", "o").replace("1", "l")
    assert key_digest(typed) == key_digest(misread) == key_digest(f" {key} ") == key_digest(key)


@given(st.text())
def test_any_text_has_a_digest_and_opens_nothing(text: str) -> None:
    assert len(key_digest(text)) == 32
    assert opening_key([make_till_key()], text) is None


def test_a_lone_surrogate_and_a_very_long_text_open_nothing() -> None:
    for text in ("\ud800", "A" * 100_000, "", "\0" * 32):
        assert opening_key([make_till_key()], text) is None


def test_of_many_keys_the_one_that_fits_opens() -> None:
    secrets = [mint_till_key(bytes([n] * KEY_BYTES)) for n in range(5)]
    keys = [make_till_key(secret, number=n + 1) for n, secret in enumerate(secrets)]
    for key, secret in zip(keys, secrets, strict=True):
        assert opening_key(keys, secret) == key
    assert opening_key([], secrets[0]) is None


def test_a_revoked_key_opens_nothing_and_hinders_no_other() -> None:
    revoked = make_till_key(number=1, revoked_at=NOW)
    assert opening_key([revoked], TILL_KEY) is None
    again = make_till_key(number=2)
    assert opening_key([revoked, again], TILL_KEY) == again


def test_every_key_is_compared_in_constant_time_whichever_fits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: Counter[str] = Counter()
    real = hmac.compare_digest

    def counting(first: bytes, second: bytes) -> bool:
        compared[text] += 1
        return real(first, second)

    secrets = [mint_till_key(bytes([n] * KEY_BYTES)) for n in range(3)]
    keys = [make_till_key(secret, number=n + 1) for n, secret in enumerate(secrets)]
    monkeypatch.setattr("hmac.compare_digest", counting)
    for text in (*secrets, "wrong", ""):
        opening_key(keys, text)
    assert set(compared.values()) == {4}
    text = "of nobody"
    opening_key([], text)
    assert compared[text] == 1


def test_a_key_tells_nothing_of_itself_when_it_is_printed() -> None:
    assert TILL_KEY not in repr(make_till_key())


@pytest.mark.parametrize("text", ["", " ", "x" * 65, "a\u200bb", "a\nb"])
def test_a_label_is_text_as_it_is_elsewhere(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_label(text)
    assert parse_label(f" Counter  1 {FAMILY}") == f"Counter 1 {FAMILY}"
