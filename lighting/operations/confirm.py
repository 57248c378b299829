"""Bring devices into service by themselves: retry errands, confirm by first uplink, tell silence.

What was heard is asked of the database, where it is recorded anyway: nothing has to be told to
anybody, and a restart loses nothing.
"""

import logging
from datetime import datetime
from typing import Protocol

from lighting.operations.commissionings import CommissioningStore, News
from lighting.operations.stores import NodeStore
from lighting.operations.tell_server import Teller
from lighting.registration.commissioning import (
    JOIN_WAIT,
    NETWORK,
    UPLINK_WAIT,
    Event,
    Step,
    overdue,
)

_LOG = logging.getLogger(__name__)

NOT_UNDERSTOOD = "it was heard, and what it said was not understood"


class NightPlanner(Protocol):
    """Plans what the nodes of a policy should hold tonight."""

    async def plan(self, at: datetime, *, policy: str | None = None) -> object:
        """Plan for the nodes of one policy, or all."""


class Commissioner:
    """Looks after devices on their way."""

    def __init__(
        self, store: CommissioningStore, teller: Teller, nodes: NodeStore, planner: NightPlanner
    ) -> None:
        self._store = store
        self._teller = teller
        self._nodes = nodes
        self._planner = planner

    async def tend(self, at: datetime) -> None:
        """Run errands that are due, note who was heard and who is overdue; safe to be repeated.

        A lantern node that was confirmed gets its program for tonight at once, not with the hour.

        Raises:
            StoreError: the database could not be read or written; the next round completes it.
            ScheduleError: a program could not be planned; the hourly planning tries again.
        """
        await self._teller.run_due(at)
        confirmed = [each for each in await self._store.news() if await self._note(each)]
        await self._fail_overdue(at)
        fresh = [each.commissioned.dev_eui for each in confirmed if each.decoded]
        policies = {node.policy for node in await self._nodes.find_nodes(fresh)} if fresh else set()
        for policy in sorted(policies - {""}):
            await self._planner.plan(at, policy=policy)

    async def _note(self, news: News) -> bool:
        """Write the step that news make; return whether they did."""
        there = news.commissioned
        step = Step(
            event=Event.UPLINK if news.decoded else Event.JOIN,
            at=news.at,
            by=NETWORK,
            note="" if news.decoded else NOT_UNDERSTOOD,
        )
        moved = await self._store.take_step(there, step)
        if moved:
            word = "is confirmed" if news.decoded else "was heard"
            _LOG.info("device %s at %s %s", there.dev_eui, there.place, word)
        return moved

    async def _fail_overdue(self, at: datetime) -> None:
        for there in await self._store.overdue(at - min(JOIN_WAIT, UPLINK_WAIT)):
            why = overdue(there.state, there.since, at)
            if why is None:
                continue
            step = Step(event=Event.FAIL, at=at, by=NETWORK, note=why)
            if await self._store.take_step(there, step):
                _LOG.warning("device %s at %s %s", there.dev_eui, there.place, why)
