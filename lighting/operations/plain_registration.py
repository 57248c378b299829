"""Registrations as plain values, for JSON: commands print them, and the API tells the same."""

from datetime import datetime

from lighting.operations.commissionings import Commissioned, Errand
from lighting.operations.nearby import Near
from lighting.operations.register_report import BulkReport
from lighting.operations.scan import Looked
from lighting.operations.tonight import Plain, utc_text
from lighting.registration.commissioning import State


def plain_commissioned(there: Commissioned) -> Plain:
    """Return a device on its way; ``problem`` is what a person must know, or empty."""
    said, pending = there.particulars, there.pending
    return {
        "dev_eui": there.dev_eui,
        "device_id": said.device_id,
        "state": there.state.value,
        "since": utc_text(there.since),
        "lantern_id": there.lantern_id,
        "socket_id": there.socket_id,
        "stream_id": said.stream_id or None,
        "serial": said.serial or None,
        "owner": said.owner or None,
        "permit": said.permit or None,
        "photo": said.photo or None,
        "begun_by": there.begun_by,
        "server": server_word(there),
        "next_try_at": _time(pending.next_try_at) if pending.problem else None,
        "problem": problem_of(there),
        "steps": [
            {"event": step.event.value, "at": utc_text(step.at), "by": step.by, "note": step.note}
            for step in there.steps
        ],
    }


def server_word(there: Commissioned) -> str:
    """Return how the network server stands to a device: ``told``, ``waiting`` or ``refused``."""
    if there.pending.errand is Errand.NONE:
        return "told"
    refused = there.pending.problem and there.pending.next_try_at is None
    return "refused" if refused else "waiting"


def problem_of(there: Commissioned) -> str:
    """Return what keeps a device from service, or an empty text."""
    if there.pending.problem:
        return there.pending.problem
    return there.steps[-1].note if there.state is State.FAILED and there.steps else ""


def plain_looked(looked: Looked) -> Plain:
    """Return what a label says."""
    return {
        "dev_eui": looked.dev_eui,
        "join_eui": looked.join_eui,
        "serial": looked.serial or None,
        "label": looked.label or None,
        "maker": looked.maker or None,
        "models": [
            {"device_id": each.device_id, "title": each.title, "why": each.why}
            for each in looked.models
        ],
        "where": looked.where or None,
        "known": None if looked.known is None else plain_commissioned(looked.known),
    }


def plain_near(near: Near) -> Plain:
    """Return a lantern that may be the one."""
    return {
        "lantern_id": near.lantern_id,
        "column": near.stored.column or None,
        "road": near.stored.road or None,
        "distance_m": near.distance_m,
        "possible": near.possible,
        "node": near.node,
        "places": [
            {
                "place": fit.place,
                "socket_id": fit.socket_id,
                "fits": fit.fits,
                "can_be_accepted": not fit.obstacles and not fit.fits,
                "reasons": [reason.text for reason in fit.reasons],
            }
            for fit in near.fits
        ],
    }


def plain_report(report: BulkReport) -> Plain:
    """Return what became of the rows of a file: counts, and every problem."""
    return {
        "dry_run": report.dry_run,
        "rows": len(report.rows),
        **report.counts,
        "problems": [
            {
                "row": each.row,
                "field": each.field,
                "value": each.value,
                "problem": each.problem,
                "cure": each.cure,
            }
            for each in report.problems
        ],
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else utc_text(at)
