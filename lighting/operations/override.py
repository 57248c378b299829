"""Override: light a set of lanterns at a level until a stated time; it ends by itself.

A node holds a timed level for at most a few hours (the target says how long) and then resumes by
its own clock, so an override is a chain of timed orders. Each order is written when it is due, with
the minutes that are left by then, and lives only minutes: one that could not be delivered is
replaced by a shorter one, so nothing can hold a level past the override's end.

Where overrides overlap, a lantern shows an emergency before any other, and else the one that began
last. When that ends, the next one that still runs takes the lantern back.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from firmware_profiles.registry import profile_for
from lighting.downlink.order import NewOrder, Purpose, Rank
from lighting.errors import NotFoundError, RefusedError
from lighting.identifiers import DevEui
from lighting.operations.records import Node, Override
from lighting.operations.stores import RESUME_BATCH, NodeStore, OverrideStore, override_batch
from schedules.level import Level, level

_LOG = logging.getLogger(__name__)

OVERRIDE_MAX = timedelta(days=7)
"""Longer than this is a policy, not an override."""

TRY_LIFE = timedelta(minutes=10)
"""How long one timed order is tried before it is written anew with fewer minutes."""

RESUME_LIFE = timedelta(hours=4, minutes=15)
"""How long a resume is tried: after the longest timed level (255 min) it is not needed any more."""

OVERRUN_MAX = timedelta(minutes=1)
"""An override that would last this much too long on some node is ended there by an order."""

RENEW_EARLY = timedelta(minutes=30)
"""A chain's next order is written this long before the one in force ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRequest:
    """What a person asks for. Times are aware UTC."""

    selection: str
    level: int
    starts_at: datetime
    ends_at: datetime
    reason: str
    emergency: bool = False


class Overrides:
    """Begins, keeps up and ends overrides."""

    def __init__(self, store: OverrideStore, nodes: NodeStore) -> None:
        self._store = store
        self._nodes = nodes

    async def begin(
        self, request: OverrideRequest, dev_euis: Sequence[DevEui], *, at: datetime
    ) -> Override:
        """Write an override and, if it has started, its first orders.

        Raises:
            LevelError: the level is not 0 to 100.
            RefusedError: no end in time, no reason, no node, or an emergency below full light.
        """
        level(request.level)
        _check(request, dev_euis, at)
        override = await self._store.add_override(
            Override(
                override_id=0,
                selection=request.selection,
                level=request.level,
                starts_at=max(request.starts_at, at),
                ends_at=request.ends_at,
                reason=request.reason,
                emergency=request.emergency,
                nodes=len(dev_euis),
            ),
            dev_euis,
        )
        _LOG.info(
            "override %d begins: %s at %d %% until %s (%s)",
            override.override_id,
            override.selection,
            override.level,
            override.ends_at,
            override.reason,
        )
        await self.tend(at)
        return override

    async def end(self, override_id: int, *, at: datetime) -> Override:
        """End an override now: open orders are dropped, nodes are told to resume.

        All of it is one transaction: an override that looks ended has told its nodes.

        Raises:
            NotFoundError: there is none that is open.
        """
        opened = {o.override_id: o for o in await self._store.open_overrides(at)}
        override = opened.get(override_id)
        if override is None:
            raise NotFoundError("open override", override_id)
        orders: list[NewOrder] = []
        if override.starts_at <= at:
            others = [o for o in _running(opened.values(), at) if o != override]
            held = await self._store.override_nodes(override_id)
            orders = await self._let_go(override, held, others, at)
        ended = await self._store.end_override(override_id, at=at, orders=orders)
        _LOG.info("override %d is ended early", override_id)
        return ended

    async def tend(self, at: datetime) -> int:
        """Keep every override up: write the timed orders that are due; close those that are over.

        Returns:
            How many orders were written.
        """
        opened = await self._store.open_overrides(at)
        running = _running(opened, at)
        written = 0
        for override in opened:
            if override.ends_at <= at:
                written += await self._close(override, running, at)
            elif override.starts_at <= at:
                above = running[running.index(override) + 1 :]
                written += await self._renew(override, above, at)
        return written

    async def _renew(self, override: Override, above: Sequence[Override], at: datetime) -> int:
        """Write timed orders for the nodes that show the override and hold none that lasts."""
        due = await self._store.nodes_to_renew(
            override.override_id,
            until=min(override.ends_at, at + RENEW_EARLY),
            besides=_ids(above),
        )
        orders = [_timed(override, node, at) for node in await self._nodes.find_nodes(due)]
        if not orders:
            return 0
        return await self._store.renew_override(override.override_id, orders)

    async def _close(self, override: Override, running: Sequence[Override], at: datetime) -> int:
        """End an override whose time is over, and tell the nodes that have to be told.

        Most need nothing: their timed level ends by itself. Told are those that were told so late
        that they would hold on, and those that another override takes back.
        """
        told = await self._store.nodes_to_release(
            override.override_id, beyond=at + OVERRUN_MAX, besides=_ids(running)
        )
        orders = await self._let_go(override, told, running, at)
        await self._store.end_override(override.override_id, at=override.ends_at, orders=orders)
        _LOG.info("override %d is over", override.override_id)
        return len(orders)

    async def _let_go(
        self,
        override: Override,
        dev_euis: Sequence[DevEui],
        running: Sequence[Override],
        at: datetime,
    ) -> list[NewOrder]:
        """Return orders that take nodes from an override: to resume, or to the next override."""
        holders: dict[DevEui, Override] = {}
        for each in running if dev_euis else ():
            holders |= dict.fromkeys(await self._store.override_nodes(each.override_id), each)
        orders = []
        for node in await self._nodes.find_nodes(dev_euis):
            holder = holders.get(node.dev_eui)
            orders.append(_timed(holder, node, at) if holder else _resume(override, node, at))
        return orders


def _running(opened: Iterable[Override], at: datetime) -> list[Override]:
    """Return the overrides in force; a node shows the last of those that hold it."""
    running = [override for override in opened if override.starts_at <= at < override.ends_at]
    return sorted(running, key=lambda o: (o.emergency, o.starts_at, o.override_id))


def _ids(overrides: Iterable[Override]) -> list[int]:
    return [override.override_id for override in overrides]


def _timed(override: Override, node: Node, at: datetime) -> NewOrder:
    profile = profile_for(node.profile_id)
    left_min = ceil((override.ends_at - at) / timedelta(minutes=1))
    minutes = min(left_min, profile.target.override_min_max)
    until = at + timedelta(minutes=minutes)
    return NewOrder(
        dev_eui=node.dev_eui,
        rank=Rank.EMERGENCY if override.emergency else Rank.OVERRIDE,
        purpose=Purpose.OVERRIDE,
        batch=f"{override_batch(override.override_id)}{ceil(until.timestamp())}",
        frame=profile.encode_override(Level(override.level), minutes),
        created_at=at,
        not_before=at,
        expires_at=min(at + TRY_LIFE, override.ends_at),
    )


def _resume(override: Override, node: Node, at: datetime) -> NewOrder:
    return NewOrder(
        dev_eui=node.dev_eui,
        rank=Rank.EMERGENCY if override.emergency else Rank.OVERRIDE,
        purpose=Purpose.RESUME,
        batch=f"{RESUME_BATCH}{override.override_id}",
        frame=profile_for(node.profile_id).encode_resume(),
        created_at=at,
        not_before=at,
        expires_at=at + RESUME_LIFE,
    )


def _check(request: OverrideRequest, dev_euis: Sequence[DevEui], at: datetime) -> None:
    if request.ends_at <= max(request.starts_at, at):
        raise RefusedError("an override must end after it starts, and in the future")
    if request.ends_at - max(request.starts_at, at) > OVERRIDE_MAX:
        raise RefusedError(
            f"an override may last {OVERRIDE_MAX.days} days; for longer, change the policy"
        )
    if not request.reason.strip():
        raise RefusedError("say why: an override without a reason cannot be explained later")
    if not dev_euis:
        raise RefusedError(f"no lantern with a node matches {request.selection}")
    if request.emergency and request.level != 100:  # noqa: PLR2004 - full output
        raise RefusedError("an emergency override lights at 100 %, nothing less")
