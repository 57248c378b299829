"""`lamplighter demo`: a city, a broker, a LoRaWAN network and its lanterns, through one night."""

import asyncio
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.live import Live

from lighting.clock import SystemClock
from tools.demo_city import CityChoice
from tools.demo_night import Demo, DemoChoice, open_demo, run_night
from tools.demo_summary import summary
from tools.demo_view import View
from tools.output import ERR, EXIT_FAILED, OUT, print_json, told_errors

SPEED = 120.0
ONCE_SPEED = 20_000.0
"""With --once nobody watches: as fast as the chain can, unless told otherwise."""

LOOK_S = 0.5
SAY_S = 5.0
"""Pauses [s, real] between two looks of the live view, and between two lines with --once."""


def demo(
    *,
    city: Annotated[Path | None, typer.Option(help="A council's lantern file.")] = None,
    mapping: Annotated[str, typer.Option(help="Its mapping: a name, or a TOML file.")] = "camden",
    lanterns: Annotated[int | None, typer.Option(min=1, help="Take fewer lanterns.")] = None,
    speed: Annotated[
        float | None,
        typer.Option(
            min=1, help=f"How fast the night runs [default: {SPEED:g}; with --once no limit]."
        ),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="One night, then a JSON summary as the last line.")
    ] = False,
    zone: Annotated[str, typer.Option(help="Time zone of the city.")] = "Europe/London",
    seed: Annotated[int, typer.Option(help="Seed of the generated city and of chance.")] = 1,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the API.")] = 8000,
) -> None:
    """Run the main job on embedded defaults, from the coming dusk."""
    logging.basicConfig(level=logging.ERROR)
    choice = DemoChoice(
        city=CityChoice(file=city, mapping=mapping, lanterns=lanterns, seed=seed),
        zone=zone,
        speed=speed or (ONCE_SPEED if once else SPEED),
        seed=seed,
        port=port,
    )
    with told_errors(), tempfile.TemporaryDirectory(prefix="lamplighter-demo-") as folder:
        try:
            result = asyncio.run(_demo(choice, Path(folder), once=once))
        except KeyboardInterrupt:
            ERR.print("The demo was ended.")
            raise typer.Exit(EXIT_FAILED) from None
    print_json(result)
    if not result["well"]:
        raise typer.Exit(EXIT_FAILED)


async def _demo(choice: DemoChoice, folder: Path, *, once: bool) -> dict[str, object]:
    now = SystemClock().now()
    async with open_demo(choice, folder, now, lambda text: ERR.print(f"demo: {text}")) as demo:
        view = View(demo=demo, speed=choice.speed)
        if once or not OUT.is_terminal:
            await run_night(demo, choice.speed, _Now(SAY_S, lambda stage: _say(demo, view, stage)))
            return await summary(demo)
        with Live(view.render(), console=OUT, refresh_per_second=4, screen=True) as live:
            await run_night(
                demo, choice.speed, _Now(LOOK_S, lambda stage: _draw(view, live, stage))
            )
        return await summary(demo)


class _Now:
    """Calls ``act`` at most every ``every_s`` seconds of real time."""

    def __init__(self, every_s: float, act: Callable[[str], Awaitable[None]]) -> None:
        self._every_s = every_s
        self._act = act
        self._next_s = 0.0

    async def __call__(self, stage: str) -> None:
        if time.monotonic() >= self._next_s:
            await self._act(stage)
            self._next_s = time.monotonic() + self._every_s


async def _draw(view: View, live: Live, stage: str) -> None:
    await view.update(stage)
    live.update(view.render())


async def _say(demo: Demo, view: View, stage: str) -> None:
    await view.update(stage)
    evidence = view.figures["evidence"]
    counts = evidence if isinstance(evidence, dict) else {}
    told = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    clock = demo.clock.now().astimezone(demo.night.site.tz)
    ERR.print(f"demo: {clock:%H:%M} {stage}: {told}; {demo.uplinks} uplinks", markup=False)
