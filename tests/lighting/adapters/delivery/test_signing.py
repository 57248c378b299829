"""Signatures against the published vector of Standard Webhooks, and what a receiver must refuse.

Vector: github.com/standard-webhooks/standard-webhooks, libraries/go/webhook_test.go,
TestWebhookSign.
"""

from datetime import UTC, datetime, timedelta

import pytest

from lighting.adapters.delivery.signing import is_genuine, secret_bytes, signed_headers
from lighting.errors import RefusedError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of the published vector
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
AT = datetime.fromtimestamp(1614265330, UTC)
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

HEADERS = {"webhook-id": ID, "webhook-timestamp": "1614265330", "webhook-signature": SIGNATURE}


def test_a_message_is_signed_as_the_published_vector_says() -> None:
    key = secret_bytes(SECRET)
    assert signed_headers(key, message_id=ID, at=AT, body=BODY) == HEADERS
    assert secret_bytes(SECRET.removeprefix("whsec_")) == key


@pytest.mark.parametrize(
    ("changes", "body", "late", "genuine"),
    [
        ({}, BODY, timedelta(), True),
        ({"webhook-signature": f"v1,AAAA {SIGNATURE}"}, BODY, timedelta(), True),
        ({"webhook-signature": SIGNATURE.replace("v1,", "v2,")}, BODY, timedelta(), False),
        ({"webhook-signature": "ü"}, BODY, timedelta(), False),
        ({"webhook-id": "other"}, BODY, timedelta(), False),
        ({"webhook-id": ""}, BODY, timedelta(), False),
        ({"webhook-timestamp": "now"}, BODY, timedelta(), False),
        ({}, BODY + b" ", timedelta(), False),
        ({}, BODY, timedelta(minutes=6), False),
        ({}, BODY, timedelta(minutes=-6), False),
    ],
)
def test_a_receiver_takes_only_what_is_genuine_and_new(
    changes: dict[str, str], body: bytes, late: timedelta, *, genuine: bool
) -> None:
    key = secret_bytes(SECRET)
    assert is_genuine(key, HEADERS | changes, body, at=AT + late) is genuine


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64!", "ü"])
def test_a_secret_that_is_none_is_refused_without_being_repeated(secret: str) -> None:
    with pytest.raises(RefusedError, match="24 to 64 bytes") as caught:
        secret_bytes(secret)
    assert len(secret) < 7 or secret not in str(caught.value)
