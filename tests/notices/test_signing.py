"""Signatures are those of the Standard Webhooks specification: its own library takes them."""

import json
from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from notices.signing import InvalidSecret, parse_secrets, webhook_headers, write_secret

OLD, NEW = write_secret(b"o" * 32), write_secret(b"n" * 32)
BODY = json.dumps({"type": "payment.recorded", "data": {"payer_id": "Áśha"}}).encode()


@pytest.fixture
def now() -> int:
    """Seconds. The library takes nothing that is five minutes old, as a long run of tests is."""
    return int(datetime.now(UTC).timestamp())


def test_the_specifications_library_takes_them(now: int) -> None:
    headers = webhook_headers(parse_secrets(NEW), "usha_01ARZ3_0", now, BODY)
    assert Webhook(NEW).verify(BODY, headers) == json.loads(BODY)


def test_while_a_secret_is_replaced_both_are_served(now: int) -> None:
    headers = webhook_headers(parse_secrets(f"{NEW} {OLD}"), "usha_01ARZ3_0", now, BODY)
    for secret in (OLD, NEW):
        assert Webhook(secret).verify(BODY, headers)


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_nothing_of_it_may_change(now: int, changed: str) -> None:
    headers = webhook_headers(parse_secrets(NEW), "usha_01ARZ3_0", now, BODY)
    headers[changed] = {"webhook-timestamp": str(now - 1)}.get(changed, "v1,AAAA")
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(BODY, webhook_headers(parse_secrets(NEW), "usha_01ARZ3_0", now, BODY))


@pytest.mark.parametrize(
    "text", ["", "  ", "pass-word", "whsec_", "whsec_AAAA", "whsec_%%%%", OLD[6:]]
)
def test_what_is_no_secret_signs_nothing_and_is_not_repeated(text: str) -> None:
    with pytest.raises(InvalidSecret) as refused:
        parse_secrets(text)
    assert not text.strip() or text not in str(refused.value).replace("whsec_ and", "")
