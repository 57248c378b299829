"""Two partners with a trial each behind the API, in few words."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import httpx

from lighting.identifiers import DevEui, LanternId
from lighting.inventory.occupancy import Acceptance
from lighting.operations.controller import Office
from lighting.operations.partners import TrialAsked
from lighting.operations.register_asked import RegisterAsked
from lighting.registration.trial import Partner
from lighting.sensing.register import Act, StreamChange
from lighting.sensing.series import Sample, SeriesKey
from lighting.sensing.store import Measured, SensingBatch
from tests.api.city import MORNING
from tests.contracts.sensing_kit import FOOTFALL, GULLY

GULLY_SENSOR = "milesight-em500-udl"
COUNTER = "parametric-pcr2-ods"
PARTNER = "/api/v1/partner"

AIR = TrialAsked(
    partner_id="leeds-air",
    lantern_ids=(LanternId("leeds:1"), LanternId("leeds:2")),
    first=date(2026, 11, 20),
    last=date(2026, 11, 30),
    devices_max=2,
    permit="P/12",
    by="Ann",
    stream_ids=(GULLY.stream_id,),
    accepted="seen on site",
)
RIVAL = replace(AIR, partner_id="rival", lantern_ids=(LanternId("leeds:2"),), permit="P/13")


def eui(number: int) -> DevEui:
    """Return the DevEUI of device ``number``."""
    return DevEui(f"a81758fff{number:07x}")


@dataclass(frozen=True, kw_only=True)
class PartnerClient:
    """A partner with a token."""

    client: httpx.AsyncClient
    trial_id: int
    token_number: int
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """What proves who asks."""
        return {"Authorization": f"Bearer {self.token}"}

    async def get(self, path: str, **params: Any) -> httpx.Response:  # noqa: ANN401 - any value
        """Ask."""
        return await self.client.get(PARTNER + path, params=params, headers=self.headers)

    async def post(self, path: str, **body: Any) -> httpx.Response:  # noqa: ANN401 - any value
        """Tell."""
        return await self.client.post(PARTNER + path, json=body, headers=self.headers)

    async def register(self, number: int, **changes: Any) -> httpx.Response:  # noqa: ANN401 - any field
        """Register gully sensor ``number`` on lantern 1."""
        body = {"dev_eui": eui(number), "device_id": GULLY_SENSOR, "lantern_id": "leeds:1"}
        return await self.post("/devices", **(body | changes))

    async def devices(self) -> list[dict[str, Any]]:
        """Return the devices that the partner is told of."""
        found: list[dict[str, Any]] = (await self.get("/devices")).json()["devices"]
        return found


async def prepare(office: Office) -> None:
    """Write both partners and both streams."""
    for key in ("leeds-air", "rival"):
        partner = Partner(partner_id=key, name=f"The {key} company", contact=f"{key}@example.org")
        await office.partners.city.add(partner, by="Ann")
    changes = [
        StreamChange(stream=stream, act=Act.PUT, at=MORNING, by="dpo", why="a test")
        for stream in (GULLY, FOOTFALL)
    ]
    await office.stores.streams.change_streams(changes)


async def agree(office: Office, client: httpx.AsyncClient, asked: TrialAsked) -> PartnerClient:
    """Agree on a trial and hand out its token."""
    trial = await office.partners.city.agree(asked)
    token, text = await office.partners.city.issue_token(trial.trial_id, by="Ann")
    return PartnerClient(
        client=client, trial_id=trial.trial_id, token_number=token.number, token=text
    )


async def measure(
    office: Office, number: int, value: float, at: datetime, *, quantity: str = "distance"
) -> int:
    """Record a value of device ``number``, received at once; return how many were stored."""
    sample = Sample(
        key=SeriesKey(dev_eui=eui(number), quantity=quantity), at=at, value=value, received_at=at
    )
    measured = Measured(sample=sample, message_id=f"{at.isoformat()}#0")
    batch = SensingBatch(measured=[measured], heard={eui(number): at}, now=at)
    return len((await office.stores.series.record(batch)).samples)


def day(at: datetime = MORNING) -> dict[str, str]:
    """Return the query for the day around an instant."""
    half = timedelta(hours=12)
    return {"from": (at - half).isoformat(), "to": (at + half).isoformat()}


async def citys_own(office: Office, number: int, lantern: str = "leeds:1") -> None:
    """Let the city register a gully sensor of its own."""
    asked = RegisterAsked(
        dev_eui=eui(number),
        device_id=GULLY_SENSOR,
        by="Bob the fitter",
        lantern_id=LanternId(lantern),
        stream_id=GULLY.stream_id,
        owner="Highways",
        acceptance=Acceptance(by="Bob", reason="seen"),
    )
    await office.devices.registration.register(asked)
