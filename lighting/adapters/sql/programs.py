"""Programs: frames by id, and the policies, cells and nights that each is good for."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from firmware_profiles.frame import Frame
from lighting.adapters.sql.bulk import Upsert, among, insert_rows
from lighting.adapters.sql.order_rows import FRAME_COLUMNS, frame_row, stored_frame
from lighting.adapters.sql.tables import PROGRAM, PROGRAM_FRAME, PROGRAM_USE
from lighting.identifiers import ProgramId
from lighting.operations.records import StoredProgram

_USE = ("program_id", "policy", "revision", "cell", "valid_from")
_FIRST_COMES = Upsert(key=("program_id",))
_FIRST_FRAME_COMES = Upsert(key=("program_id", "place"))
_LATER_COMES = Upsert(key=_USE, columns=("valid_until",))


async def put_programs(connection: AsyncConnection, programs: Sequence[StoredProgram]) -> None:
    """Write programs; a use that exists only gets its later ``valid_until``."""
    ordered = sorted(programs, key=lambda program: program.program_id)
    rows = ((program.program_id, program.profile_id) for program in ordered)
    await insert_rows(connection, PROGRAM, PROGRAM.c.keys(), rows, existing=_FIRST_COMES)
    frames = (
        (program.program_id, place, *frame_row(frame))
        for program in ordered
        for place, frame in enumerate(program.frames)
    )
    columns = ("program_id", "place", *FRAME_COLUMNS)
    await insert_rows(connection, PROGRAM_FRAME, columns, frames, existing=_FIRST_FRAME_COMES)
    await _put_uses(connection, ordered)


async def _put_uses(connection: AsyncConnection, programs: Sequence[StoredProgram]) -> None:
    ids = {program.program_id for program in programs}
    known = select(PROGRAM_USE).where(among(connection, PROGRAM_USE.c.program_id, ids))
    latest = {tuple(row[:-1]): row[-1] for row in await connection.execute(known.with_for_update())}
    for program in programs:
        use = (program.program_id, program.policy, program.revision, program.cell)
        key = (*use, program.valid_from.isoformat())
        until = program.valid_until.isoformat()
        latest[key] = max(until, latest.get(key, until))
    rows = ((*key, until) for key, until in sorted(latest.items()))
    await insert_rows(connection, PROGRAM_USE, (*_USE, "valid_until"), rows, existing=_LATER_COMES)


async def read_programs(
    connection: AsyncConnection, program_ids: Collection[ProgramId]
) -> dict[ProgramId, StoredProgram]:
    """Return the programs that exist among these, each with its newest use."""
    uses = _uses().where(among(connection, PROGRAM.c.program_id, program_ids))
    return {program.program_id: program for program in await _read(connection, uses)}


async def read_in_force(connection: AsyncConnection, night: date) -> list[StoredProgram]:
    """Return the programs, once for each use whose nights include ``night``."""
    evening = night.isoformat()
    uses = _uses().where(PROGRAM_USE.c.valid_from <= evening, PROGRAM_USE.c.valid_until >= evening)
    return await _read(connection, uses)


def _uses() -> Select[Any]:
    """Return the query of programs with their uses, later ``valid_from`` last."""
    return (
        select(PROGRAM_USE, PROGRAM.c.profile_id)
        .join(PROGRAM, PROGRAM.c.program_id == PROGRAM_USE.c.program_id)
        .order_by(PROGRAM_USE.c.valid_from, PROGRAM_USE.c.revision, PROGRAM_USE.c.program_id)
    )


async def _read(connection: AsyncConnection, uses: Select[Any]) -> list[StoredProgram]:
    rows = (await connection.execute(uses)).all()
    frames: defaultdict[str, list[Frame]] = defaultdict(list)
    ids = {row.program_id for row in rows}
    parts = select(PROGRAM_FRAME).where(among(connection, PROGRAM_FRAME.c.program_id, ids))
    parts = parts.order_by(PROGRAM_FRAME.c.program_id, PROGRAM_FRAME.c.place)
    for part in await connection.execute(parts):
        frames[part.program_id].append(stored_frame(part))
    return [_program(row, frames[row.program_id]) for row in rows]


def _program(row: Row[Any], frames: Sequence[Frame]) -> StoredProgram:
    return StoredProgram(
        program_id=ProgramId(row.program_id),
        profile_id=row.profile_id,
        policy=row.policy,
        revision=row.revision,
        cell=row.cell,
        valid_from=date.fromisoformat(row.valid_from),
        valid_until=date.fromisoformat(row.valid_until),
        frames=tuple(frames),
    )
