"""`lamplighter serve` and `config print`: the controller with its API, and its settings."""

import asyncio
import logging
import signal

import structlog
import typer

from lighting.config import Settings, printed
from lighting.operations.keeping import Keeper
from lighting.wiring import open_controller
from tools.output import OUT, AsJson, print_json, told_errors
from tools.running import read_settings

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


def serve() -> None:
    """Run the controller and its API until stopped."""
    with told_errors():
        settings = read_settings()
        _log(settings.log_level)
        asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    from api.server import serve_api  # noqa: PLC0415 - Litestar takes a second to import

    async with open_controller(settings) as controller:
        stop = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(Keeper(controller).run(), name="serve.keep"),
                group.create_task(
                    serve_api(controller, settings.api_host, settings.api_port), name="serve.api"
                ),
            ]
            _LOG.info("serving on %s:%d", settings.api_host, settings.api_port)
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
