"""Recording what add-ons measured: ask the register, then store, add up or withhold."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from firmware_profiles.quantities import quantity_for
from lighting.adapters.sql.add_ons import read_routes
from lighting.adapters.sql.buckets import fold
from lighting.adapters.sql.bulk import Upsert, insert_rows, update_rows
from lighting.adapters.sql.sample_rows import SeriesRow, ids_of, insert_new, series_row
from lighting.adapters.sql.sensing_tables import ADD_ON
from lighting.adapters.sql.tables import NOTE
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.identifiers import DevEui
from lighting.sensing.add_on import Route
from lighting.sensing.aggregate import bucket_start, is_too_late, keeps_aggregates, length_of
from lighting.sensing.store import Measured, SensingBatch, Stored, Withheld
from lighting.sensing.stream import PEOPLE_INTERVAL_MIN, Stream

_SEEN = ("first_seen_at", "last_seen_at", "withheld")
_NOTE = ("dev_eui", "at", "kind", "text")


@dataclass(slots=True)
class _Sorted:
    """Values by what becomes of them; ``silent`` are the messages withheld, by add-on."""

    direct: list[tuple[SeriesRow, Measured]] = field(default_factory=list)
    folding: list[tuple[SeriesRow, timedelta, Measured]] = field(default_factory=list)
    withheld: Counter[Withheld] = field(default_factory=Counter)
    silent: dict[DevEui, set[str]] = field(default_factory=lambda: defaultdict(set))


async def record(
    connection: AsyncConnection, batch: SensingBatch, known: Mapping[SeriesRow, int]
) -> tuple[Stored, dict[SeriesRow, int]]:
    """Apply a batch; see ``MeasurementStore.record``.

    Also returns the ids of series that are not among ``known``; they hold once this is committed.
    """
    everyone = {each.sample.key.dev_eui for each in batch.measured} | batch.heard.keys()
    routes = await read_routes(connection, everyone, locked=True)
    sorted_out = sort_out(batch, routes)
    rows = {row for row, _ in sorted_out.direct} | {row for row, _, _ in sorted_out.folding}
    fresh = await ids_of(connection, rows - known.keys())
    ids = {row: known.get(row) or fresh[row] for row in rows}
    new = await insert_new(connection, ((ids[row], m.sample) for row, m in sorted_out.direct))
    adding = ((ids[row], length, measured) for row, length, measured in sorted_out.folding)
    restated = await fold(connection, adding, batch.now)
    await _keep_notes(connection, batch, routes)
    await _keep_seen(connection, batch, routes, sorted_out)
    return Stored(samples=(*new, *restated), withheld=sorted_out.withheld), fresh


def sort_out(batch: SensingBatch, routes: Mapping[DevEui, Route]) -> _Sorted:
    """Return what becomes of each value of a batch, by what the register says now."""
    result = _Sorted()
    for measured in batch.measured:
        key = measured.sample.key
        route = routes.get(key.dev_eui)
        why = withheld_because(route, key.quantity)
        if route is None or route.stream is None or why is not None:
            _withhold(result, measured, why or Withheld.NO_STREAM)
            continue
        stream, row = route.stream, series_row(key, route.stream.stream_id)
        if not keeps_aggregates(stream):
            result.direct.append((row, measured))
        elif not measured.message_id:
            _withhold(result, measured, Withheld.AGGREGATES)
        elif is_too_late(measured.sample.at, stream, batch.now):
            _withhold(result, measured, Withheld.TOO_LATE)
        else:
            result.folding.append((row, length_of(stream), measured))
    return result


def withheld_because(route: Route | None, quantity: str) -> Withheld | None:
    """Return why nothing of a quantity may be stored, or None."""
    if route is None or route.stream is None:
        return Withheld.NO_STREAM
    if not route.stream.on:
        return Withheld.OFF
    observes = route.add_on.people or quantity_for(quantity).people
    return Withheld.PEOPLE if observes and not _is_for_people(route.stream) else None


def _is_for_people(stream: Stream) -> bool:
    return stream.people and length_of(stream) >= PEOPLE_INTERVAL_MIN


def _withhold(result: _Sorted, measured: Measured, why: Withheld) -> None:
    result.withheld[why] += 1
    message, _, _ = measured.message_id.rpartition("#")
    result.silent[measured.sample.key.dev_eui].add(message)


async def _keep_notes(
    connection: AsyncConnection, batch: SensingBatch, routes: Mapping[DevEui, Route]
) -> None:
    rows = []
    for note in batch.notes:
        route = routes.get(note.dev_eui)
        if route is None or route.stream is None or not route.stream.on:
            continue
        at = _coarse(route, to_ms(note.at))
        rows.append((note.dev_eui, at, note.kind, note.text))
    rows.sort()
    existing = Upsert(key=("dev_eui", "at", "kind"))
    await insert_rows(connection, NOTE, _NOTE, rows, existing=existing)


async def _keep_seen(
    connection: AsyncConnection,
    batch: SensingBatch,
    routes: Mapping[DevEui, Route],
    sorted_out: _Sorted,
) -> None:
    silent: Counter[DevEui] = Counter({eui: len(ids) for eui, ids in sorted_out.silent.items()})
    for (dev_eui, _), messages in batch.withheld.items():
        silent[dev_eui] += messages
    rows = []
    for dev_eui, route in routes.items():
        add_on, heard = route.add_on, batch.heard.get(dev_eui)
        at = None if heard is None else _coarse(route, to_ms(heard))
        first = at if add_on.first_seen_at is None else to_ms(add_on.first_seen_at)
        last = None if add_on.last_seen_at is None else to_ms(add_on.last_seen_at)
        latest = max((each for each in (last, at) if each is not None), default=None)
        if latest != last or silent[dev_eui]:
            rows.append((dev_eui, first, latest, add_on.withheld + silent[dev_eui]))
    await update_rows(connection, ADD_ON, key=("dev_eui",), columns=_SEEN, rows=rows)


def _coarse(route: Route, at_ms: int) -> int:
    """Return the end of its quarter of an hour where the add-on observes people.

    The end and not the start: whoever waits for a device to be heard compares with an exact time.
    """
    if not route.add_on.people and not (route.stream and route.stream.people):
        return at_ms
    return to_ms(bucket_start(from_ms(at_ms), PEOPLE_INTERVAL_MIN) + PEOPLE_INTERVAL_MIN)
