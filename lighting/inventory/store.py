"""LanternStore: what the inventory needs from a database."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lighting.identifiers import DevEui, LanternId
from lighting.inventory.lantern import Lantern, NodeLink


@dataclass(frozen=True, slots=True, kw_only=True)
class LanternFilter:
    """Which lanterns: every part that is given must hold. Texts match whole, without case.

    ``policy`` selects by the assigned policy's name, ``tag`` by one tag, ``lantern_ids`` by key.
    """

    ward: str | None = None
    road: str | None = None
    lighting_class: str | None = None
    tag: str | None = None
    policy: str | None = None
    lantern_ids: tuple[LanternId, ...] | None = None
    with_node: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """What the rules gave a lantern: a policy revision, or the reason why it has none.

    ``exempt`` is the rule's reason; both empty means that no rule matched.
    """

    policy: str = ""
    revision: int = 0
    rule: str = ""
    exempt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLantern:
    """A lantern with what the controller knows besides the inventory."""

    lantern: Lantern
    assigned: Assigned
    dev_eui: DevEui | None


class LanternStore(Protocol):
    """Durable lanterns and the nodes fitted to them."""

    async def put(self, lanterns: Sequence[Lantern]) -> None:
        """Add lanterns, or replace those with the same id; assignments and nodes stay."""

    async def get(self, lantern_ids: Sequence[LanternId]) -> Mapping[LanternId, StoredLantern]:
        """Return the lanterns that exist among ``lantern_ids``."""

    async def find(
        self, where: LanternFilter, *, after: LanternId | None = None, limit: int = 1000
    ) -> list[StoredLantern]:
        """Return up to ``limit`` lanterns in order of id, those after ``after``."""

    def every(self, where: LanternFilter) -> AsyncIterator[list[StoredLantern]]:
        """Yield all lanterns in order of id, in chunks of a few thousand."""

    async def count(self, where: LanternFilter) -> int:
        """Return how many lanterns match."""

    async def assign(self, assigned: Mapping[LanternId, Assigned]) -> None:
        """Set what the rules gave each lantern."""

    async def fit_nodes(self, links: Sequence[NodeLink]) -> None:
        """Fit nodes to lanterns; a node moves if it was elsewhere, the old one is unfitted.

        Raises:
            StoreError: a lantern that does not exist; nothing is fitted then.
        """
