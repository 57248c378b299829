"""Server-sent events: what was just stored, to whoever listens (WHATWG HTML, 9.2)."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from http import HTTPStatus
from typing import Any, cast

from litestar import Litestar, Request
from litestar.response import Stream
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Message, Receive, Send

from api.schemas.measurements import ENCODER, measurement_told
from lighting.operations.live import Feed, FeedClosedError, Live, PassedOverError
from lighting.operations.readings import Readings, Where

_LOG = logging.getLogger(__name__)

HEARTBEAT_S = 15.0
"""A comment is sent after so long without news, so that proxies do not close the connection."""

RETRY_MS = 5000
"""When a client may come back that lost its connection."""

STALL_S = 30.0
"""A client that takes nothing for so long is gone: its connection is closed."""


async def events(
    feed: Feed, readings: Readings, where: Where, *, last_id: str | None, heartbeat_s: float
) -> AsyncGenerator[str]:
    """Yield the text of a stream of events: samples that are meant, as they are stored.

    After ``last_id`` nothing is left out, or an event ``gap`` says that something was: the client
    then asks the history for it. A client that reads too slowly gets a ``gap`` and the end.
    """
    place = _place(feed, last_id)
    with feed.listening():
        yield f"retry: {RETRY_MS}\n\n"
        if place is None:
            place = feed.last
            yield _gap(feed, place, "values between are not at hand any more; ask for the history")
        while True:
            try:
                news = await feed.after(place, wait_s=heartbeat_s)
            except FeedClosedError:
                return
            except PassedOverError:
                yield _gap(feed, place, "this client read too slowly; connect again")
                return
            place = news[-1].number if news else place
            meant = await _meant(readings, where, news)
            yield "".join(_event(feed, each) for each in meant) or ": still here\n\n"


def _place(feed: Feed, last_id: str | None) -> int | None:
    """Return after which number a client goes on; None where something is missing in between."""
    if not last_id:
        return feed.last
    name, _, number = last_id.rpartition("-")
    if name != feed.name or not number.isdecimal() or int(number) > feed.last:
        return None  # of another run of this program, or not ours
    return int(number) if feed.still_has(int(number)) else None


async def _meant(readings: Readings, where: Where, news: Sequence[Live]) -> Sequence[Live]:
    if not news or where == Where():
        return news
    told = await readings.meant(where, [each.sample for each in news])
    return [each for each, is_meant in zip(news, told, strict=True) if is_meant]


def _event(feed: Feed, live: Live) -> str:
    data = ENCODER.encode(measurement_told(live.sample)).decode()
    return f"id: {feed.name}-{live.number}\nevent: measurement\ndata: {data}\n\n"


def _gap(feed: Feed, place: int, why: str) -> str:
    data = ENCODER.encode({"why": why}).decode()
    return f"id: {feed.name}-{place}\nevent: gap\ndata: {data}\n\n"


class _Patient(ASGIStreamingResponse):
    """A stream that gives a client up that takes nothing for too long."""

    async def send_body(self, send: Send, receive: Receive) -> None:
        """Send the events until the client is gone."""

        async def send_soon(message: Message) -> None:
            async with asyncio.timeout(STALL_S):
                await send(message)

        try:
            await super().send_body(send_soon, receive)
        except* TimeoutError:
            _LOG.info("a listener took nothing for %s s; its connection is closed", STALL_S)


class LiveStream(Stream):
    """The answer whose body is a stream of events."""

    def to_asgi_response(
        self,
        app: Litestar | None,  # noqa: ARG002 - Litestar's signature
        request: Request[Any, Any, Any],  # noqa: ARG002 - the same
        *,
        encoded_headers: Iterable[tuple[bytes, bytes]] | None = None,
        **_: Any,  # noqa: ANN401 - what Litestar adds for other answers
    ) -> ASGIStreamingResponse:
        """Return the answer as Litestar sends it."""
        return _Patient(
            iterator=cast("AsyncIterator[str]", self.iterator),
            headers=self.headers,
            encoded_headers=encoded_headers,
            media_type="text/event-stream",
            status_code=HTTPStatus.OK,
        )
