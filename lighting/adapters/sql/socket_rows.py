"""Sockets and occupancies to rows and back."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from firmware_profiles.devices.device import SocketStandard
from lighting.adapters.sql.times import from_ms, to_ms
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.occupancy import Acceptance, Correction, Fitting, Occupancy, Removal
from lighting.inventory.sockets import (
    Figure,
    Limit,
    Position,
    RetiredSocket,
    Retirement,
    Socket,
    SocketId,
    Wire,
)

SOCKET_COLUMNS = (
    "socket_id", "lantern_id", "position", "number", "standard", "wiring", "limits", "revision",
    "retired_at", "retired_by", "retired_reason",
)  # fmt: skip

DETAIL_COLUMNS = ("serial", "serial_key", "dev_eui", "owner", "permit", "photo")
"""What a correction may change."""


def socket_row(socket: Socket, revision: int) -> tuple[Any, ...]:
    """Return a socket as ``SOCKET_COLUMNS``."""
    limits = {
        figure.value: [limit.value, limit.source, limit.unverified]
        for figure, limit in socket.limits.items()
    }
    return (
        socket.socket_id,
        socket.lantern_id,
        socket.position.value,
        socket.number,
        socket.standard.value,
        ",".join(sorted(socket.wiring)),
        json.dumps(limits, ensure_ascii=False, sort_keys=True),
        revision,
        None,
        "",
        "",
    )


def socket_of(row: Row[Any]) -> Socket:
    """Return the socket that a row holds."""
    return Socket(
        lantern_id=LanternId(row.lantern_id),
        position=Position(row.position),
        standard=SocketStandard(row.standard),
        wiring=_wiring(row.wiring),
        number=row.number,
        limits=_limits(row.limits),
    )


def retired_row(retirement: Retirement) -> dict[str, Any]:
    """Return what a socket's row says of its retirement."""
    return {
        "retired_at": to_ms(retirement.at),
        "retired_by": retirement.by,
        "retired_reason": retirement.reason,
    }


def retired_of(row: Row[Any]) -> RetiredSocket:
    """Return the retired socket that a row holds."""
    retirement = Retirement(
        at=from_ms(row.retired_at), by=row.retired_by, reason=row.retired_reason
    )
    return RetiredSocket(socket=socket_of(row), retirement=retirement)


@lru_cache(maxsize=256)
def _wiring(text: str) -> frozenset[Wire]:
    return frozenset(Wire(word) for word in text.split(","))


@lru_cache(maxsize=1024)  # a city has a few makes of lantern, and 100,000 sockets
def _limits(text: str) -> Mapping[Figure, Limit]:
    return {
        Figure(name): Limit(value=value, source=source, unverified=unverified)
        for name, (value, source, unverified) in json.loads(text).items()
    }


def serial_key(device_id: str, serial: str) -> str | None:
    """Return by what two devices are the same: model and serial number, without case."""
    return f"{device_id}\n{serial.strip().casefold()}" if serial.strip() else None


def fitting_row(fitting: Fitting) -> dict[str, Any]:
    """Return a new occupancy's values by column."""
    accepted = fitting.acceptance if fitting.accepted else None
    return {
        "lantern_id": fitting.lantern_id,
        "socket_id": fitting.socket_id,
        "device_id": fitting.device_id,
        **detail_row(fitting),
        "fitted_at": to_ms(fitting.at),
        "fitted_by": fitting.by,
        "accepted": json.dumps(fitting.accepted, ensure_ascii=False),
        "accepted_by": accepted.by if accepted else "",
        "accepted_reason": accepted.reason if accepted else "",
        "removed_at": None,
        "removed_by": "",
        "removed_reason": "",
    }


def detail_row(fitting: Fitting) -> dict[str, Any]:
    """Return ``DETAIL_COLUMNS`` of a fitting."""
    return {
        "serial": fitting.serial,
        "serial_key": serial_key(fitting.device_id, fitting.serial),
        "dev_eui": fitting.dev_eui,
        "owner": fitting.owner,
        "permit": fitting.permit,
        "photo": fitting.photo,
    }


def occupancy_of(row: Row[Any], corrections: Sequence[Correction] = ()) -> Occupancy:
    """Return the occupancy that a row holds."""
    accepted = tuple(json.loads(row.accepted))
    removal = None
    if row.removed_at is not None:
        removal = Removal(at=from_ms(row.removed_at), by=row.removed_by, reason=row.removed_reason)
    return Occupancy(
        occupancy_id=row.occupancy_id,
        fitting=Fitting(
            lantern_id=LanternId(row.lantern_id),
            socket_id=None if row.socket_id is None else SocketId(row.socket_id),
            device_id=row.device_id,
            at=from_ms(row.fitted_at),
            by=row.fitted_by,
            serial=row.serial,
            dev_eui=None if row.dev_eui is None else DevEui(row.dev_eui),
            owner=row.owner,
            permit=row.permit,
            photo=row.photo,
            acceptance=(
                Acceptance(by=row.accepted_by, reason=row.accepted_reason) if accepted else None
            ),
            accepted=accepted,
        ),
        removal=removal,
        corrections=tuple(corrections),
    )


def correction_of(row: Row[Any]) -> Correction:
    """Return the correction that a row holds."""
    return Correction(
        at=from_ms(row.corrected_at),
        by=row.corrected_by,
        reason=row.reason,
        was=json.loads(row.was),
    )
