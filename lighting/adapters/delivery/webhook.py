"""WebhookChannel: a notice as a signed POST to a URL that an administrator named."""

import json
from datetime import UTC, datetime
from http import HTTPStatus

import httpx

from lighting.adapters.delivery.signing import signed_headers
from lighting.sensing.alerts.notice import DeliveryError, Notice

TIMEOUT_S = 15.0
"""The specification asks receivers to answer within 15 to 30 s, and to work afterwards."""

_NOT_NOW = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""Answers that ask us to wait with everything (RFC 6585, RFC 9110)."""


class WebhookChannel:
    """Posts to one URL. See ``lighting.sensing.alerts.notice.Channel``.

    It goes to that URL and nowhere else: redirects are not followed (their target was named by
    nobody here), proxies and passwords of the environment are not used, and of the answer only the
    status is read.
    """

    def __init__(self, name: str, url: str, key: bytes) -> None:
        self._name = name
        self._url = url
        self._key = key

    async def send(self, notice: Notice, *, key: str, at: datetime) -> str:
        """Post the notice; any 2xx is taken for an answer, 410 ends the delivery.

        Raises:
            DeliveryError: it was not taken.
        """
        body = webhook_body(notice)
        headers = {
            "content-type": "application/json",
            "user-agent": "lamplighter",
            **signed_headers(self._key, message_id=key, at=at, body=body),
        }
        try:
            async with (
                httpx.AsyncClient(
                    follow_redirects=False, timeout=TIMEOUT_S, trust_env=False
                ) as client,
                client.stream("POST", self._url, content=body, headers=headers) as response,
            ):
                status = response.status_code
        except (httpx.HTTPError, OSError) as exc:
            why = str(exc) or type(exc).__name__
            problem = f"the receiver is not there: {why}"
            raise DeliveryError(self._name, problem, away=True) from exc
        if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            final, away = status == HTTPStatus.GONE, status in _NOT_NOW
            raise DeliveryError(self._name, _refusal(status), final=final, away=away)
        return ""


def webhook_body(notice: Notice) -> bytes:
    """Return what is posted: type, time, and the notice's data with its words."""
    data = {
        **notice.data,
        "subject": notice.subject,
        "text": notice.text,
        "attachments": [
            {"name": each.name, "media_type": each.media_type, "text": each.text}
            for each in notice.attachments
        ],
    }
    at = notice.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    body = {"type": notice.kind.value, "timestamp": at, "data": data}
    return json.dumps(body, ensure_ascii=False).encode()


def _refusal(status: int) -> str:
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return f"the receiver answered {status}, a redirect, which is not followed: name its target"
    if status == HTTPStatus.GONE:
        return "the receiver answered 410: it wants no more of these"
    return f"the receiver answered {status}"
