"""The city's add-ons and lanterns as NGSI-LD entities."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from typing import Final

from lighting.faults.kinds import FaultKind
from lighting.faults.store import FaultStore
from lighting.identifiers import LanternId
from lighting.inventory.store import LanternFilter, LanternStore
from lighting.operations.readings import Readings, Where
from lighting.sensing.ngsi import Entity, device, streetlight

STATUS_OF: Final = {
    FaultKind.LAMP: "defectiveLamp",
    FaultKind.UNLIT: "defectiveLamp",
    FaultKind.TILT: "columnIssue",
}
"""What an open fault is called in the model of a streetlight; our other kinds say nothing about
the lamp or the column, and the model has no word for them."""

OK = "ok"


async def device_entities(readings: Readings, where: Where) -> AsyncIterator[Entity]:
    """Yield the add-ons that are meant, those that have measured something, by DevEUI.

    Raises:
        StoreError: the database could not be read.
    """
    quantities: defaultdict[str, list[str]] = defaultdict(list)
    meant = [place for place, _ in await readings.places(where)]
    latest = await readings.series.latest([place.dev_eui for place in meant])
    for sample in latest:
        quantities[sample.key.dev_eui].append(sample.key.quantity)
    last = {each.key.dev_eui: each.at for each in sorted(latest, key=lambda each: each.at)}
    for place in meant:
        if quantities[place.dev_eui]:
            yield device(place, quantities[place.dev_eui], last=last[place.dev_eui])


async def streetlight_entities(
    lanterns: LanternStore, faults: FaultStore, readings: Readings, where: LanternFilter
) -> AsyncIterator[Entity]:
    """Yield the lanterns that are meant and have a node, by id.

    Of a lantern without a node nobody knows how it is, and the model has no word for that.

    Raises:
        StoreError: the database could not be read.
    """
    status = await _status(faults)
    devices: defaultdict[LanternId, list[str]] = defaultdict(list)
    for place in await readings.series.places():
        devices[place.lantern_id].append(place.dev_eui)
    async for chunk in lanterns.every(where):
        for stored in chunk:
            lantern = stored.lantern
            if stored.dev_eui is not None:
                yield streetlight(
                    lantern.lantern_id,
                    (lantern.latitude_deg, lantern.longitude_deg),
                    status=status.get(lantern.lantern_id, OK),
                    devices=devices[lantern.lantern_id],
                    power_w=lantern.power_w,
                    height_m=lantern.height_m,
                )


async def _status(faults: FaultStore) -> Mapping[LanternId, str]:
    found: dict[LanternId, str] = {}
    for fault in await faults.open_faults():
        word = STATUS_OF.get(fault.kind)
        if word is None:
            continue
        for lantern_id in fault.lanterns:
            # The model has room for one word: a lamp that fails goes before a column that leans.
            if found.get(lantern_id) != STATUS_OF[FaultKind.LAMP]:
                found[lantern_id] = word
    return found
