"""The demo's add-ons: some of each of the city's eight uses, with what people decide about them.

They are registered as a fitter would, under rows of the data register that are switched on as an
officer would, and two rules watch them. No add-on of the catalogue plugs into a lantern's socket,
so these are clamped to columns, and the register of occupancies says so.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import cycle
from pathlib import Path
from random import Random
from typing import NamedTuple

from firmware_profiles.devices.device import Use
from firmware_profiles.devices.library import device_for
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.lantern import Lantern
from lighting.operations.controller import Office
from lighting.operations.register_asked import RegisterAsked
from lighting.sensing.alerts.alert import Alert
from lighting.sensing.alerts.store import AlertFilter
from lighting.sensing.gauge import Gauge
from lighting.testing.street_night import Corner, StreetNight, a_corner
from lighting.testing.virtual_add_on import (
    GULLY_EMPTY_M,
    GULLY_FULL_M,
    INTERVAL_S,
    AddOnSpec,
    VirtualAddOn,
)
from schedules.night import Night

LANTERNS_AN_ADD_ON = 25
ADD_ONS_MAX = 200
ADD_ON_FIRST = 0x70B3D57ED1000000
APPLICATION_ID = "0d9d7a55-3f0e-4d0a-9c58-2f6a3d1b8e77"

SHOWER = (time(21), time(23))
"""When it rains, by the local clock."""

GULLY_THAT_FILLS = Corner(catches=0.85)
"""One gully's grating is in a dip: it is nearly full after the shower."""


class Kind(NamedTuple):
    """One use: the model that serves it here, its row of the data register."""

    use: Use
    device_id: str
    stream_id: str
    purpose: str
    people: bool = False


KINDS = (
    Kind(Use.GULLY, "milesight-em500-udl", "gully-levels", "Empty gullies before they overflow"),
    Kind(Use.ROAD_SURFACE, "decentlab-dl-cws", "road-surfaces", "Grit roads before they freeze"),
    Kind(Use.AIR_QUALITY, "decentlab-dl-pm", "air-quality", "See where the air is bad, and when"),
    Kind(Use.VEHICLES, "pmx-tcr-s", "vehicle-counts", "Plan roads by how they are used"),
    Kind(Use.FOOTFALL, "parametric-pcr2-ods", "footfall", "Light paths while used", people=True),
    Kind(Use.DAMP, "milesight-em300-th", "damp", "Repair homes before mould grows"),
    Kind(Use.STRUCTURE, "milesight-em320-tilt", "structures", "Inspect what moves"),
    Kind(Use.PRESENCE, "milesight-ws202", "assisted-living", "Notice a quiet home", people=True),
)  # fmt: skip

_ROW = """
[{stream_id}]
title = "{use}"
use = "{use}"
purpose = "{purpose}"
lawful_basis = "{basis}"
owner = "the demo"
stored_where = "a temporary file on this machine"
visible_to = ["whoever runs the demo"]
retention_days = 1
open_data = {is_open}
dpia = "{dpia}"
people = {people}
interval_min = {interval_min}
"""

RULES = """
[gully-full]
when = "gully above 80 %"
severity = "critical"
tell = ["log"]
note = "Send the tanker."

[road-frost]
when = "road surface temperature below 1 °C for 20 min"
until = "above 2 °C for 10 min"
tell = ["log"]
note = "Send the gritters."
"""

_CHANNELS = '[channels.log]\nkind = "file"\npath = {path}\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Hung:
    """A virtual add-on and the lantern on whose column it hangs."""

    add_on: VirtualAddOn
    kind: Kind
    lantern_id: LanternId


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensed:
    """What the controller knows by its add-ons."""

    add_ons: int
    heard: int
    measurements: int
    open_alerts: Sequence[Alert]


def hang_add_ons(lanterns: Sequence[Lantern], night: Night, seed: int) -> list[Hung]:
    """Hang add-ons on columns here and there, at least one of each use where there is room."""
    wanted = max(len(KINDS), min(len(lanterns) // LANTERNS_AN_ADD_ON, ADD_ONS_MAX))
    rng = Random(seed)
    columns = rng.sample(lanterns, min(wanted, len(lanterns)))
    street_night = _street_night(night)
    hung: list[Hung] = []
    for number, (lantern, kind) in enumerate(zip(columns, cycle(KINDS), strict=False), start=1):
        spec = AddOnSpec(
            dev_eui=DevEui(f"{ADD_ON_FIRST + number:016x}"),
            application_id=APPLICATION_ID,
            latitude_deg=lantern.latitude_deg,
            longitude_deg=lantern.longitude_deg,
            device_id=kind.device_id,
            interval_s=device_for(kind.device_id).uplink_interval_s or INTERVAL_S,
        )
        own = Random(rng.getrandbits(64))
        corner = GULLY_THAT_FILLS if number == 1 else a_corner(own)
        add_on = VirtualAddOn(spec, street_night, rng=own, corner=corner)
        hung.append(Hung(add_on=add_on, kind=kind, lantern_id=lantern.lantern_id))
    return hung


def _street_night(night: Night) -> StreetNight:
    begins, ends = SHOWER
    return StreetNight(
        midnight_s=night.at(time()).timestamp(),
        shower_s=(night.at(begins).timestamp(), night.at(ends).timestamp()),
    )


async def take_into_service(office: Office, hung: Iterable[Hung]) -> None:
    """Do what people do: fill the data register, register the devices, write the rules."""
    by = "demo"
    register = office.sensing.register
    await register.put(streams_text(), by=by, why="the demo")
    for kind in KINDS:
        await register.switch_on(kind.stream_id, by=by, why="the demo")
    for each in hung:
        spec = each.add_on.spec
        await office.devices.registration.register(
            RegisterAsked(
                dev_eui=spec.dev_eui,
                device_id=spec.device_id,
                by=by,
                lantern_id=each.lantern_id,
                stream_id=each.kind.stream_id,
                application_id=spec.application_id,
            )
        )
        if each.kind.use is Use.GULLY:
            gauge = Gauge(empty_m=GULLY_EMPTY_M, full_m=GULLY_FULL_M)
            await office.stores.add_ons.set_gauge(spec.dev_eui, gauge)
    await office.alerts.book.save("demo", RULES, at=office.clock.now(), by=by)


def streams_text() -> str:
    """Return the demo's rows of the data register, as TOML."""
    return "".join(map(_row, KINDS))


def _row(kind: Kind) -> str:
    return _ROW.format(
        stream_id=kind.stream_id,
        use=kind.use.value,
        purpose=kind.purpose,
        basis="public task" if kind.people else "not personal data",
        is_open="false" if kind.people else "true",
        dpia="done" if kind.people else "not needed",
        people=str(kind.people).lower(),
        interval_min=15 if kind.people else 0,
    )


def alerts_file(folder: Path) -> Path:
    """Write who is told of alerts: a file beside the demo's database."""
    path = folder / "alerts.toml"
    lines = json.dumps(str(folder / "alerts.jsonl"))  # a text of JSON is one of TOML
    path.write_text(_CHANNELS.format(path=lines), encoding="utf-8")
    return path


async def sensed(office: Office) -> Sensed:
    """Look at what add-ons have brought so far."""
    add_ons = await office.stores.add_ons.add_ons()
    return Sensed(
        add_ons=len(add_ons),
        heard=sum(add_on.last_seen_at is not None for add_on in add_ons),
        measurements=office.sensing.feed.last,
        open_alerts=await office.alerts.store.find(AlertFilter(is_open=True)),
    )
