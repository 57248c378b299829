"""Lanterns to rows and back, and filters to conditions."""

import json
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lighting.adapters.sql.bulk import among
from lighting.adapters.sql.tables import LANTERN, NODE
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.lantern import Lantern
from lighting.inventory.store import Assigned, LanternFilter, StoredLantern

_BETWEEN_TAGS = "\x1f"  # the unit separator: JSON writes it as an escape, so no tag contains it

_TEXTS = (
    "road", "ward", "postcode", "position", "column", "lighting_class", "lamp", "regime",
)  # fmt: skip
_PLAIN = ("lantern_id", "latitude_deg", "longitude_deg", *_TEXTS, "power_w", "height_m")
_FOLDED = ("road", "ward", "lighting_class")

INVENTORY_COLUMNS = (*_PLAIN, "tags", "tags_key", *(f"{name}_key" for name in _FOLDED))
ASSIGNED_COLUMNS = ("policy", "policy_key", "revision", "rule", "exempt")


def inventory_row(lantern: Lantern) -> tuple[Any, ...]:
    """Return what the inventory says of a lantern, as ``INVENTORY_COLUMNS``."""
    return (
        *(getattr(lantern, name) for name in _PLAIN),
        json.dumps(sorted(lantern.tags), ensure_ascii=False),
        _tags_key(*sorted(lantern.tags)),
        *(getattr(lantern, name).casefold() for name in _FOLDED),
    )


def assigned_row(assigned: Assigned) -> tuple[Any, ...]:
    """Return what the rules gave a lantern, as ``ASSIGNED_COLUMNS``."""
    folded = assigned.policy.casefold()
    return (assigned.policy, folded, assigned.revision, assigned.rule, assigned.exempt)


def stored_lanterns() -> Select[Any]:
    """Return the query of lanterns with their nodes, to be narrowed."""
    columns = [
        LANTERN.c[name] for name in (*_PLAIN, "tags", "policy", "revision", "rule", "exempt")
    ]
    joined = LANTERN.outerjoin(NODE, NODE.c.lantern_id == LANTERN.c.lantern_id)
    return select(*columns, NODE.c.dev_eui).select_from(joined)


def stored_lantern(row: Row[Any]) -> StoredLantern:
    """Return the lantern that a row of ``stored_lanterns`` holds."""
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for the row as a mapping
    lantern = Lantern(
        **{name: values[name] for name in _PLAIN}, tags=frozenset(json.loads(values["tags"]))
    )
    assigned = Assigned(
        policy=values["policy"],
        revision=values["revision"],
        rule=values["rule"],
        exempt=values["exempt"],
    )
    dev_eui = values["dev_eui"]
    return StoredLantern(
        lantern=lantern,
        assigned=assigned,
        dev_eui=None if dev_eui is None else DevEui(dev_eui),
    )


def matching(connection: AsyncConnection, where: LanternFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of a filter, for a query that joins lanterns and nodes."""
    texts = {
        "ward_key": where.ward,
        "road_key": where.road,
        "lighting_class_key": where.lighting_class,
        "policy_key": where.policy,
    }
    found = [LANTERN.c[name] == text.casefold() for name, text in texts.items() if text is not None]
    if where.tag is not None:
        found.append(LANTERN.c.tags_key.contains(_tags_key(where.tag), autoescape=True))
    if where.lantern_ids is not None:
        found.append(among(connection, LANTERN.c.lantern_id, where.lantern_ids))
    if where.with_node is not None:
        fitted = NODE.c.dev_eui.is_not(None)
        found.append(fitted if where.with_node else NODE.c.dev_eui.is_(None))
    return found


def after(lantern_id: LanternId | None) -> list[ColumnElement[bool]]:
    """Return the condition that a lantern comes after ``lantern_id``."""
    return [] if lantern_id is None else [LANTERN.c.lantern_id > lantern_id]


def _tags_key(*tags: str) -> str:
    """Return the tags, folded, so that each stands whole between two separators."""
    written = (json.dumps(tag.casefold(), ensure_ascii=False) for tag in tags)
    return _BETWEEN_TAGS + "".join(f"{text}{_BETWEEN_TAGS}" for text in written)
