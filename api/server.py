"""Serve the API from inside a running event loop, beside the controller's own tasks."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from api.app import build_app
from api.listening import Listeners
from api.requests import LOOPBACK_HOSTS
from lighting.operations.controller import Controller

SHUTDOWN_S = 2
"""How long open requests may take to finish when we stop."""


class _InsideServer(uvicorn.Server):
    """A server that leaves signals to the program around it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve_api(controller: Controller, host: str, listeners: Listeners) -> None:
    """Serve on ``listeners``, which listen on ``host``, until cancelled; then finish and stop."""
    config = uvicorn.Config(
        build_app(controller, hosts={host, *LOOPBACK_HOSTS}),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    server = _InsideServer(config)
    serving = asyncio.create_task(server.serve(sockets=list(listeners)), name="api.serve")
    try:
        await asyncio.shield(serving)
    finally:
        controller.office.sensing.feed.close()  # live answers would never end by themselves
        server.should_exit = True
        await serving
