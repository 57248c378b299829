"""Which lanterns an act is for: checked, found, and told in words."""

from collections.abc import Collection
from dataclasses import dataclass

from lighting.errors import RefusedError
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.store import LanternFilter, LanternStore

_NAMED = 5
"""So many lanterns are named where a list of them would be too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """The nodes of a selection, the number of its lanterns without one, and its words."""

    words: str
    dev_euis: tuple[DevEui, ...]
    without_node: int


async def select(store: LanternStore, where: LanternFilter, *, whole_city: bool) -> Selected:
    """Return the nodes of the lanterns that match ``where``.

    An empty filter needs ``whole_city``: nobody should darken a city by leaving a word out.

    Raises:
        RefusedError: it says nothing, contradicts itself, or names lanterns that do not exist.
        StoreError: the database could not be read.
    """
    if whole_city == (where != LanternFilter()):
        raise RefusedError(
            "say which lanterns: ward, road, class, tag, policy or lantern_ids,"
            " or whole_city alone for every lantern"
        )
    if where.lantern_ids is not None:
        await require_lanterns(store, where.lantern_ids)
    dev_euis: list[DevEui] = []
    lanterns = 0
    async for chunk in store.every(where):
        lanterns += len(chunk)
        dev_euis += [stored.dev_eui for stored in chunk if stored.dev_eui is not None]
    return Selected(
        words="every lantern" if whole_city else _words(where),
        dev_euis=tuple(dev_euis),
        without_node=lanterns - len(dev_euis),
    )


async def require_lanterns(store: LanternStore, lantern_ids: Collection[LanternId]) -> None:
    """Refuse lanterns that are not in the inventory.

    Raises:
        RefusedError: names them.
        StoreError: the database could not be read.
    """
    known = await store.get(list(lantern_ids))
    missing = sorted(set(lantern_ids) - set(known))
    if missing:
        raise RefusedError(
            f"{len(missing)} lanterns are not in the inventory ({_some(missing)});"
            " nothing was done: import them first, or correct their ids"
        )


def _words(where: LanternFilter) -> str:
    """Return the selection as it is kept with an override."""
    parts = {
        "ward": where.ward,
        "road": where.road,
        "class": where.lighting_class,
        "tag": where.tag,
        "policy": where.policy,
        "lanterns": _some(where.lantern_ids or ()),
    }
    return ", ".join(f"{name} {value}" for name, value in parts.items() if value)


def _some(names: Collection[str]) -> str:
    listed = sorted(names)
    more = len(listed) - _NAMED
    return " ".join(listed[:_NAMED]) + (f" and {more} more" if more > 0 else "")
