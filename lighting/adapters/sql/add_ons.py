"""SqlAddOnStore: registered add-ons, and the device models that users imported."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from firmware_profiles.devices.device_text import device_from_text, device_text
from lighting.adapters.sql.bulk import Upsert, among, insert_rows
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.sensing_tables import ADD_ON, DEVICE_MODEL, STREAM
from lighting.adapters.sql.stream_rows import stream_of
from lighting.adapters.sql.tables import LANTERN
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.errors import NotFoundError, RefusedError
from lighting.identifiers import DevEui, LanternId
from lighting.sensing.add_on import AddOn, ImportedModel, Route
from lighting.sensing.gauge import Gauge
from lighting.sensing.stream import Stream, what_is_missing

_COLUMNS = (
    "dev_eui", "model_id", "lantern_id", "stream_id", "application_id", "people", "added_at",
    "first_seen_at", "last_seen_at", "withheld",
)  # fmt: skip
_CHANGED = ("model_id", "lantern_id", "stream_id", "application_id", "people")
_STREAM_COLUMNS = [column.label(f"stream_{column.name}") for column in STREAM.c]
_MODEL = ("model_id", "document", "source", "imported_at", "imported_by")


class SqlAddOnStore:
    """Add-ons in the database; see ``lighting.sensing.add_on.AddOnStore``.

    Every method is one transaction and raises StoreError if the database cannot do it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put_add_ons(self, add_ons: Sequence[AddOn]) -> None:
        """Add add-ons, or change model, place, stream and application of those that exist.

        Raises:
            RefusedError: a lantern or a stream is not there, or a device that observes people is
                put in a stream that is not for people; says which.
        """
        async with self._database.writing() as connection:
            await put_add_ons(connection, add_ons)

    async def set_gauge(self, dev_eui: DevEui, gauge: Gauge | None) -> AddOn:
        """Set what an add-on's distances mean, from its next message on, or that nobody knows.

        Raises:
            NotFoundError: no such add-on is registered.
        """
        change = update(ADD_ON).where(ADD_ON.c.dev_eui == dev_eui)
        change = change.values(
            empty_m=gauge.empty_m if gauge else None, full_m=gauge.full_m if gauge else None
        )
        async with self._database.writing() as connection:
            await connection.execute(change)
            found = await connection.execute(select(ADD_ON).where(ADD_ON.c.dev_eui == dev_eui))
            row = found.one_or_none()
        if row is None:
            raise NotFoundError("add-on", dev_eui)
        return _add_on(row)

    async def add_ons(self, dev_euis: Sequence[DevEui] | None = None) -> list[AddOn]:
        """Return the add-ons that exist among these (all of them if none are named), by DevEUI."""
        query = select(ADD_ON).order_by(ADD_ON.c.dev_eui)
        async with self._database.reading() as connection:
            if dev_euis is not None:
                query = query.where(among(connection, ADD_ON.c.dev_eui, dev_euis))
            return [_add_on(row) for row in await connection.execute(query)]

    async def routes(self, dev_euis: Sequence[DevEui]) -> Mapping[DevEui, Route]:
        """Return where what these add-ons say goes; those that are not registered are left out."""
        async with self._database.reading() as connection:
            return await read_routes(connection, dev_euis)

    async def put_model(self, imported: ImportedModel) -> None:
        """Add an imported device model, or replace the one with its id."""
        row = (
            imported.model.device_id,
            device_text(imported.model),
            imported.source,
            to_ms(imported.imported_at),
            imported.imported_by,
        )
        upsert = Upsert(key=("model_id",), columns=_MODEL[1:])
        async with self._database.writing() as connection:
            await insert_rows(connection, DEVICE_MODEL, _MODEL, [row], existing=upsert)

    async def models(self) -> list[ImportedModel]:
        """Return the imported device models, by id."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(DEVICE_MODEL).order_by(DEVICE_MODEL.c.model_id))
            return [_model(row) for row in rows]

    async def model_times(self) -> Mapping[str, datetime]:
        """Return when each imported device model was imported last, by id."""
        async with self._database.reading() as connection:
            query = select(DEVICE_MODEL.c.model_id, DEVICE_MODEL.c.imported_at)
            rows = await connection.execute(query)
            return {row.model_id: from_ms(row.imported_at) for row in rows}

    async def find_model(self, model_id: str) -> ImportedModel | None:
        """Return one imported device model or None."""
        query = select(DEVICE_MODEL).where(DEVICE_MODEL.c.model_id == model_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
            return None if row is None else _model(row)


async def put_add_ons(connection: AsyncConnection, add_ons: Sequence[AddOn]) -> None:
    """Write add-ons inside a transaction of the caller's, such as one that fits them too.

    Raises:
        RefusedError: as ``SqlAddOnStore.put_add_ons``; nothing is written then.
    """
    await _check_lanterns(connection, {each.lantern_id for each in add_ons})
    await _check_streams(connection, add_ons)
    rows = [
        (
            each.dev_eui,
            each.model_id,
            each.lantern_id,
            each.stream_id or None,
            each.application_id,
            each.people,
            to_ms(each.added_at),
            None if each.first_seen_at is None else to_ms(each.first_seen_at),
            None if each.last_seen_at is None else to_ms(each.last_seen_at),
            each.withheld,
        )
        for each in sorted(add_ons, key=lambda each: each.dev_eui)
    ]
    upsert = Upsert(key=("dev_eui",), columns=_CHANGED)
    await insert_rows(connection, ADD_ON, _COLUMNS, rows, existing=upsert)


async def gauge_of(
    connection: AsyncConnection, dev_eui: DevEui, model_id: str
) -> dict[str, float | None]:
    """Return what an add-on's distances mean, for one of the same model that takes its place."""
    this = (ADD_ON.c.dev_eui == dev_eui, ADD_ON.c.model_id == model_id)
    query = select(ADD_ON.c.empty_m, ADD_ON.c.full_m).where(*this, ADD_ON.c.empty_m.is_not(None))
    row = (await connection.execute(query)).one_or_none()
    return {} if row is None else {"empty_m": row.empty_m, "full_m": row.full_m}


async def put_gauge(
    connection: AsyncConnection, dev_eui: DevEui, gauge: dict[str, float | None]
) -> None:
    """Write what ``gauge_of`` returned to another add-on, inside a transaction of the caller's."""
    if gauge:
        its = ADD_ON.c.dev_eui == dev_eui
        await connection.execute(update(ADD_ON).where(its).values(gauge))


async def read_routes(
    connection: AsyncConnection, dev_euis: Collection[DevEui], *, locked: bool = False
) -> dict[DevEui, Route]:
    """Return where what these add-ons say goes.

    With ``locked`` their streams cannot be switched before the transaction is over.
    """
    query = (
        select(ADD_ON, *_STREAM_COLUMNS)
        .outerjoin(STREAM, STREAM.c.stream_id == ADD_ON.c.stream_id)
        .where(among(connection, ADD_ON.c.dev_eui, dev_euis))
        .order_by(ADD_ON.c.dev_eui)
    )
    if locked:
        await _hold_streams(connection, dev_euis)
        query = query.with_for_update(of=ADD_ON)
    routes: dict[DevEui, Route] = {}
    streams: dict[str, Stream] = {}
    for row in await connection.execute(query):
        if row.stream_id is not None and row.stream_id not in streams:
            streams[row.stream_id] = _allowed(stream_of(_StreamPart(row)))
        routes[DevEui(row.dev_eui)] = Route(add_on=_add_on(row), stream=streams.get(row.stream_id))
    return routes


def _allowed(stream: Stream) -> Stream:
    """Return a stream as off if its row does not answer for it, however it came to be on."""
    return replace(stream, on=False) if stream.on and what_is_missing(stream) else stream


async def _hold_streams(connection: AsyncConnection, dev_euis: Collection[DevEui]) -> None:
    own = select(ADD_ON.c.stream_id).where(among(connection, ADD_ON.c.dev_eui, dev_euis))
    rows = select(STREAM.c.stream_id).where(STREAM.c.stream_id.in_(own))
    await connection.execute(rows.order_by(STREAM.c.stream_id).with_for_update(read=True))


class _StreamPart:
    """The stream's columns of a joined row, under their own names."""

    def __init__(self, row: Row[Any]) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a column's value
        return getattr(self._row, f"stream_{name}")


async def _check_lanterns(connection: AsyncConnection, wanted: Collection[str]) -> None:
    query = select(LANTERN.c.lantern_id).where(among(connection, LANTERN.c.lantern_id, wanted))
    _refuse("lantern", wanted, (await connection.execute(query)).scalars(), "import it first")


async def _check_streams(connection: AsyncConnection, add_ons: Sequence[AddOn]) -> None:
    wanted = {each.stream_id for each in add_ons if each.stream_id}
    query = select(STREAM.c.stream_id, STREAM.c.people)
    query = query.where(among(connection, STREAM.c.stream_id, wanted))
    people: dict[str, bool] = dict((await connection.execute(query)).all())
    _refuse("stream", wanted, people, "put its row in the data register first")
    for each in add_ons:
        if each.people and each.stream_id and not people[each.stream_id]:
            raise RefusedError(
                f"add-on {each.dev_eui} ({each.model_id}) observes people and stream"
                f" {each.stream_id} is not for people; choose one with people = true"
            )


def _refuse(kind: str, wanted: Collection[str], there: Iterable[str], cure: str) -> None:
    missing = sorted(set(wanted) - set(there))
    if missing:
        raise RefusedError(f"no {kind} {', '.join(missing[:10])}; {cure}")


def _add_on(row: Row[Any]) -> AddOn:
    return AddOn(
        dev_eui=DevEui(row.dev_eui),
        model_id=row.model_id,
        lantern_id=LanternId(row.lantern_id),
        stream_id=row.stream_id or "",
        application_id=row.application_id,
        people=row.people,
        added_at=from_ms(row.added_at),
        first_seen_at=from_ms(row.first_seen_at),
        last_seen_at=from_ms(row.last_seen_at),
        withheld=row.withheld,
        gauge=None if row.empty_m is None else Gauge(empty_m=row.empty_m, full_m=row.full_m),
    )


def _model(row: Row[Any]) -> ImportedModel:
    return ImportedModel(
        model=device_from_text(row.document, document=row.model_id),
        source=row.source,
        imported_at=from_ms(row.imported_at),
        imported_by=row.imported_by,
    )
