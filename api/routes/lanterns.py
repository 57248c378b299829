"""Lanterns: list them, look at one, import a file, fit nodes, and see what one does tonight."""

from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO
from typing import Annotated

import msgspec
from litestar import get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, RawBody

from api.documents import file_body
from api.nights import coming_evening, compiled_night
from api.parameters import lanterns_asked
from api.problems import fails
from api.requests import StrictRequest, media_type_of
from api.schemas.lanterns import (
    FitsAsked,
    FitTold,
    ImportTold,
    LanternDetail,
    LanternPage,
    NodeFit,
    NoteTold,
    acceptance_of,
    lantern_told,
    node_told,
    note_told,
)
from api.schemas.nights import NightTold
from firmware_profiles.registry import profile_for
from lighting.errors import NotFoundError, RefusedError
from lighting.identifiers import LanternId, dev_eui
from lighting.inventory.lantern import NodeLink
from lighting.inventory.mapping_text import shipped_mapping
from lighting.inventory.store import LanternFilter, LanternStore, StoredLantern
from lighting.operations.controller import Controller, Office
from lighting.operations.fit_nodes import NodeFitting
from lighting.operations.fit_nodes import fit_nodes as fit_and_record
from lighting.operations.import_lanterns import import_lanterns
from lighting.operations.policies import get_policy
from lighting.operations.programs import cell_of
from lighting.operations.records import Node
from lighting.operations.selection import require_lanterns

PAGE_MAX = 1000
PAGE_DEFAULT = 100

FILE_BYTES_MAX = 64 * 1024 * 1024
"""A lantern takes about 200 bytes of CSV or 600 of GeoJSON: room for 100,000 either way."""

NOTES_BACK = timedelta(days=7)
"""Notes of this long are shown with their lantern: a few a day, at worst one with each report."""

CLOCKS_APART = timedelta(minutes=2)
"""How far the network server's clock, which times the notes, may be ahead of ours."""

FILE_TYPES = ("text/csv", "application/geo+json", "application/json", "application/octet-stream")
FILE = "The council's file as it is: CSV or GeoJSON, as the mapping says."

Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)]


@get(
    "/lanterns",
    tags=["lanterns"],
    dependencies={"where": Provide(lanterns_asked, sync_to_thread=False)},
    responses=fails(),
)
async def list_lanterns(
    office: NamedDependency[Office],
    where: NamedDependency[LanternFilter],
    after: FromQuery[str | None] = None,
    limit: Limit = PAGE_DEFAULT,
) -> LanternPage:
    """Return lanterns in order of id, those for which every filter holds; case does not matter."""
    found = await office.stores.lanterns.find(
        where, after=None if after is None else LanternId(after), limit=limit + 1
    )
    return LanternPage(
        items=tuple(lantern_told(stored) for stored in found[:limit]),
        next=found[limit - 1].lantern.lantern_id if len(found) > limit else None,
    )


@get("/lanterns/{lantern_id:path}", tags=["lanterns"], responses=fails(404))
async def show_lantern(office: NamedDependency[Office], lantern_id: FromPath[str]) -> LanternDetail:
    """Return a lantern, what the rules gave it, its node, its evidence, and the week's notes."""
    stored = await _stored(office.stores.lanterns, lantern_id)
    nodes = await office.stores.nodes.nodes_of([stored.lantern.lantern_id])
    return LanternDetail(
        lantern=lantern_told(stored),
        node=node_told(nodes[0]) if nodes else None,
        notes=await _notes(office, nodes),
    )


@get("/tonight/{lantern_id:path}", tags=["lanterns"], responses=fails(404, 422))
async def show_lantern_tonight(
    office: NamedDependency[Office],
    lantern_id: FromPath[str],
    on: Annotated[date | None, QueryParameter(name="date")] = None,
) -> NightTold:
    """Return what a lantern's node is asked to do: timeline, program, frames, proof of its cell.

    ``date`` is the night's evening; left out, the night that is planned now.
    """
    stored = await _stored(office.stores.lanterns, lantern_id)
    lantern = stored.lantern
    nodes = await office.stores.nodes.nodes_of([lantern.lantern_id])
    if not nodes:
        raise RefusedError(
            f"lantern {lantern.lantern_id} has no node; fit one, or ask"
            " /policies/{name}/night with its place and a firmware profile"
        )
    if not stored.assigned.policy:
        reason = stored.assigned.exempt or "no rule matches it"
        raise RefusedError(f"lantern {lantern.lantern_id} follows no policy: {reason}")
    policy, _ = await get_policy(
        office.stores.policies, stored.assigned.policy, stored.assigned.revision
    )
    site = cell_of(lantern.latitude_deg, lantern.longitude_deg).site(office.zone)
    profile = profile_for(nodes[0].profile_id)
    return await compiled_night(policy, site, on or coming_evening(office), profile)


@post(
    "/lanterns/import",
    tags=["lanterns"],
    status_code=200,
    request_max_body_size=FILE_BYTES_MAX,
    operation_class=file_body(FILE, FILE_TYPES),
    responses=fails(413, 415, 422),
)
async def import_file(
    request: StrictRequest,
    office: NamedDependency[Office],
    body: RawBody,
    *,
    mapping: FromQuery[str],
    dry_run: FromQuery[bool] = False,
) -> ImportTold:
    """Import a file through a shipped mapping, and report every row; the same file twice is once.

    With ``dry_run`` nothing is written, and the report says what would be.
    """
    media_type_of(request, FILE_TYPES)
    report = await import_lanterns(
        office.stores.lanterns, BytesIO(body), shipped_mapping(mapping), dry_run=dry_run
    )
    return msgspec.convert(report.as_json() | {"dry_run": dry_run}, ImportTold)


@put("/nodes", tags=["lanterns"], responses=fails(409, 413, 415, 422))
async def fit_nodes(controller: NamedDependency[Controller], data: JSONBody[FitsAsked]) -> FitTold:
    """Fit nodes to lanterns, all or none; a node that was elsewhere moves.

    Where a lantern has sockets on record, the node is checked and recorded in one.
    """
    asked = [_node_fitting(fit) for fit in data.nodes]
    links = [each.link for each in asked]
    _require_each_once("lantern_id", [link.lantern_id for link in links])
    _require_each_once("dev_eui", [link.dev_eui for link in links])
    office = controller.office
    await require_lanterns(office.stores.lanterns, [link.lantern_id for link in links])
    recorded = await fit_and_record(
        office.sockets,
        asked,
        at=office.clock.now(),
        by=data.by or "",
        acceptance=acceptance_of(data.accept),
    )
    controller.recorder.forget(link.dev_eui for link in links)
    return FitTold(fitted=len(links), recorded=len(recorded))


def _node_fitting(fit: NodeFit) -> NodeFitting:
    link = NodeLink(
        lantern_id=LanternId(fit.lantern_id),
        dev_eui=dev_eui(fit.dev_eui),
        profile_id=profile_for(fit.profile_id).profile_id,
        application_id=fit.application_id,
    )
    return NodeFitting(link=link, device_id=fit.device_id or "", position=fit.position)


async def _notes(office: Office, nodes: Sequence[Node]) -> tuple[NoteTold, ...]:
    """Return what was noted of nodes lately, newest first."""
    at = office.clock.now()
    dev_euis = [node.dev_eui for node in nodes]
    found = await office.stores.readings.notes_of(
        dev_euis, start=at - NOTES_BACK, end=at + CLOCKS_APART
    )
    notes = [note for of_node in found.values() for note in of_node]
    return tuple(note_told(note) for note in reversed(notes))


def _require_each_once(field: str, keys: list[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise RefusedError(f"{field} {key!r} comes twice; give each node and lantern once")
        seen.add(key)


async def _stored(lanterns: LanternStore, path: str) -> StoredLantern:
    """Return the lantern that the rest of a path names (it begins with a slash)."""
    lantern_id = LanternId(path.removeprefix("/"))
    found = await lanterns.get([lantern_id])
    if lantern_id not in found:
        raise NotFoundError("lantern", lantern_id)
    return found[lantern_id]


HANDLERS = (list_lanterns, show_lantern, show_lantern_tonight, import_file, fit_nodes)
