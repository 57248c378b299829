"""Overrides: what is asked, and what is in force."""

from typing import Annotated

import msgspec

from api.schemas.base import Asked, Instant, Text, Told
from lighting.identifiers import LanternId
from lighting.inventory.store import LanternFilter
from lighting.operations.records import Override

LANTERN_IDS_MAX = 10_000


class SelectionAsked(Asked, kw_only=True):
    """Which lanterns: all parts that are given must hold; ``whole_city`` stands alone."""

    ward: Text | None = None
    road: Text | None = None
    lighting_class: Text | None = msgspec.field(name="class", default=None)
    tag: Text | None = None
    policy: Text | None = None
    lantern_ids: (
        Annotated[list[Text], msgspec.Meta(min_length=1, max_length=LANTERN_IDS_MAX)] | None
    ) = None
    whole_city: bool = False

    def filter(self) -> LanternFilter:
        """Return the parts that are given, as the inventory takes them."""
        ids = self.lantern_ids
        return LanternFilter(
            ward=self.ward,
            road=self.road,
            lighting_class=self.lighting_class,
            tag=self.tag,
            policy=self.policy,
            lantern_ids=None if ids is None else tuple(LanternId(each) for each in ids),
        )


class OverrideAsked(Asked, kw_only=True):
    """Light a selection at ``level`` [percent] until ``ends_at``; ``starts_at`` null is now."""

    selection: SelectionAsked
    level: int
    ends_at: Instant
    reason: Text
    starts_at: Instant | None = None
    emergency: bool = False


class OverrideTold(Told, kw_only=True):
    """An override and how many nodes it holds."""

    override_id: int
    selection: str
    level: int
    starts_at: Instant
    ends_at: Instant
    reason: str
    emergency: bool
    nodes: int
    ended_at: Instant | None = None


class OverrideBegun(Told, kw_only=True):
    """A new override; the lanterns of its selection that have no node stay as they are."""

    override: OverrideTold
    lanterns_without_node: int


class OverridesTold(Told, kw_only=True):
    """Overrides that have not ended, earliest first."""

    overrides: tuple[OverrideTold, ...]


def override_told(override: Override) -> OverrideTold:
    """Return an override as it is told."""
    return OverrideTold(
        override_id=override.override_id,
        selection=override.selection,
        level=override.level,
        starts_at=override.starts_at,
        ends_at=override.ends_at,
        ended_at=override.ended_at,
        reason=override.reason,
        emergency=override.emergency,
        nodes=override.nodes,
    )
