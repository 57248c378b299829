"""Recording what came in: load what a batch concerns, judge it, write what changed."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Protocol

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import Upsert, among, insert_rows, update_rows
from lighting.adapters.sql.judge import Judge, Try, proved_by
from lighting.adapters.sql.order_tables import ORDER, TRANSMISSION, program_batch
from lighting.adapters.sql.standing import NodeState
from lighting.adapters.sql.states import load_nodes, load_orders, load_programs, save_nodes
from lighting.adapters.sql.tables import METER, NODE, NOTE, PROGRAM_FRAME, STATUS
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.downlink.order import Purpose
from lighting.downlink.pacing import Transmission
from lighting.identifiers import DevEui, GatewayId
from lighting.operations.records import Echo, Recorded, UplinkBatch


class _Addressed(Protocol):
    @property
    def dev_eui(self) -> DevEui: ...


_SAID = Upsert(key=("dev_eui", "at"))
_NOTED = Upsert(key=("dev_eui", "at", "kind"))


async def record(connection: AsyncConnection, batch: UplinkBatch) -> Recorded:
    """Apply a batch of messages; see ``NodeStore.record``."""
    about_orders = {dev_eui for dev_eui, _ in batch.joined} | _senders(
        batch.echoes, batch.rejections, batch.acceptances, batch.refusals
    )
    everyone = about_orders | _senders(batch.seen, batch.statuses, batch.meters, batch.notes)
    nodes = await load_nodes(connection, everyone)
    await load_orders(connection, nodes, all_of=about_orders)
    tries: dict[str, Try] = {}
    familiar: set[tuple[str, int, bytes]] = set()
    if about_orders:
        await load_programs(connection, nodes, about_orders & nodes.keys())
        tries = await _load_tries(connection, batch)
        familiar = await _familiar(connection, batch.echoes, nodes)
    judge = Judge(nodes=nodes, tries=tries, familiar=familiar)
    judge.hear(batch)
    await save_nodes(connection, nodes.values())
    await _charge(connection, judge)
    await _keep_sayings(connection, batch, nodes)
    return Recorded(
        unknown=tuple(sorted(everyone - nodes.keys())),
        moved=tuple(
            (
                GatewayId(tries[item].gateway_id),
                from_ms(tries[item].sent_at),
                tries[item].airtime_ms,
                GatewayId(real),
            )
            for item, real in judge.moved.items()
        ),
        aired_again=tuple(_aired_again(judge)),
        lost_program=tuple(DevEui(dev_eui) for dev_eui in sorted(judge.lost)),
    )


def _aired_again(judge: Judge) -> Iterator[Transmission]:
    """Yield what is charged on top; counted from when the frame was handed over, as the first."""
    for item, airings in judge.airings.items():
        tried = judge.tries[item]
        gateway_id = GatewayId(judge.moved.get(item, tried.gateway_id))
        more_ms = (airings - tried.airings) * tried.airtime_ms
        yield Transmission(gateway_id, from_ms(tried.sent_at), more_ms)


def _senders(*messages: Iterable[_Addressed]) -> set[DevEui]:
    return {message.dev_eui for message in chain(*messages)}


async def _load_tries(connection: AsyncConnection, batch: UplinkBatch) -> dict[str, Try]:
    items = {acceptance.queue_item_id.hex for acceptance in batch.acceptances}
    items |= {each.queue_item_id.hex for each in batch.refusals if each.queue_item_id is not None}
    if not items:
        return {}
    query = (
        select(TRANSMISSION, ORDER.c.dev_eui, ORDER.c.proved_at)
        .join(ORDER, ORDER.c.order_id == TRANSMISSION.c.order_id)
        .where(among(connection, TRANSMISSION.c.queue_item_id, items))
    )
    return {
        row.queue_item_id: Try(
            order_id=row.order_id,
            dev_eui=row.dev_eui,
            attempts=row.attempts,
            gateway_id=row.gateway_id,
            sent_at=row.sent_at,
            airtime_ms=row.airtime_ms,
            airings=row.airings,
            proved_at=row.proved_at,
        )
        for row in await connection.execute(query)
    }


async def _charge(connection: AsyncConnection, judge: Judge) -> None:
    for name, changed in (("gateway_id", judge.moved), ("airings", judge.airings)):
        rows = sorted(changed.items())
        key = ("queue_item_id",)
        await update_rows(connection, TRANSMISSION, key=key, columns=(name,), rows=rows)


async def _familiar(
    connection: AsyncConnection, echoes: Iterable[Echo], nodes: Mapping[str, NodeState]
) -> set[tuple[str, int, bytes]]:
    """Return the echoes of frames that each node may well hold, for those that prove no order.

    They are those of its programs, and of whatever else it was ever sent (an override, the clock):
    an echo that comes twice, or late, is no sign that someone else has written to the node.
    """
    strange = {
        echo.dev_eui
        for echo in echoes
        if echo.dev_eui in nodes and proved_by(nodes[echo.dev_eui], echo, to_ms(echo.at)) is None
    }
    if not strange:
        return set()
    of_programs = (
        select(NODE.c.dev_eui, PROGRAM_FRAME.c.echo_f_port, PROGRAM_FRAME.c.echo_payload)
        .join(
            PROGRAM_FRAME,
            or_(
                PROGRAM_FRAME.c.program_id == NODE.c.wanted,
                PROGRAM_FRAME.c.program_id == NODE.c.held,
            ),
        )
        .where(among(connection, NODE.c.dev_eui, strange), PROGRAM_FRAME.c.echo_f_port.is_not(None))
    )
    of_orders = (
        select(ORDER.c.dev_eui, ORDER.c.echo_f_port, ORDER.c.echo_payload)
        .join(NODE, NODE.c.dev_eui == ORDER.c.dev_eui)
        .where(
            among(connection, ORDER.c.dev_eui, strange),
            ORDER.c.echo_f_port.is_not(None),
            or_(
                ORDER.c.purpose != Purpose.PROGRAM.value,
                ORDER.c.batch == program_batch(NODE.c.wanted),
                ORDER.c.batch == program_batch(NODE.c.held),
            ),
        )
    )
    found = [await connection.execute(query) for query in (of_programs, of_orders)]
    return {(dev_eui, f_port, payload) for dev_eui, f_port, payload in chain(*found)}


async def _keep_sayings(
    connection: AsyncConnection, batch: UplinkBatch, known: Collection[str]
) -> None:
    for table, messages, key in (
        (STATUS, batch.statuses, _SAID),
        (METER, batch.meters, _SAID),
        (NOTE, batch.notes, _NOTED),
    ):
        columns = table.c.keys()
        rows = [_saying(message, columns) for message in messages if message.dev_eui in known]
        rows.sort(key=lambda row: row[:2])
        await insert_rows(connection, table, columns, rows, existing=key)


def _saying(message: Any, columns: Collection[str]) -> tuple[Any, ...]:  # noqa: ANN401 - any row
    return tuple(to_ms(message.at) if name == "at" else getattr(message, name) for name in columns)
