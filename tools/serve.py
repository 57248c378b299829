"""`lamplighter serve` and `config print`: the controller with its API, and its settings."""

import asyncio
import logging
import signal
from collections.abc import Coroutine
from typing import Annotated, Any

import structlog
import typer

from api.listening import listening
from lighting.config import Settings, printed, read_settings
from lighting.operations.keeping import Keeper
from lighting.wiring import open_controller
from tools.output import OUT, AsJson, print_json, told_errors

Work = Coroutine[Any, Any, None]

_LOG = logging.getLogger(__name__)

config = typer.Typer(help="Settings.")


@config.callback()
def _settings() -> None:
    """Keep ``print`` a command of its own."""


@config.command("print")
def print_settings(*, as_json: AsJson = False) -> None:
    """Print every setting with its meaning and present value, as a TOML file."""
    with told_errors():
        settings = read_settings()
    if as_json:
        print_json(settings.model_dump(mode="json"))
    else:
        OUT.print(printed(settings), markup=False)


def serve(
    *,
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, help="Port of the API [default: the setting api_port, 8000]."
        ),
    ] = None,
) -> None:
    """Run the controller and its API until stopped."""
    with told_errors():
        settings = read_settings()
        if port is not None:
            settings = settings.model_copy(update={"api_port": port})
        _log(settings.log_level)
        asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    from api.server import serve_api  # noqa: PLC0415 - Litestar takes a second to import

    host, port = settings.api_host, settings.api_port
    with listening(host, port) as listeners:
        async with open_controller(settings) as controller:
            _LOG.info("serving on %s:%d", host, port)
            await _until_stopped(
                Keeper(controller).run(),
                serve_api(controller, host, listeners),
            )


async def _until_stopped(keeping: Work, serving: Work) -> None:
    """Run both until a signal asks us to stop."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(keeping, name="serve.keep"),
            group.create_task(serving, name="serve.api"),
        ]
        await stop.wait()
        _LOG.info("stopping")
        for task in tasks:
            task.cancel()


def _log(level: str) -> None:
    """Send log lines to stderr as one JSON object each."""
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler])
    # It logs whole addresses, and those of webhooks may hold a token.
    logging.getLogger("httpx").setLevel(logging.WARNING)
