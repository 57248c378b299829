"""What lanterns are asked to do: timelines by policy revision, cell and night, compiled once."""

from datetime import date
from typing import Protocol

from lighting.operations.policies import get_policy
from lighting.operations.programs import cell_of
from lighting.operations.stores import PolicyStore
from schedules.compiler import compile_night
from schedules.night import Night
from schedules.policy import Policy
from schedules.timeline import NightTimeline

_KEPT = 4096
"""Timelines kept at a time: a few policies times a few hundred cells."""


class Follows(Protocol):
    """What follows a policy revision at a place (WGS 84): a node, or a night that is over."""

    @property
    def policy(self) -> str:
        """The policy's name, empty if it follows none."""

    @property
    def revision(self) -> int:
        """The policy's revision."""

    @property
    def latitude_deg(self) -> float:
        """Degrees north."""

    @property
    def longitude_deg(self) -> float:
        """Degrees east."""


class Expected:
    """Timelines of nodes, at the centre of their cells (at most ``CELL_ERROR_S`` away)."""

    def __init__(self, policies: PolicyStore, zone: str) -> None:
        self._policies = policies
        self._zone = zone
        self._read: dict[tuple[str, int], Policy] = {}
        self._timelines: dict[tuple[str, int, str, date], NightTimeline] = {}

    async def policy(self, node: Follows) -> Policy:
        """Return the policy revision that a node follows.

        Raises:
            NotFoundError: it follows none.
        """
        key = (node.policy, node.revision)
        if key not in self._read:
            self._read[key], _ = await get_policy(self._policies, *key)
        return self._read[key]

    async def timeline(self, node: Follows, evening: date) -> NightTimeline:
        """Return what a node's lantern is asked to do in a night.

        Raises:
            NotFoundError: it follows no policy.
        """
        cell = cell_of(node.latitude_deg, node.longitude_deg)
        key = (node.policy, node.revision, cell.key, evening)
        if key not in self._timelines:
            if len(self._timelines) >= _KEPT:
                self._timelines.clear()
            night = Night(site=cell.site(self._zone), evening=evening)
            self._timelines[key] = compile_night(await self.policy(node), night)
        return self._timelines[key]
