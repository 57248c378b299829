"""A city over the API with one gully sensor whose stream is on, and what it has measured."""

from datetime import timedelta
from typing import Any

import httpx

from lighting.identifiers import DevEui, LanternId
from lighting.operations.controller import Office
from lighting.sensing.add_on import AddOn
from lighting.sensing.series import Quality, Sample, SeriesKey
from tests.api.city import MORNING, put_text
from tests.contracts.sensing_kit import add_samples

API = "/api/v1"
GULLY = """
[gully-levels]
title = "Gully levels"
use = "gully level"
purpose = "Empty gullies before they flood the road"
lawful_basis = "not personal data"
owner = "Highways asset management"
stored_where = "the council's own server"
visible_to = ["asset", "engineer"]
retention_days = 30
open_data = true
dpia = "not needed"
"""
EUI = DevEui("a81758fff0000001")
KEY = SeriesKey(dev_eui=EUI, quantity="distance")
SAID = {"by": "A. Officer", "why": "the DPO agreed"}


def at(minutes: float, value: float, quality: Quality = Quality.GOOD) -> Sample:
    """Return a value of the sensor, ``minutes`` after eight."""
    when = MORNING - timedelta(hours=2) + timedelta(minutes=minutes)
    return Sample(key=KEY, at=when, value=value, received_at=when, quality=quality)


async def build(city: httpx.AsyncClient, office: Office) -> None:
    """Put the row, register the add-on, switch the stream on, store four values."""
    put = await put_text(city, f"{API}/streams?by=A.%20Officer&why=new%20data", GULLY)
    assert put.status_code == 200, put.text
    await office.stores.add_ons.put_add_ons(
        [
            AddOn(
                dev_eui=EUI,
                model_id="milesight-em500-udl",
                lantern_id=LanternId("leeds:1"),
                stream_id="gully-levels",
                added_at=MORNING - timedelta(hours=2),
            )
        ]
    )
    on = await city.post(f"{API}/streams/gully-levels/on", json=SAID)
    assert on.json()["on"] is True
    samples = [at(0, 1.5), at(30, 1.25), at(45, 99, Quality.OUT_OF_RANGE), at(60, 1.0)]
    await add_samples(office.stores.series, samples)


async def get(client: httpx.AsyncClient, path: str, **params: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the JSON of an answer that must be 200."""
    answer = await client.get(f"{API}{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()
