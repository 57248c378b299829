"""Where add-ons were while they measured: from the register of occupancies, gone ones too."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import among
from lighting.adapters.sql.sample_rows import key_of
from lighting.adapters.sql.sensing_tables import ADD_ON, SERIES
from lighting.adapters.sql.socket_tables import CORRECTION, OCCUPANCY
from lighting.adapters.sql.tables import LANTERN
from lighting.adapters.sql.times import from_ms
from lighting.identifiers import DevEui, LanternId
from lighting.sensing.series import Place, SeriesKey, Stay

PLACE = tuple(LANTERN.c[name] for name in ("lantern_id", "latitude_deg", "longitude_deg", "road"))
PLACE += (LANTERN.c.ward,)


class _Hung(NamedTuple):
    """An add-on on a lantern, since ``since`` (None: for all that is known)."""

    since: datetime | None
    model_id: str
    row: Row[Any]


Whereabouts = Mapping[str, Sequence[_Hung]]
"""By DevEUI, in order of time."""


def place_of(row: Row[Any], dev_eui: str, model_id: str, stream_id: str) -> Place:
    """Return the place that the columns of ``PLACE`` tell."""
    return Place(
        dev_eui=DevEui(dev_eui),
        model_id=model_id,
        stream_id=stream_id,
        lantern_id=LanternId(row.lantern_id),
        latitude_deg=row.latitude_deg,
        longitude_deg=row.longitude_deg,
        road=row.road,
        ward=row.ward,
    )


async def stays(connection: AsyncConnection, start: datetime, end: datetime) -> list[Stay]:
    """Return where add-ons were between ``start`` and ``end``, by DevEUI, stream and time."""
    columns = (SERIES.c.dev_eui, SERIES.c.stream_id, SERIES.c.quantity, SERIES.c.channel)
    keys: defaultdict[tuple[str, str], list[SeriesKey]] = defaultdict(list)
    rows: Iterable[Row[Any]] = await connection.execute(select(*columns).order_by(*columns))
    for row in rows:
        keys[row.dev_eui, row.stream_id].append(key_of(row))
    hung = await _whereabouts(connection, sorted({dev_eui for dev_eui, _ in keys}))
    return [
        Stay(
            place=place_of(each.row, dev_eui, each.model_id, stream_id),
            keys=tuple(series),
            start=first,
            end=last,
        )
        for (dev_eui, stream_id), series in keys.items()
        for each, first, last in _between(hung.get(dev_eui, ()), start, end)
    ]


def _between(
    hung: Sequence[_Hung], start: datetime, end: datetime
) -> Iterator[tuple[_Hung, datetime, datetime]]:
    """Yield what of ``start`` to ``end`` an add-on spent where.

    It counts as where it was until it is fitted elsewhere, so that every value has one place: also
    one that was measured before the fitting was noted, or came after the removal.
    """
    for each, then in pairwise([*hung, None]):
        if each is None:
            continue
        first = start if each is hung[0] or each.since is None else max(start, each.since)
        last = end if then is None or then.since is None else min(end, then.since)
        if first < last:
            yield each, first, last


async def _whereabouts(connection: AsyncConnection, dev_euis: Sequence[str]) -> Whereabouts:
    """Return where each add-on was fitted; one without a record of that is where it is now."""
    found: defaultdict[str, list[_Hung]] = defaultdict(list)
    of_these = among(connection, OCCUPANCY.c.dev_eui, dev_euis)
    for row in await connection.execute(_fitted().where(of_these)):
        found[row.dev_eui].append(_hung(row))
    if unknown := [each for each in dev_euis if each not in found]:
        here = select(ADD_ON.c.dev_eui, ADD_ON.c.model_id, *PLACE)
        here = here.join(LANTERN, LANTERN.c.lantern_id == ADD_ON.c.lantern_id)
        here = here.where(among(connection, ADD_ON.c.dev_eui, unknown))
        for row in await connection.execute(here):
            found[row.dev_eui].append(_Hung(None, row.model_id, row))
    if unknown := [each for each in dev_euis if each not in found]:
        await _add_corrected(connection, set(unknown), found)
    return found


async def _add_corrected(
    connection: AsyncConnection, dev_euis: set[str], found: defaultdict[str, list[_Hung]]
) -> None:
    """Add where add-ons were whose DevEUI was corrected after they were taken off."""
    query = _fitted(CORRECTION.c.was).join(
        CORRECTION, CORRECTION.c.occupancy_id == OCCUPANCY.c.occupancy_id
    )
    for row in await connection.execute(query.where(CORRECTION.c.was.contains("dev_eui"))):
        was = json.loads(row.was).get("dev_eui")
        if was in dev_euis:
            found[was].append(_hung(row))


def _fitted(*more: Any) -> Select[Any]:  # noqa: ANN401 - columns have no common type
    columns = (OCCUPANCY.c.dev_eui, OCCUPANCY.c.device_id, OCCUPANCY.c.fitted_at)
    return (
        select(*columns, *PLACE, *more)
        .select_from(OCCUPANCY)
        .join(LANTERN, LANTERN.c.lantern_id == OCCUPANCY.c.lantern_id)
        .order_by(OCCUPANCY.c.fitted_at, OCCUPANCY.c.occupancy_id)
    )


def _hung(row: Row[Any]) -> _Hung:
    return _Hung(from_ms(row.fitted_at), row.device_id, row)
