"""`lamplighter bench`: performance figures, each beside its reference measured in the same run."""

from pathlib import Path
from typing import Annotated

import typer

from tools.bench_codecs import bench_codecs
from tools.bench_faults import bench_faults
from tools.bench_ingest import bench_ingest
from tools.bench_memory import bench_memory
from tools.bench_plan import bench_plan
from tools.bench_readings import bench_readings
from tools.bench_report import bench_report
from tools.bench_schedule import bench_schedule
from tools.bench_sockets import bench_sockets
from tools.output import print_json, told_errors

app = typer.Typer(help="Measure; every bench prints one JSON document.")

Lanterns = Annotated[int, typer.Option(min=10, help="How many lanterns.")]


@app.command()
def schedule(
    *,
    lanterns: Lanterns = 100_000,
    nights: Annotated[int, typer.Option(min=1)] = 365,
    sample: Annotated[int, typer.Option(min=10, help="Calls of astral to compare.")] = 4000,
) -> None:
    """Switch times of a city for a year, beside astral called for each lantern."""
    with told_errors():
        print_json(bench_schedule(lanterns=lanterns, nights=nights, sample=sample))


@app.command()
def ingest(
    *,
    messages: Annotated[int, typer.Option(min=100, help="How many uplinks.")] = 30_000,
    lanterns: Lanterns = 2000,
) -> None:
    """Uplinks decoded and stored a second, beside aiomqtt receiving the same and doing nothing."""
    with told_errors():
        print_json(bench_ingest(messages=messages, lanterns=lanterns))


@app.command()
def plan(*, lanterns: Lanterns = 100_000) -> None:
    """From a saved policy to orders in the book, for a whole city."""
    with told_errors():
        print_json(bench_plan(lanterns=lanterns))


@app.command()
def memory(*, lanterns: Lanterns = 100_000) -> None:
    """Memory of a controller that plans, sends and listens for a whole city."""
    with told_errors():
        print_json(bench_memory(lanterns=lanterns))


@app.command()
def faults(
    *,
    lanterns: Lanterns = 100_000,
    sample: Annotated[int, typer.Option(min=10, help="Lanterns that the reference judges.")] = 2000,
) -> None:
    """Faults found in a city's night, beside the same rules for one lantern after the other."""
    with told_errors():
        print_json(bench_faults(lanterns=lanterns, sample=sample))


@app.command()
def sockets(
    *, columns: Annotated[int, typer.Option(min=10, help="How many columns.")] = 100_000
) -> None:
    """Fit checks and searches for sockets over a whole city, beside asking each one by one."""
    with told_errors():
        print_json(bench_sockets(columns=columns))


@app.command()
def report(
    *,
    lanterns: Lanterns = 100_000,
    sample: Annotated[int, typer.Option(min=1, help="Lanterns of the plain form.")] = 40,
    years: Annotated[int, typer.Option(min=1, max=3, help="Of nightly rows.")] = 3,
) -> None:
    """A city's year of half-hours, and a report over years of nights, beside the plain forms."""
    with told_errors():
        print_json(bench_report(lanterns=lanterns, sample=sample, years=years))


@app.command()
def codecs(
    *,
    folder: Annotated[
        Path | None,
        typer.Option("--dir", help="A vendor's device folder, or a folder of such folders."),
    ] = None,
) -> None:
    """Microseconds a call of vendors' JavaScript codecs, beside the bare engine."""
    with told_errors():
        print_json(bench_codecs(folder))


@app.command()
def readings(
    *,
    messages: Annotated[int, typer.Option(min=10, help="How many uplinks.")] = 20_000,
    devices: Annotated[int, typer.Option(min=1, help="Of how many add-ons.")] = 2000,
) -> None:
    """Add-on uplinks decoded by a JavaScript codec and stored a second, and where time goes."""
    with told_errors():
        print_json(bench_readings(messages=messages, devices=devices))
