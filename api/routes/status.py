"""Status: the whole city at one look."""

import msgspec
from litestar import get
from litestar.di import NamedDependency

from api.problems import fails
from api.schemas.status import StatusTold
from lighting.operations.controller import Office
from lighting.operations.status import status


@get("/status", tags=["status"], responses=fails())
async def show_status(office: NamedDependency[Office]) -> StatusTold:
    """Return lanterns, programs wanted and proved, evidence, orders and open overrides."""
    return msgspec.convert(await status(office), StatusTold)


HANDLERS = (show_status,)
