"""A small city behind the API: fakes and short words for what its tests need."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from api.app import build_app
from lighting.downlink.transport import Batch, Downlink
from lighting.operations.controller import Controller

MORNING = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
"""A Sunday in November, when the coming night is already planned."""

ADDRESS = "http://127.0.0.1:8000"


@dataclass
class StillClock:
    """A clock that moves when a test says so."""

    at: datetime = MORNING

    def now(self) -> datetime:
        """Return the instant it is set to."""
        return self.at

    async def sleep(self, delay_s: float) -> None:
        """Let the time pass at once."""
        self.at += timedelta(seconds=delay_s)


@dataclass
class LinkState:
    """How the connection to the broker stands."""

    connected: bool = True
    last_change: datetime = MORNING
    reconnects: int = 0
    problem: str = ""


@dataclass
class Link:
    """What health asks of the connection to the broker."""

    state: LinkState = field(default_factory=LinkState)


@dataclass
class SentBox:
    """A transport that keeps what it is given."""

    sent: list[Downlink] = field(default_factory=list)

    def is_ready(self) -> bool:
        """Tell that it takes downlinks."""
        return True

    async def send(self, downlinks: Sequence[Downlink]) -> None:
        """Keep the downlinks."""
        self.sent += downlinks

    async def messages(self) -> AsyncIterator[Batch]:
        """Say nothing."""
        nothing: tuple[Batch, ...] = ()
        for batch in nothing:
            yield batch


@asynccontextmanager
async def client_of(controller: Controller) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client that calls the app in this task's own loop, without sockets."""
    app: Any = build_app(controller)  # typed by Litestar in more detail than httpx asks for
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        yield client


LANTERNS = """\
lantern_id,latitude_deg,longitude_deg,road,ward,lighting_class,power_w,tags
leeds:1,53.8195,-1.5774,Otley Road,Headingley,P4,28,led crossing
leeds:2,53.8196,-1.5775,Otley Road,Headingley,P4,28,led
leeds:3,53.7997,-1.5492,The Headrow,City,M3,,
"""


async def import_csv(
    client: httpx.AsyncClient, text: str, *, dry_run: bool = False
) -> httpx.Response:
    """Import lanterns in Lamplighter's own columns."""
    return await client.post(
        "/api/v1/lanterns/import",
        params={"mapping": "lamplighter", "dry_run": dry_run},
        content=text.encode(),
        headers={"Content-Type": "text/csv"},
    )


def dev_eui(number: int) -> str:
    """Return the DevEUI of the node on lantern ``number``."""
    return f"70b3d57ed{number:07x}"


def fit(number: int, **changes: str) -> dict[str, str]:
    """Return the body that fits node ``number`` to lantern ``number``."""
    return {
        "lantern_id": f"leeds:{number}",
        "dev_eui": dev_eui(number),
        "profile_id": "nas_ul20xx_1_1",
        "application_id": "lights",
    } | changes


async def put_text(client: httpx.AsyncClient, path: str, text: str) -> httpx.Response:
    """Put a TOML document."""
    return await client.put(
        path, content=text.encode(), headers={"Content-Type": "application/toml"}
    )


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    """Return the body of an answer that must be a problem document (RFC 9457, section 3)."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body
