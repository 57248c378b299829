"""NGSI-LD entities as the body of an answer: an array, written entity by entity."""

from collections.abc import AsyncIterator

from api.schemas.measurements import ENCODER
from lighting.sensing.ngsi import Entity, key_values

LD_JSON = "application/ld+json"


async def entity_array(entities: AsyncIterator[Entity], *, bare: bool) -> AsyncIterator[bytes]:
    """Yield the text of a JSON array of entities; ``bare`` for the simplified form."""
    lead = b"["
    async for entity in entities:
        yield lead + ENCODER.encode(key_values(entity) if bare else entity)
        lead = b",\n"
    yield b"[]" if lead == b"[" else b"]"
