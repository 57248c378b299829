"""`lamplighter readings`: what add-ons measured: latest values, history, exports."""

import json
import os
from collections.abc import AsyncIterator
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from firmware_profiles.devices.device import Use
from firmware_profiles.quantities import quantity_for
from lighting.errors import RefusedError
from lighting.identifiers import dev_eui
from lighting.inventory.store import LanternFilter
from lighting.operations.controller import Office
from lighting.operations.ngsi_city import device_entities, streetlight_entities
from lighting.operations.readings import ExportFormat, Reading, Where
from lighting.sensing.csv_text import quality_words
from lighting.sensing.gauge import Gauge
from lighting.sensing.ngsi import instant, key_values
from lighting.sensing.rollup import Period, Rolled
from lighting.sensing.series import Sample, SeriesKey
from tools.output import OUT, AsJson, print_json, told_errors
from tools.places import instant_of
from tools.running import in_office

app = typer.Typer(
    help="What add-ons measured: latest values, history, exports.", no_args_is_help=True
)

DevEuiOption = Annotated[str | None, typer.Option("--dev-eui", help="Only this add-on.")]
StreamOption = Annotated[str | None, typer.Option(help="Only of this row of the data register.")]
UseOption = Annotated[Use | None, typer.Option(help="Only for this use.")]
QuantityOption = Annotated[str | None, typer.Option(help="Only this, such as air_temperature.")]
WardOption = Annotated[str | None, typer.Option(help="Only in this ward.")]
From = Annotated[str, typer.Option("--from", help="ISO 8601 with offset: 2026-11-22T00:00Z.")]
To = Annotated[str, typer.Option("--to", help="The same; up to, not including.")]


@app.command()
def latest(
    *,
    device: DevEuiOption = None,
    stream: StreamOption = None,
    use: UseOption = None,
    quantity: QuantityOption = None,
    ward: WardOption = None,
    as_json: AsJson = False,
) -> None:
    """Show the newest value of every series that can be trusted."""
    where = _where(device, stream_id=stream, use=use, quantity=quantity, ward=ward)
    found = in_office(lambda office: office.sensing.readings.latest(where))
    if as_json:
        print_json([_reading(each) for each in found])
        return
    table = Table("device", "at", "quantity", "value", "where")
    for each in found:
        key, place = each.sample.key, each.place
        table.add_row(
            key.dev_eui,
            instant(each.sample.at),
            f"{key.quantity} {key.channel}".strip(),
            _value(each.sample.value, key.quantity),
            escape(", ".join(filter(None, (place.lantern_id, place.road, place.ward)))),
        )
    OUT.print(table)


@app.command()
def gauge(
    device: Annotated[str, typer.Argument(help="A gully sensor's DevEUI.")],
    *,
    empty_m: Annotated[float, typer.Option(help="Distance it sees when the gully is empty.")],
    full_m: Annotated[float, typer.Option(help="Distance it sees when the gully is full.")],
) -> None:
    """State what a sensor's distances mean: from then on it tells how full the gully is."""
    with told_errors():
        said = Gauge(empty_m=empty_m, full_m=full_m)
        device = dev_eui(device)
    in_office(lambda office: office.stores.add_ons.set_gauge(device, said))
    OUT.print(f"{device}: {empty_m:g} m is empty, {full_m:g} m is full", markup=False)


@app.command()
def history(
    device: Annotated[str, typer.Argument(help="The add-on's DevEUI.")],
    quantity: Annotated[str, typer.Argument(help="Such as distance.")],
    *,
    start: From,
    end: To,
    channel: Annotated[str, typer.Option(help="Where a device has several, such as 'left'.")] = "",
    by: Annotated[
        Period | None, typer.Option(help="Roll up to hours, or days from local midnight.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the values of a series, flagged ones too, or its hours or days."""
    with told_errors():
        first, last = instant_of(start, "--from"), instant_of(end, "--to")
        key = SeriesKey(dev_eui=dev_eui(device), quantity=quantity, channel=channel)
        quantity_for(quantity)
    if by is not None:
        rolled = in_office(
            lambda office: office.sensing.readings.roll_up(key, by, start=first, end=last)
        )
        _show_rolled(rolled, quantity, as_json=as_json)
        return
    found = in_office(lambda office: office.sensing.readings.history(key, start=first, end=last))
    if as_json:
        print_json([_sample(each) for each in found])
        return
    table = Table("at", "value", "quality")
    for each in found:
        value = _value(each.value, quantity)
        table.add_row(instant(each.at), value, quality_words(each.quality))
    OUT.print(table)


@app.command()
def export(
    *,
    start: From,
    end: To,
    output: Annotated[Path, typer.Option(help="File to write; it is replaced.")],
    form: Annotated[ExportFormat, typer.Option("--format")] = ExportFormat.CSV,
    device: DevEuiOption = None,
    stream: StreamOption = None,
    use: UseOption = None,
    quantity: QuantityOption = None,
    ward: WardOption = None,
    open_only: Annotated[
        bool, typer.Option("--open-only", help="Only what may be published as open data.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write what was measured to a file: CSV, or NGSI-LD entities as a JSON array."""
    with told_errors():
        first, last = instant_of(start, "--from"), instant_of(end, "--to")
    where = _where(
        device, stream_id=stream, use=use, quantity=quantity, ward=ward, open_only=open_only
    )

    async def act(office: Office) -> int:
        readings = office.sensing.readings
        if form is ExportFormat.CSV:
            return await _write(output, readings.csv(where, start=first, end=last))
        bare = form is ExportFormat.KEY_VALUES
        found = readings.ngsi(where, start=first, end=last)
        told = (key_values(each) if bare else each async for each in found)
        return await _write(output, _array(told))

    _show_written(output, in_office(act), as_json=as_json)


class Kind(StrEnum):
    """Entities that say what there is."""

    DEVICES = "devices"
    STREETLIGHTS = "streetlights"


@app.command()
def entities(
    kind: Annotated[Kind, typer.Argument(help="devices or streetlights.")],
    *,
    output: Annotated[Path, typer.Option(help="File to write; it is replaced.")],
    bare: Annotated[bool, typer.Option("--key-values", help="The simplified form.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write add-ons or lanterns as NGSI-LD entities of smart-data-models."""

    async def act(office: Office) -> int:
        readings, stores = office.sensing.readings, office.stores
        found = (
            device_entities(readings, Where())
            if kind is Kind.DEVICES
            else streetlight_entities(stores.lanterns, stores.faults, readings, LanternFilter())
        )
        told = (key_values(each) if bare else each async for each in found)
        return await _write(output, _array(told))

    _show_written(output, in_office(act), as_json=as_json)


def _show_written(output: Path, size: int, *, as_json: bool) -> None:
    if as_json:
        print_json({"output": str(output), "characters": size})
    else:
        OUT.print(f"{output} is written, {size} characters", markup=False)


async def _array(entities: AsyncIterator[dict[str, object]]) -> AsyncIterator[str]:
    lead = "[\n"
    async for entity in entities:
        yield lead + json.dumps(entity, ensure_ascii=False)
        lead = ",\n"
    yield "[]\n" if lead == "[\n" else "\n]\n"


async def _write(output: Path, parts: AsyncIterator[str]) -> int:
    """Write a file whole, or leave what was there; return how many characters."""
    new, size = output.with_name(output.name + ".new"), 0
    try:
        with _opened(new) as file:
            async for part in parts:
                size += file.write(part)
        os.replace(new, output)  # noqa: PTH105 - one step on every system
    except OSError as exc:
        raise RefusedError(f"{output} cannot be written ({exc}); check its folder") from exc
    return size


def _opened(path: Path) -> IO[str]:
    return path.open("w", encoding="utf-8", newline="")


def _where(
    device: str | None,
    *,
    stream_id: str | None,
    use: Use | None,
    quantity: str | None,
    ward: str | None,
    open_only: bool = False,
) -> Where:
    with told_errors():
        if quantity is not None:
            quantity_for(quantity)
        return Where(
            dev_eui=None if device is None else dev_eui(device),
            stream_id=stream_id,
            use=use,
            quantity=quantity,
            ward=ward,
            open_only=open_only,
        )


def _value(value: float, quantity: str) -> str:
    return f"{value:g} {quantity_for(quantity).unit}"


def _sample(sample: Sample) -> dict[str, object]:
    return {
        "at": instant(sample.at),
        "value": sample.value,
        "unit": quantity_for(sample.key.quantity).unit,
        "quality": quality_words(sample.quality),
        "received_at": instant(sample.received_at),
    }


def _reading(reading: Reading) -> dict[str, object]:
    key, place = reading.sample.key, reading.place
    return {
        "dev_eui": key.dev_eui,
        "quantity": key.quantity,
        "channel": key.channel,
        **_sample(reading.sample),
        "lantern_id": place.lantern_id,
        "stream_id": place.stream_id,
    }


def _show_rolled(found: list[Rolled], quantity: str, *, as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {
                    "start": instant(each.start),
                    "end": instant(each.end),
                    "count": each.count,
                    "flagged": each.flagged,
                    "value": each.value,
                    "mean": each.mean,
                    "min": each.low,
                    "max": each.high,
                    "sum": each.total,
                }
                for each in found
            ]
        )
        return
    roll_up = quantity_for(quantity).roll_up.value
    table = Table("from", "to", f"value ({roll_up})", "min", "max", "values", "flagged")
    for each in found:
        figures = [
            "none" if figure is None else _value(figure, quantity)
            for figure in (each.value, each.low, each.high)
        ]
        counts = (str(each.count), str(each.flagged))
        table.add_row(instant(each.start), instant(each.end), *figures, *counts)
    OUT.print(table)
