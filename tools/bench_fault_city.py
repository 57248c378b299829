"""A city's night in a database, for the faults bench: lanterns report hourly, some of them sick.

Readings go to SQLite past the stores, by its own driver: 4.5 million rows in seconds, not minutes.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lighting.faults.kinds import FaultKind
from lighting.faults.rows import no_meters, no_statuses, no_values
from lighting.faults.rules import DEFAULT_RULES
from lighting.faults.store import NightRows
from lighting.faults.words import TILT, tilt_text
from lighting.identifiers import DevEui
from lighting.operations.controller import Office
from lighting.operations.night_seen import NightBoard
from lighting.operations.records import Node
from lighting.testing.fault_nights import MadeNight, reported
from schedules.night import Night

SICK_SHARE = 0.01
"""Part of the lanterns that gets a fault, in turn of the kinds below: our choice."""

KINDS = (
    FaultKind.LAMP,
    FaultKind.UNLIT,
    FaultKind.DAY_BURNER,
    FaultKind.DIMMING,
    FaultKind.CYCLING,
    FaultKind.POWER,
    FaultKind.VOLTAGE,
    FaultKind.TILT,
)

PAGE = 5000


@dataclass(slots=True, kw_only=True)
class Made:
    """How much was made."""

    nodes: int = 0
    rows: int = 0
    sick: int = 0


_STATUS = "INSERT INTO status (dev_eui, at, level, reason, faults) VALUES (?, ?, ?, ?, ?)"
_METER = "INSERT INTO meter (dev_eui, at, power_w, voltage_v) VALUES (?, ?, ?, ?)"
_NOTE = "INSERT INTO note (dev_eui, at, kind, text) VALUES (?, ?, ?, ?)"
_HELD = "UPDATE node SET held = wanted, held_at = ?, last_seen_at = ?"


def make_sick(night: MadeNight) -> int:
    """Give some lanterns a fault each; return how many."""
    sick = range(0, night.lanterns, round(1 / SICK_SHARE))
    for number, kind in enumerate(KINDS):
        night.put(kind, list(sick[number :: len(KINDS)]))
    return len(sick)


async def fill_night(office: Office, file: Path, night: Night) -> Made:
    """Let every node hold its program and report through ``night``."""
    stores, rng = office.stores, np.random.default_rng(1)
    await office.planner.plan(night.start)
    board = NightBoard(
        office.expected,
        night,
        DEFAULT_RULES,
        await stores.nodes.programs_in_force(night.evening),
    )
    nothing = NightRows(
        statuses=no_statuses(), meters=no_meters(), boots=no_values(), tilts=no_values()
    )
    made = Made()
    with closing(sqlite3.connect(file)) as connection:
        start_ms, end_ms = (round(at.timestamp() * 1000) for at in (night.start, night.end))
        connection.execute(_HELD, (start_ms, end_ms - 1))
        connection.commit()
        after: DevEui | None = None
        while page := await stores.nodes.nodes(after=after, limit=PAGE):
            after = page[-1].dev_eui
            told = reported(await board.seen(page, (), [], nothing), night, rng)
            made.sick += make_sick(told)
            made.nodes += len(page)
            made.rows += _write(connection, page, told)
    return made


def _write(connection: sqlite3.Connection, nodes: list[Node], made: MadeNight) -> int:
    """Write what nodes told; return how many statuses and meter rows."""
    seen = made.seen()
    euis = [node.dev_eui for node in nodes]
    statuses, meters, tilts = seen.statuses, seen.meters, seen.tilts
    manual, failed = ("profile 0", "manual"), ("", "lamp failure")
    told = _columns(euis, statuses.lantern, statuses.at_s, statuses.level.tolist())
    marks = zip(statuses.manual.tolist(), statuses.lamp_failed.tolist(), strict=True)
    rows = ((*row, manual[by], failed[bad]) for row, (by, bad) in zip(told, marks, strict=True))
    connection.executemany(_STATUS, rows)
    watts, volts = (each.astype(np.int64).tolist() for each in (meters.power_w, meters.voltage_v))
    connection.executemany(_METER, _columns(euis, meters.lantern, meters.at_s, watts, volts))
    texts = [tilt_text(each) for each in tilts.value]
    connection.executemany(
        _NOTE, _columns(euis, tilts.lantern, tilts.at_s, [TILT] * len(texts), texts)
    )
    connection.commit()
    return len(statuses.at_s) + len(meters.at_s)


def _columns(
    euis: list[DevEui], lantern: np.ndarray, at_s: np.ndarray, *values: list[Any]
) -> Iterator[tuple[Any, ...]]:
    return zip([euis[who] for who in lantern], (at_s * 1000).tolist(), *values, strict=True)
