"""SqlNightReader: what nodes told, as columns for the detector.

Statuses and meters, millions in a city's night, come as whole columns (``columns.py``); notes, of
which there are few, as rows.
"""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, ColumnElement, Select, Table, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import among
from lighting.adapters.sql.columns import Told, floats, gathered, placed, whole
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.tables import LANTERN, METER, NOTE, STATUS
from lighting.adapters.sql.times import to_ms
from lighting.faults.kinds import is_sensitive
from lighting.faults.rows import UNKNOWN_LEVEL, Meters, Statuses, Values
from lighting.faults.store import NightRows
from lighting.faults.words import (
    BOOT,
    NOTE_KINDS,
    alerted_volts,
    is_by_hand,
    is_lamp_alert,
    tells_lamp_failure,
    told_tilt,
)
from lighting.identifiers import DevEui, LanternId

_MS_PER_S = 1000

_BY_HAND, _FAILED, _MARKS = 1, 2, 4
"""A level and what else a status says travel as one number: level * _MARKS + marks."""

Line = tuple[int, int, str, str]
"""A note: place, time [ms], kind, text."""

Columns = tuple[NDArray[Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Whose words are read over which connection, from ``start`` until before ``end`` [ms]."""

    connection: AsyncConnection
    dev_euis: Sequence[DevEui]
    start: int
    end: int

    async def notes(self) -> list[Line]:
        """Return the notes that tell the detector anything."""
        query, place = self._words_in(NOTE)
        query = query.add_columns(place, NOTE.c.at, NOTE.c.kind, NOTE.c.text)
        found = await self.connection.execute(query.where(NOTE.c.kind.in_(NOTE_KINDS)))
        return [(row[0], row[1], row[2], row[3]) for row in found]

    async def statuses(self) -> Sequence[Told]:
        """Return gathered keys, and levels with their marks."""
        query, _ = self._words_in(STATUS)
        query = query.add_columns(STATUS.c.reason, STATUS.c.faults).distinct()
        texts = (await self.connection.execute(query)).all()
        by_hand = {reason for reason, _ in texts if is_by_hand(reason)}
        failed = {faults for _, faults in texts if tells_lamp_failure(faults)}
        level = func.coalesce(STATUS.c.level, UNKNOWN_LEVEL) * _MARKS
        level += case((among(self.connection, STATUS.c.reason, by_hand), _BY_HAND), else_=0)
        level += case((among(self.connection, STATUS.c.faults, failed), _FAILED), else_=0)
        return await self._columns(STATUS, level)

    async def meters(self) -> Sequence[Told]:
        """Return gathered keys, powers [W] and mains [V]."""
        return await self._columns(METER, METER.c.power_w, METER.c.voltage_v)

    def keys(self, told: Told) -> Columns:
        """Return places, and times [ms], of gathered keys."""
        place, since = np.divmod(whole(told), max(1, self.end - self.start))
        return place, since + self.start

    async def _columns(self, of: Table, *figures: ColumnElement[Any]) -> Sequence[Told]:
        query, place = self._words_in(of)
        length, start = (literal(each, BigInteger) for each in (self.end - self.start, self.start))
        keys = place * length + (of.c.at - start)
        columns = [gathered(self.connection, each) for each in (keys, *figures)]
        return (await self.connection.execute(query.add_columns(*columns))).one()

    def _words_in(self, of: Table) -> tuple[Select[Any], ColumnElement[int]]:
        """Return a query that still lacks its columns, and the place of a row's node."""
        key = of.c.dev_eui
        nodes, place = placed(self.connection, self.dev_euis, key.type)
        query = select().select_from(nodes).join(of, key == nodes.c.value)
        return query.where(of.c.at >= self.start, of.c.at < self.end), place


class SqlNightReader:
    """Readings in the database; see ``lighting.faults.store.NightReader``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sensitive(self) -> frozenset[LanternId]:
        """Return the lanterns at places where people rely on light most.

        Raises:
            StoreError: the database cannot be read.
        """
        async with self._database.reading() as connection:
            classes = await _texts(connection, LANTERN.c.lighting_class)
            tags = await _texts(connection, LANTERN.c.tags)
            by_class = [each for each in classes if is_sensitive(each, ())]
            by_tags = [each for each in tags if is_sensitive("", json.loads(each))]
            query = select(LANTERN.c.lantern_id).where(
                among(connection, LANTERN.c.lighting_class, by_class)
                | among(connection, LANTERN.c.tags, by_tags)
            )
            return frozenset((await connection.execute(query)).scalars())

    async def read(
        self, dev_euis: Sequence[DevEui], *, start: datetime, end: datetime
    ) -> NightRows:
        """Return what these nodes told, start <= at < end, by node and time.

        Raises:
            StoreError: the database cannot be read.
        """
        async with self._database.reading() as connection:
            asked = _Asked(
                connection=connection, dev_euis=dev_euis, start=to_ms(start), end=to_ms(end)
            )
            notes = await asked.notes()
            statuses = await asked.statuses()
            meters = await asked.meters()
        return await asyncio.to_thread(_night_rows, asked, notes, statuses, meters)


async def _texts(connection: AsyncConnection, of: ColumnElement[str]) -> list[str]:
    return list((await connection.execute(select(of).distinct())).scalars())


def _night_rows(
    asked: _Asked, notes: Sequence[Line], statuses: Sequence[Told], meters: Sequence[Told]
) -> NightRows:
    return NightRows(
        statuses=_statuses((*asked.keys(statuses[0]), whole(statuses[1])), notes),
        meters=_meters((*asked.keys(meters[0]), floats(meters[1]), floats(meters[2])), notes),
        boots=_values((*line[:2], 1.0) for line in notes if line[2] == BOOT),
        tilts=_values(
            (*line[:2], deg) for line in notes if (deg := told_tilt(*line[2:])) is not None
        ),
    )


def _statuses(columns: Columns, notes: Iterable[Line]) -> Statuses:
    alert = UNKNOWN_LEVEL * _MARKS + _FAILED
    alerts = [(*line[:2], alert) for line in notes if is_lamp_alert(*line[2:])]
    lantern, at_s, level = _sorted(columns, alerts)
    return Statuses(
        lantern=lantern,
        at_s=at_s,
        level=level // _MARKS,
        manual=level & _BY_HAND > 0,
        lamp_failed=level & _FAILED > 0,
    )


def _meters(columns: Columns, notes: Iterable[Line]) -> Meters:
    alerts = [
        (*line[:2], nan, volts) for line in notes if (volts := alerted_volts(*line[2:])) is not None
    ]
    lantern, at_s, power_w, voltage_v = _sorted(columns, alerts)
    return Meters(lantern=lantern, at_s=at_s, power_w=power_w, voltage_v=voltage_v)


def _values(rows: Iterable[tuple[int, int, float]]) -> Values:
    whole_none, none = np.zeros(0, dtype=np.int64), np.zeros(0)
    lantern, at_s, value = _sorted((whole_none, whole_none, none), list(rows))
    return Values(lantern=lantern, at_s=at_s, value=value)


def _sorted(columns: Columns, more: Sequence[tuple[float, ...]]) -> Columns:
    """Return columns (places and times [ms] first) with more rows, by place and time [s]."""
    if more:
        added = zip(columns, zip(*more, strict=True), strict=True)
        columns = tuple(np.append(had, np.array(new, dtype=had.dtype)) for had, new in added)
    order = np.lexsort((columns[1], columns[0]))
    lantern, at_ms, *rest = (each[order] for each in columns)
    return lantern, at_ms // _MS_PER_S, *rest
