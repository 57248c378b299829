"""Bodies about devices made into what registration is asked; root keys are read here and go on."""

from api.schemas.registration import DeviceAsked, KeysAsked
from lighting.errors import RefusedError
from lighting.identifiers import LanternId
from lighting.inventory.occupancy import Acceptance
from lighting.inventory.sockets import Position
from lighting.operations.register_asked import RegisterAsked
from lighting.operations.scan import Scanner
from lighting.registration.eui import typed_join_eui
from lighting.registration.keys import RootKeys


async def device_asked(
    scanner: Scanner,
    data: DeviceAsked,
    *,
    lantern_id: LanternId | None = None,
    position: Position | None = None,
    number: int = 1,
) -> RegisterAsked:
    """Return what a body asks.

    Raises:
        LabelError: its label names no device, or its JoinEUI is none.
        RootKeyError: its keys are none; their text is not repeated.
        StoreError: the database could not be read.
    """
    looked = await scanner.look(data.label)
    return RegisterAsked(
        dev_eui=looked.dev_eui,
        device_id=data.device_id,
        by=data.by,
        lantern_id=lantern_id,
        position=position,
        number=number,
        join_eui=typed_join_eui(data.join_eui) if data.join_eui else looked.join_eui,
        keys=_keys(data.keys),
        stream_id=data.stream_id,
        application_id=data.application_id,
        serial=looked.serial,
        owner=data.owner,
        permit=data.permit,
        photo=data.photo,
        label=looked.label,
        acceptance=Acceptance(by=data.by, reason=data.accept) if data.accept else None,
    )


def _keys(asked: KeysAsked | None) -> RootKeys | None:
    return None if asked is None else RootKeys.from_hex(asked.app_key, asked.nwk_key)


def position_asked(text: str | None) -> Position | None:
    """Return the position of a socket.

    Raises:
        RefusedError: there is no such position.
    """
    if text is None:
        return None
    if text not in set(Position):
        raise RefusedError(f"position {text[:40]!r} is none; allowed: {', '.join(Position)}")
    return Position(text)
