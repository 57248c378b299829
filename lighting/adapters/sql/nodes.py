"""SqlNodeStore: nodes, what is wanted of them, what they hold and what they said."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from firmware_profiles.frame import Frame
from lighting.adapters.sql import drift, recording, wanting
from lighting.adapters.sql import programs as program_rows
from lighting.adapters.sql.bulk import among
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.order_tables import ORDER
from lighting.adapters.sql.orders import count_by_state
from lighting.adapters.sql.states import lock_nodes
from lighting.adapters.sql.tables import LANTERN, NODE
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.downlink.lifecycle import State
from lighting.identifiers import DevEui, GatewayId, LanternId, ProgramId
from lighting.operations.records import (
    Evidence,
    Node,
    NodeCount,
    Recorded,
    StoredProgram,
    UplinkBatch,
)
from lighting.operations.stores import PROGRAM_BATCH

_OF_LANTERN = (
    "latitude_deg", "longitude_deg", "policy", "revision", "power_w", "ward", "road",
)  # fmt: skip


class SqlNodeStore:
    """Nodes in the database; see ``lighting.operations.stores.NodeStore``.

    Every method is one transaction and raises StoreError if the database cannot do it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def nodes(
        self, *, policy: str | None = None, after: DevEui | None = None, limit: int = 5000
    ) -> list[Node]:
        """Return nodes in order of DevEUI, those after ``after``."""
        only: list[ColumnElement[bool]] = []
        if policy is not None:  # the folded key is indexed; the name itself decides
            only += [LANTERN.c.policy_key == policy.casefold(), LANTERN.c.policy == policy]
        if after is not None:
            only.append(NODE.c.dev_eui > after)
        async with self._database.reading() as connection:
            return await _read(connection, *only, limit=limit)

    async def find_nodes(self, dev_euis: Sequence[DevEui]) -> list[Node]:
        """Return the nodes that exist among these, in order of DevEUI."""
        async with self._database.reading() as connection:
            return await _read(connection, among(connection, NODE.c.dev_eui, dev_euis))

    async def nodes_of(self, lantern_ids: Sequence[LanternId]) -> list[Node]:
        """Return the nodes fitted to these lanterns, in order of DevEUI."""
        async with self._database.reading() as connection:
            return await _read(connection, among(connection, NODE.c.lantern_id, lantern_ids))

    async def profile_ids(self, dev_euis: Sequence[DevEui]) -> Mapping[DevEui, str]:
        """Return the firmware profile id of the nodes that exist among these."""
        async with self._database.reading() as connection:
            query = select(NODE.c.dev_eui, NODE.c.profile_id)
            query = query.where(among(connection, NODE.c.dev_eui, dev_euis))
            return dict((await connection.execute(query)).all())

    async def put_programs(self, programs: Sequence[StoredProgram]) -> None:
        """Write programs; one that exists (same id and use) only gets its later ``valid_until``."""
        async with self._database.writing() as connection:
            await program_rows.put_programs(connection, programs)

    async def programs(self, program_ids: Sequence[ProgramId]) -> Mapping[ProgramId, StoredProgram]:
        """Return the programs that exist among these."""
        async with self._database.reading() as connection:
            return await program_rows.read_programs(connection, program_ids)

    async def programs_in_force(self, night: date) -> list[StoredProgram]:
        """Return the programs whose nights include ``night``, later ``valid_from`` last.

        A program that serves two policy revisions or two cells is there once for each.
        """
        async with self._database.reading() as connection:
            return await program_rows.read_in_force(connection, night)

    async def want(self, wanted: Mapping[DevEui, ProgramId], *, at: datetime) -> None:
        """Set what is wanted of nodes; evidence becomes ECHOED if they hold it, else INTENDED.

        A node of which the same is wanted already stays as it is; unknown nodes are passed over.
        """
        async with self._database.writing() as connection:
            await wanting.want(connection, wanted, at)

    async def record(self, batch: UplinkBatch) -> Recorded:
        """Apply all that a batch of messages says; the same batch again changes nothing."""
        async with self._database.writing() as connection:
            return await recording.record(connection, batch)

    async def seen_in_power(self, dev_euis: Sequence[DevEui], *, at: datetime) -> None:
        """Raise echoed nodes to SEEN_IN_POWER."""
        await self._change(dev_euis, Evidence.ECHOED, Evidence.SEEN_IN_POWER, at)

    async def no_longer_seen_in_power(self, dev_euis: Sequence[DevEui], *, at: datetime) -> None:
        """Lower SEEN_IN_POWER nodes to ECHOED: their meters contradict."""
        await self._change(dev_euis, Evidence.SEEN_IN_POWER, Evidence.ECHOED, at)

    async def _change(
        self, dev_euis: Sequence[DevEui], before: Evidence, after: Evidence, at: datetime
    ) -> None:
        async with self._database.writing() as connection:
            await lock_nodes(connection, dev_euis)
            await connection.execute(
                update(NODE)
                .where(among(connection, NODE.c.dev_eui, dev_euis))
                .where(NODE.c.evidence == before.value)
                .values(evidence=after.value, evidence_at=to_ms(at))
            )

    async def refresh_evidence(self, dev_euis: Sequence[DevEui], *, at: datetime) -> None:
        """Set evidence of nodes whose orders have moved (intended, sent, accepted)."""
        async with self._database.writing() as connection:
            await wanting.refresh_evidence(connection, dev_euis, at)

    async def adrift(self, *, limit: int = 5000) -> list[Node]:
        """Return nodes that do not hold what is wanted and have no open order for it."""
        async with self._database.reading() as connection:
            return await _read(connection, *drift.adrift(), limit=limit)

    async def adrift_pairs(self) -> list[tuple[ProgramId, ProgramId | None]]:
        """Return the distinct (wanted, held) for which ``order_programs`` would write orders."""
        async with self._database.reading() as connection:
            return await drift.adrift_pairs(connection)

    async def order_programs(
        self,
        wanted: ProgramId,
        held: ProgramId | None,
        frames: Sequence[Frame],
        *,
        created_at: datetime,
        expires_at: datetime,
    ) -> int:
        """Write orders of ``frames``, in order, for every node adrift from ``held`` to ``wanted``.

        See ``NodeStore.order_programs`` for which nodes these are; without frames nothing is done.
        """
        async with self._database.writing() as connection:
            return await drift.order_programs(
                connection, wanted, held, frames, created_at=created_at, expires_at=expires_at
            )

    async def evidence_counts(self) -> dict[Evidence, int]:
        """Return how many nodes are at each evidence level; every level is there."""
        query = select(NODE.c.evidence, func.count()).group_by(NODE.c.evidence)
        async with self._database.reading() as connection:
            found: dict[int, int] = dict((await connection.execute(query)).all())
        return {evidence: found.get(evidence.value, 0) for evidence in Evidence}

    async def counts_by_policy(self) -> list[NodeCount]:
        """Return the nodes counted by policy, wanted program and evidence, in that order."""
        by = (LANTERN.c.policy, NODE.c.wanted, NODE.c.evidence)
        joined = NODE.join(LANTERN, LANTERN.c.lantern_id == NODE.c.lantern_id)
        query = select(*by, func.count().label("nodes")).select_from(joined).group_by(*by)
        async with self._database.reading() as connection:
            counts = [_count(row) for row in await connection.execute(query)]
        return sorted(counts, key=lambda each: (each.policy, each.wanted or "", each.evidence))

    async def order_counts_of(self, program_ids: Sequence[ProgramId]) -> dict[State, int]:
        """Return the states of the orders of these programs; every state is there."""
        batches = [PROGRAM_BATCH + program_id for program_id in program_ids]
        async with self._database.reading() as connection:
            return await count_by_state(connection, among(connection, ORDER.c.batch, batches))


async def _read(
    connection: AsyncConnection, *only: ColumnElement[bool], limit: int | None = None
) -> list[Node]:
    query = (
        select(NODE, *(LANTERN.c[name] for name in _OF_LANTERN))
        .join(LANTERN, LANTERN.c.lantern_id == NODE.c.lantern_id)
        .where(*only)
        .order_by(NODE.c.dev_eui)
        .limit(limit)
    )
    return [_node(row) for row in await connection.execute(query)]


def _count(row: Row[Any]) -> NodeCount:
    return NodeCount(
        policy=row.policy,
        wanted=None if row.wanted is None else ProgramId(row.wanted),
        evidence=Evidence(row.evidence),
        nodes=row.nodes,
    )


def _node(row: Row[Any]) -> Node:
    return Node(
        dev_eui=DevEui(row.dev_eui),
        lantern_id=LanternId(row.lantern_id),
        profile_id=row.profile_id,
        application_id=row.application_id,
        latitude_deg=row.latitude_deg,
        longitude_deg=row.longitude_deg,
        policy=row.policy,
        revision=row.revision,
        gateway_id=None if row.gateway_id is None else GatewayId(row.gateway_id),
        last_seen_at=from_ms(row.last_seen_at),
        wanted=None if row.wanted is None else ProgramId(row.wanted),
        wanted_at=from_ms(row.wanted_at),
        held=None if row.held is None else ProgramId(row.held),
        held_at=None if row.held is None else from_ms(row.held_at),
        power_w=row.power_w,
        ward=row.ward,
        road=row.road,
        evidence=Evidence(row.evidence),
        evidence_at=from_ms(row.evidence_at),
    )
