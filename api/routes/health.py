"""Health: is the system well? Asked by people, by monitors and by whatever restarts processes."""

from http import HTTPStatus

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from api.schemas.status import BrokerHealth, DatabaseHealth, HealthTold
from lighting.operations.controller import Controller
from lighting.operations.status import health

_NOT_WELL = ResponseSpec(
    HealthTold, generate_examples=False, description="Database or broker are not there"
)


@get("/health", tags=["status"], responses={HTTPStatus.SERVICE_UNAVAILABLE: _NOT_WELL})
async def show_health(controller: NamedDependency[Controller]) -> Response[HealthTold]:
    """Return 200 when database and broker are there, else 503; the body is the same in both."""
    at = controller.office.clock.now()
    found = await health(controller)
    oldest = found.oldest_waiting_at
    told = HealthTold(
        well=found.well,
        at=at,
        database=DatabaseHealth(well=not found.database, problem=found.database or None),
        broker=BrokerHealth(
            connected=found.broker_connected,
            since=found.broker_since,
            reconnects=found.broker_reconnects,
            problem=found.broker_problem or None,
        ),
        oldest_waiting_at=oldest,
        oldest_waiting_age_s=None if oldest is None else (at - oldest).total_seconds(),
    )
    status = HTTPStatus.OK if found.well else HTTPStatus.SERVICE_UNAVAILABLE
    return Response(told, status_code=status, headers={"Cache-Control": "no-store"})


HANDLERS = (show_health,)
