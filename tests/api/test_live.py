"""Live values as server-sent events (WHATWG HTML, 9.2): who hears what, gaps, and the end."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from api.app import build_app
from api.live import events
from lighting.identifiers import DevEui
from lighting.operations.controller import Controller, Office
from lighting.operations.live import LISTENERS_MAX, Feed
from lighting.operations.readings import Where
from lighting.sensing.series import Sample, SeriesKey
from tests.api.city import MORNING, problem
from tests.api.gully import API, at


def listen(office: Office, where: Where, last_id: str | None = None) -> AsyncGenerator[str]:
    sensing = office.sensing
    return events(sensing.feed, sensing.readings, where, last_id=last_id, heartbeat_s=0.01)


@pytest.mark.usefixtures("gully")
async def test_a_listener_hears_what_it_asked_for_and_goes_on_where_it_was(
    office: Office,
) -> None:
    feed, ward = office.sensing.feed, Where(ward="headingley")
    heard = listen(office, ward)
    assert await anext(heard) == "retry: 5000\n\n"
    assert await anext(heard) == ": still here\n\n"
    other = Sample(
        key=SeriesKey(dev_eui=DevEui("00" * 8), quantity="distance"),
        at=MORNING,
        value=3,
        received_at=MORNING,
    )
    feed.publish([other, at(90, 0.5)])
    event = await anext(heard)
    assert event.startswith(f"id: {feed.name}-2\nevent: measurement\ndata: {{")
    assert '"value":0.5' in event
    await heard.aclose()
    feed.publish([at(95, 0.4)])
    again = listen(office, ward, f"{feed.name}-2")
    await anext(again)
    assert '"value":0.4' in await anext(again)
    await again.aclose()
    assert feed.listeners == 0


@pytest.mark.usefixtures("gully")
async def test_a_listener_of_another_run_is_told_of_the_gap(office: Office) -> None:
    heard = listen(office, Where(), "1234-77")
    await anext(heard)
    assert "event: gap" in await anext(heard)
    await heard.aclose()


async def test_a_slow_listener_is_told_and_dropped(office: Office) -> None:
    feed = Feed("f", kept=2)
    slow = events(feed, office.sensing.readings, Where(), last_id=None, heartbeat_s=0.01)
    await anext(slow)
    feed.publish([at(0, 1), at(1, 2), at(2, 3)])
    assert [text async for text in slow] == [
        'id: f-0\nevent: gap\ndata: {"why":"this client read too slowly; connect again"}\n\n'
    ]
    assert feed.listeners == 0


async def test_listeners_are_let_go_when_the_program_stops(office: Office) -> None:
    feed = Feed("f")
    heard = events(feed, office.sensing.readings, Where(), last_id=None, heartbeat_s=60)
    await anext(heard)
    waiting = asyncio.create_task(anext(heard, "the end"))
    await asyncio.sleep(0)
    feed.close()
    assert await waiting == "the end"
    assert feed.listeners == 0


async def test_one_listener_too_many_is_asked_to_come_back(
    gully: httpx.AsyncClient, office: Office
) -> None:
    office.sensing.feed.listeners = LISTENERS_MAX
    answer = await gully.get(f"{API}/measurements/live")
    assert "listen already" in problem(answer, 503)["detail"]


async def test_the_stream_ends_when_the_client_goes(controller: Controller) -> None:
    app: Any = build_app(controller)
    gone, sent = asyncio.Event(), []
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"{API}/measurements/live",
        "raw_path": f"{API}/measurements/live".encode(),
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1")],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 5000),
    }

    async def receive() -> dict[str, str]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if message.get("body"):
            gone.set()

    async with asyncio.timeout(10):
        await app(scope, receive, send)
    assert sent[0]["status"] == 200
    headers = dict(sent[0]["headers"])
    assert headers[b"content-type"].startswith(b"text/event-stream")
    assert headers[b"cache-control"] == b"no-store"
    assert sent[1]["body"] == b"retry: 5000\n\n"
    assert controller.office.sensing.feed.listeners == 0
