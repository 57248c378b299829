"""Override: light a set of lanterns at a level until a stated time; it ends by itself.

A node holds a timed level for at most a few hours (the target says how long) and then resumes by
its own clock, so an override is a chain of timed orders. Each order is written when it is due, with
the minutes that are left by then, and lives only minutes: one that could not be delivered is
replaced by a shorter one, so nothing can hold a level past the override's end.

Where overrides overlap, a lantern shows an emergency before any other, and else the one that began
last. When that ends, the next one that still runs takes the lantern back.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from firmware_profiles.registry import profile_for
from lighting.downlink.lifecycle import OPEN, PROVED, State
from lighting.downlink.order import NewOrder, Purpose, Rank
from lighting.downlink.store import OrderBook, OrderBrief
from lighting.errors import NotFoundError, RefusedError
from lighting.identifiers import DevEui
from lighting.operations.records import Node, Override
from lighting.operations.stores import NodeStore, OverrideStore
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

OVERRIDES, RESUMES = "override:", "resume:"
"""What the batches of all overrides' orders begin with, and those of their ends."""

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

    def __init__(self, store: OverrideStore, nodes: NodeStore, book: OrderBook) -> None:
        self._store = store
        self._nodes = nodes
        self._book = book

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

        Raises:
            NotFoundError: there is none that is open.
        """
        if override_id not in {o.override_id for o in await self._store.open_overrides(at)}:
            raise NotFoundError("open override", override_id)
        dev_euis = await self._store.override_nodes(override_id)
        ended = await self._store.end_override(override_id, at=at)
        _LOG.info("override %d is ended early", override_id)
        batch = batch_of(override_id)
        await self._book.supersede(dev_euis, batch_prefix=batch)
        if ended.starts_at <= at:
            holders = await self._holders(at)
            await self._replace(await self._let_go(ended, dev_euis, holders, at))
        return ended

    async def tend(self, at: datetime) -> int:
        """Keep every override up: write the timed orders that are due; close those that are over.

        Returns:
            How many orders were written.
        """
        written = 0
        holders = await self._holders(at)
        for override in await self._store.open_overrides(at):
            if override.starts_at > at:
                continue
            over = override.ends_at <= at
            orders = await (
                self._endings(override, holders, at)
                if over
                else self._renewals(override, holders, at)
            )
            await self._replace(orders)
            written += len(orders)
            if over:
                await self._store.end_override(override.override_id, at=override.ends_at)
                _LOG.info("override %d is over", override.override_id)
        return written

    async def _holders(self, at: datetime) -> dict[DevEui, Override]:
        """Return which running override each node shows."""
        opened = await self._store.open_overrides(at)
        running = [override for override in opened if override.starts_at <= at < override.ends_at]
        holders: dict[DevEui, Override] = {}
        for override in sorted(running, key=lambda o: (o.emergency, o.starts_at, o.override_id)):
            nodes = await self._store.override_nodes(override.override_id)
            holders |= dict.fromkeys(nodes, override)
        return holders

    async def _replace(self, orders: Sequence[NewOrder]) -> None:
        """Write orders instead of what is still on its way to these nodes.

        A late try of an older override, or of its end, must not come behind a newer one.
        """
        if not orders:
            return
        dev_euis = [order.dev_eui for order in orders]
        for prefix in (OVERRIDES, RESUMES):
            await self._book.supersede(dev_euis, batch_prefix=prefix)
        await self._book.add(orders)

    async def _renewals(
        self, override: Override, holders: Mapping[DevEui, Override], at: datetime
    ) -> list[NewOrder]:
        """Return timed orders for the nodes that have none in force and none on its way."""
        covered: dict[DevEui, bool] = {}  # the latest order of each node counts
        for brief in await self._book.briefs(batch_of(override.override_id)):
            until = _until(brief)
            lasts = until >= override.ends_at or until - RENEW_EARLY > at
            # What a node rejected it would reject again.
            done = brief.state in OPEN or brief.state is State.REJECTED
            covered[brief.dev_eui] = done or (brief.state in PROVED and lasts)
        shown = [eui for eui, holder in holders.items() if holder == override]
        nodes = await self._nodes.find_nodes([eui for eui in shown if not covered.get(eui)])
        return [_timed(override, node, at) for node in nodes]

    async def _endings(
        self, override: Override, holders: Mapping[DevEui, Override], at: datetime
    ) -> list[NewOrder]:
        """Return what the nodes must be told at an override's end.

        Most need nothing: their timed level ends by itself. Told to are those that were told so
        late that they would hold on, and those that another override takes back. An order that
        expired counts too: the node may have heard it, and its echo got lost.
        """
        told: set[DevEui] = set()
        for brief in await self._book.briefs(batch_of(override.override_id)):
            if brief.sent_at is None or brief.state is State.REJECTED:
                continue
            delay = brief.sent_at - brief.created_at
            late = _until(brief) + delay > at + OVERRUN_MAX
            if late or brief.dev_eui in holders:
                told.add(brief.dev_eui)
        return await self._let_go(override, sorted(told), holders, at)

    async def _let_go(
        self,
        override: Override,
        dev_euis: Sequence[DevEui],
        holders: Mapping[DevEui, Override],
        at: datetime,
    ) -> list[NewOrder]:
        """Return orders that take nodes from an override: to resume, or to the next override."""
        orders = []
        for node in await self._nodes.find_nodes(dev_euis):
            holder = holders.get(node.dev_eui)
            orders.append(_timed(holder, node, at) if holder else _resume(override, node, at))
        return orders


def batch_of(override_id: int) -> str:
    """Return what the batches of an override's orders begin with."""
    return f"{OVERRIDES}{override_id}:"


def _until(brief: OrderBrief) -> datetime:
    """Return when a timed order ends, as it was written: its batch carries the time."""
    return datetime.fromtimestamp(int(brief.batch.rpartition(":")[2]), UTC)


def _timed(override: Override, node: Node, at: datetime) -> NewOrder:
    profile = profile_for(node.profile_id)
    left_min = ceil((override.ends_at - at) / timedelta(minutes=1))
    minutes = min(left_min, profile.target.override_min_max)
    until = at + timedelta(minutes=minutes)
    return NewOrder(
        dev_eui=node.dev_eui,
        rank=Rank.EMERGENCY if override.emergency else Rank.OVERRIDE,
        purpose=Purpose.OVERRIDE,
        batch=f"{batch_of(override.override_id)}{ceil(until.timestamp())}",
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
        batch=f"{RESUMES}{override.override_id}",
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
