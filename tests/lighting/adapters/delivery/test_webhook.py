"""Webhooks over a real loopback connection, verified as a receiver does it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from lighting.adapters.delivery.signing import is_genuine
from lighting.adapters.delivery.webhook import WebhookChannel
from lighting.sensing.alerts.notice import DeliveryError
from tests.lighting.adapters.delivery.notices import AT, KEY, NOTICE

pytestmark = pytest.mark.enable_socket

SECRET = b"0123456789abcdef0123456789abcdef"


@dataclass
class Receiver:
    """An HTTP server that answers with a status and keeps what it got."""

    status: str = "204 No Content"
    header: str = ""
    port: int = 0
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        headers = {k.lower(): v for k, _, v in (each.partition(": ") for each in lines[1:] if each)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.got.append((lines[0], headers, body))
        answer = f"HTTP/1.1 {self.status}\r\n{self.header}Content-Length: 0\r\n\r\n"
        writer.write(answer.encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    def channel(self) -> WebhookChannel:
        """Return a channel to this receiver."""
        return WebhookChannel("assets", f"http://127.0.0.1:{self.port}/hook?a=1", SECRET)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Return a receiver that listens."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.answer, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    yield receiver
    server.close()
    await server.wait_closed()


async def test_a_receiver_can_verify_what_it_gets(receiver: Receiver) -> None:
    assert await receiver.channel().send(NOTICE, key=KEY, at=AT) == ""
    ((request, headers, body),) = receiver.got
    assert request == "POST /hook?a=1 HTTP/1.1"
    assert headers["webhook-id"] == KEY
    assert is_genuine(SECRET, headers, body, at=AT)
    assert not is_genuine(b"x" * 32, headers, body, at=AT)
    told = json.loads(body)
    assert (told["type"], told["timestamp"]) == ("alert.raised", "2026-11-22T03:30:00Z")
    assert told["data"]["alert_id"] == 7
    assert told["data"]["subject"] == NOTICE.subject
    assert told["data"]["attachments"][0]["text"] == "a,b\r\n1,2\r\n"


async def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status = "302 Found"
    receiver.header = f"Location: http://127.0.0.1:{receiver.port}/inside\r\n"
    with pytest.raises(DeliveryError, match="a redirect, which is not followed"):
        await receiver.channel().send(NOTICE, key=KEY, at=AT)
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("status", "final", "away"),
    [
        ("500 Oops", False, False),
        ("429 Slow", False, True),
        ("404 None", False, False),
        ("410 Gone", True, False),
    ],
)
async def test_a_refusal_is_told_and_only_gone_ends_it(
    receiver: Receiver, status: str, *, final: bool, away: bool
) -> None:
    receiver.status = status
    with pytest.raises(DeliveryError, match=status[:3]) as caught:
        await receiver.channel().send(NOTICE, key=KEY, at=AT)
    assert (caught.value.final, caught.value.away) == (final, away)


async def test_a_receiver_that_is_away_is_tried_again(receiver: Receiver) -> None:
    away = WebhookChannel("assets", "http://127.0.0.1:9/hook", SECRET)  # discard: nobody listens
    with pytest.raises(DeliveryError, match="not there") as caught:
        await away.send(NOTICE, key=KEY, at=AT)
    assert (caught.value.final, caught.value.away) == (False, True)
    assert receiver.got == []
