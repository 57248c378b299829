"""The register's answers as plain values, the same for ``--json`` and for the API."""

from lighting.inventory.alternatives import WouldFit
from lighting.inventory.limits import LimitTable
from lighting.inventory.occupancy import Occupancy
from lighting.inventory.sockets import Figure, LanternSockets, Limit, RetiredSocket, Socket
from lighting.inventory.supply import Budget
from lighting.inventory.verdict import Fit, Reason
from lighting.operations.find_sockets import Found, FoundSocket
from lighting.operations.retire_sockets import SocketGone
from lighting.operations.sockets import LanternShown
from lighting.operations.tonight import Plain, utc_text


def plain_shown(shown: LanternShown, table: LimitTable) -> Plain:
    """Return a lantern with its sockets, everyone on it, and what its supplies have left."""
    stored, view = shown.stored, shown.sockets
    recorded = {each.occupancy_id: each for each in stored.open}
    return {
        "lantern_id": stored.lantern_id,
        "road": stored.road,
        "ward": stored.ward,
        "column": stored.column,
        "latitude_deg": stored.latitude_deg,
        "longitude_deg": stored.longitude_deg,
        "sockets": [plain_socket(socket, view, table) for socket in view.sockets],
        "occupants": [
            {
                "sits_in": list(each.sits_in),
                "words": each.words,
                "dev_eui": each.dev_eui,
                "occupancy": (
                    None
                    if each.occupancy_id is None
                    else plain_occupancy(recorded[each.occupancy_id])
                ),
            }
            for each in view.occupants
        ],
        "supplies": [_supply(each) for each in shown.budgets],
        "retired": [plain_retired(each) for each in stored.retired],
    }


def plain_retired(gone: RetiredSocket) -> Plain:
    """Return a socket that is off the register, and who took it off."""
    return {
        "socket_id": gone.socket.socket_id,
        "standard": gone.socket.standard.value,
        "retired_at": utc_text(gone.retirement.at),
        "retired_by": gone.retirement.by,
        "reason": gone.retirement.reason,
    }


def plain_gone(done: SocketGone) -> Plain:
    """Return what came of taking a socket off the register."""
    return plain_retired(done.gone) | {"fittings": done.fittings}


def plain_socket(socket: Socket, view: LanternSockets, table: LimitTable) -> Plain:
    """Return a socket with its limits, each with its source or why it is unverified."""
    limits = {figure: table.of(socket, figure) for figure in Figure}
    return {
        "socket_id": socket.socket_id,
        "position": socket.position.value,
        "number": socket.number,
        "standard": socket.standard.value,
        "wiring": sorted(wire.value for wire in socket.wiring),
        "free": not view.in_socket(socket.socket_id),
        "limits": [plain_limit(figure, limit) for figure, limit in limits.items() if limit],
    }


def plain_limit(figure: Figure, limit: Limit) -> Plain:
    """Return a limit with where it is from."""
    return {
        "figure": figure.value,
        "value": limit.value,
        "source": limit.source or None,
        "unverified": limit.unverified or None,
    }


def plain_occupancy(occupancy: Occupancy) -> Plain:
    """Return what was recorded of one fitting, from first to last."""
    made, gone = occupancy.fitting, occupancy.removal
    answers = made.acceptance if made.accepted else None
    return {
        "occupancy_id": occupancy.occupancy_id,
        "lantern_id": made.lantern_id,
        "socket_id": made.socket_id,
        "device_id": made.device_id,
        "serial": made.serial,
        "dev_eui": made.dev_eui,
        "owner": made.owner,
        "permit": made.permit,
        "photo": made.photo,
        "fitted_at": utc_text(made.at),
        "fitted_by": made.by,
        "accepted": list(made.accepted),
        "accepted_by": answers.by if answers else None,
        "accepted_reason": answers.reason if answers else None,
        "removed_at": utc_text(gone.at) if gone else None,
        "removed_by": gone.by if gone else None,
        "removed_reason": gone.reason if gone else None,
        "corrections": [
            {"at": utc_text(c.at), "by": c.by, "reason": c.reason, "was": dict(c.was)}
            for c in occupancy.corrections
        ],
    }


def plain_fit(fit: Fit, would_fit: WouldFit) -> Plain:
    """Return the answer to whether a device fits."""
    return {
        "device_id": fit.device_id,
        "place": fit.place,
        "socket_id": fit.socket_id,
        "fits": fit.fits,
        "obstacles": [_reason(each) for each in fit.obstacles],
        "unknown": [_reason(each) for each in fit.unknown],
        "caveats": list(fit.caveats),
        "would_fit_sockets": list(would_fit.sockets),
        "would_fit_devices": list(would_fit.device_ids),
        "may_fit_sockets": list(would_fit.may_sockets),
        "may_fit_devices": list(would_fit.may_device_ids),
    }


def plain_found(found: Found) -> Plain:
    """Return the sockets found for a need, and how many there are in all."""
    return {
        "provable": found.provable,
        "not_provable": found.not_provable,
        "counted_within_m": found.counted_within_m,
        "sockets": [_found(each) for each in found.sockets],
    }


def _found(each: FoundSocket) -> Plain:
    stored = each.stored
    return {
        "lantern_id": stored.lantern_id,
        "socket_id": each.socket.socket_id,
        "standard": each.socket.standard.value,
        "position": each.socket.position.value,
        "distance_m": each.distance_m,
        "road": stored.road,
        "ward": stored.ward,
        "column": stored.column,
        "latitude_deg": stored.latitude_deg,
        "longitude_deg": stored.longitude_deg,
        "provable": each.fit.fits,
        "unknown": [reason.text for reason in each.fit.unknown],
        "caveats": list(each.fit.caveats),
    }


def _supply(each: Budget) -> Plain:
    return {
        "figure": each.figure.value,
        "limit": plain_limit(each.figure, each.limit) if each.limit else None,
        "drawn": round(each.drawn, 6),
        "free": None if each.free is None else round(each.free, 6),
        "unknown": [occupant.words for occupant in each.unknown],
    }


def _reason(reason: Reason) -> Plain:
    return {
        "kind": reason.kind.value,
        "text": reason.text,
        "figure": reason.figure.value if reason.figure else None,
        "needed": reason.needed,
        "drawn": reason.drawn,
        "limit": reason.limit.value if reason.limit else None,
        "unverified": (reason.limit.unverified or None) if reason.limit else None,
        "occupancy_id": reason.occupancy_id,
    }
