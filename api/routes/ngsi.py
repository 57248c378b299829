"""The city's add-ons and lanterns as NGSI-LD entities of smart-data-models."""

from litestar import get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery
from litestar.response import Stream

from api.entities import LD_JSON, entity_array
from api.parameters import lanterns_asked
from api.problems import fails
from api.routes.measurements import WHERE
from lighting.inventory.store import LanternFilter
from lighting.operations.controller import Office
from lighting.operations.ngsi_city import device_entities, streetlight_entities
from lighting.operations.readings import Where


@get("/ngsi-ld/devices", tags=["measurements"], dependencies=WHERE, responses=fails(422))
async def ngsi_devices(
    office: NamedDependency[Office],
    where: NamedDependency[Where],
    *,
    key_values: FromQuery[bool] = False,
) -> Stream:
    """Return add-ons that have measured something, as an array of ``Device``."""
    entities = device_entities(office.sensing.readings, where)
    return Stream(entity_array(entities, bare=key_values), media_type=LD_JSON)


@get(
    "/ngsi-ld/streetlights",
    tags=["measurements"],
    dependencies={"where": Provide(lanterns_asked, sync_to_thread=False)},
    responses=fails(),
)
async def ngsi_streetlights(
    office: NamedDependency[Office],
    where: NamedDependency[LanternFilter],
    *,
    key_values: FromQuery[bool] = False,
) -> Stream:
    """Return lanterns with a node, as an array of ``Streetlight``; ``status`` tells open faults."""
    entities = streetlight_entities(
        office.stores.lanterns, office.stores.faults, office.sensing.readings, where
    )
    return Stream(entity_array(entities, bare=key_values), media_type=LD_JSON)


HANDLERS = (ngsi_devices, ngsi_streetlights)
