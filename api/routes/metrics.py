"""Metrics for Prometheus."""

from litestar import Response, get
from litestar.di import NamedDependency
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from api.metrics import scrape
from lighting.operations.controller import Controller


@get("/metrics", tags=["status"], media_type=CONTENT_TYPE_PLAIN_0_0_4)
async def show_metrics(controller: NamedDependency[Controller]) -> Response[bytes]:
    """Return evidence, orders, waiting, air time, messages and health in Prometheus' format."""
    return Response(await scrape(controller), media_type=CONTENT_TYPE_PLAIN_0_0_4)


HANDLERS = (show_metrics,)
