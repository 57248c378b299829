"""What is asked when a device is registered, made into what is kept and where the device goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from firmware_profiles.devices.device import DeviceModel
from lighting.errors import RefusedError
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.lantern import NodeLink
from lighting.inventory.occupancy import Acceptance, Fitting, check_texts
from lighting.inventory.sockets import Position, SocketId
from lighting.operations.commissionings import NewCommissioning, Particulars
from lighting.operations.seating import DeviceSeat
from lighting.operations.sockets import Sockets
from lighting.operations.tell_server import ServerDesk
from lighting.registration.device_server import DeviceClass
from lighting.registration.eui import JoinEui
from lighting.registration.keys import RootKeys
from lighting.registration.server_plan import class_of
from lighting.sensing.stream import Stream

_TEXTS = ("serial", "owner", "permit", "photo", "application_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterAsked:
    """What a person asks: which device, of which model, where, and who they are.

    Without ``lantern_id`` the device is prepared: the network server knows it, and it is fitted
    later. ``position`` None takes the one socket where it goes; a device that needs none is clamped
    to the column. ``keys`` None: a join server has them, or they are on the network server.
    ``application_id`` is needed only where no network server is set. ``label`` is the ProfileID of
    the TR005 code. ``stream_id`` may be left out where the data register has one row for its use.
    """

    dev_eui: DevEui
    device_id: str
    by: str
    lantern_id: LanternId | None = None
    position: Position | None = None
    number: int = 1
    join_eui: JoinEui | None = None
    keys: RootKeys | None = None
    stream_id: str = ""
    application_id: str = ""
    serial: str = ""
    owner: str = ""
    permit: str = ""
    photo: str = ""
    label: str = ""
    acceptance: Acceptance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a request is read against: the catalogue, the network server, the data register."""

    sockets: Sockets
    desk: ServerDesk
    streams: Sequence[Stream]


def prepare(
    asked: RegisterAsked, rules: Rules, *, at: datetime, socket_id: SocketId | None = None
) -> tuple[NewCommissioning, DeviceSeat | None]:
    """Return what is to be kept and where the device goes; nothing is written.

    Raises:
        RefusedError: who is missing, the model needs what was not given, or the settings do not
            say where on the network server it belongs.
        UnknownDeviceError: the model is not in the catalogue.
        KeySafeError: keys were given, and there is no secret key to encrypt them with.
    """
    if not asked.by.strip():
        raise RefusedError("say who registers it")
    model = rules.sockets.device(asked.device_id)
    new = NewCommissioning(
        dev_eui=asked.dev_eui,
        particulars=_particulars(asked, model, rules),
        lantern_id=asked.lantern_id,
        at=at,
        by=asked.by.strip(),
        sealed=None if asked.keys is None else rules.desk.safe.seal(asked.dev_eui, asked.keys),
    )
    return new, _seat(asked, new, rules.sockets, socket_id)


def stream_for(stream_id: str, model: DeviceModel, streams: Sequence[Stream]) -> str:
    """Return the row of the data register under which an add-on's readings are kept.

    Raises:
        RefusedError: a lantern node has none, an add-on that is read needs one, and here it is not
            plain which.
    """
    if not model.codec:
        if stream_id:
            kind = "a lantern node" if model.firmware_profile else "a device that cannot be read"
            raise RefusedError(f"{model.device_id} is {kind} and has no stream; leave it out")
        return ""
    if stream_id:
        if all(each.stream_id != stream_id for each in streams):
            known = ", ".join(each.stream_id for each in streams) or "none yet"
            raise RefusedError(f"the data register has no stream {stream_id!r}; it has: {known}")
        return stream_id
    fitting = [each.stream_id for each in streams if each.use in model.uses]
    if len(fitting) == 1:
        return fitting[0]
    choice = f"say which: {', '.join(fitting)}" if fitting else "write its row there first"
    raise RefusedError(
        f"{model.device_id} serves {' and '.join(model.uses)}, for which the data register has"
        f" {len(fitting) or 'no'} streams; {choice}"
    )


def _particulars(asked: RegisterAsked, model: DeviceModel, rules: Rules) -> Particulars:
    check_texts({"by": asked.by, **{name: getattr(asked, name) for name in _TEXTS}})
    join_eui, application_id, profile = asked.join_eui, asked.application_id.strip(), ""
    plan = rules.desk.plan
    if plan is not None:
        place = plan.place(model)
        application_id, profile = place.application_id, place.profile_id
        join_eui = plan.join_eui(asked.join_eui)
    elif not application_id and model.firmware_profile:
        raise RefusedError(
            "no network server is set: give the application in which the device is registered"
            " there (--application, or application_id), or name a file in LAMPLIGHTER_DEVICE_SERVER"
        )
    return Particulars(
        device_id=model.device_id,
        firmware_profile=model.firmware_profile,
        stream_id=stream_for(asked.stream_id.strip(), model, rules.streams),
        join_eui=join_eui,
        application_id=application_id,
        server_profile=profile,
        always_listens=class_of(model) is DeviceClass.C,
        serial=asked.serial.strip(),
        owner=asked.owner.strip(),
        permit=asked.permit.strip(),
        photo=asked.photo.strip(),
        label=asked.label,
        people=model.people,
    )


def _seat(
    asked: RegisterAsked, new: NewCommissioning, sockets: Sockets, socket_id: SocketId | None
) -> DeviceSeat | None:
    if asked.lantern_id is None:
        return None
    said = new.particulars
    node = None
    if said.firmware_profile:
        node = NodeLink(
            lantern_id=asked.lantern_id,
            dev_eui=asked.dev_eui,
            profile_id=said.firmware_profile,
            application_id=said.application_id,
        )
    fitting = Fitting(
        lantern_id=asked.lantern_id,
        socket_id=socket_id,
        device_id=said.device_id,
        at=new.at,
        by=new.by,
        serial=said.serial,
        dev_eui=asked.dev_eui,
        owner=said.owner,
        permit=said.permit,
        photo=said.photo,
        acceptance=asked.acceptance,
    )
    return DeviceSeat(
        sockets=sockets,
        device=sockets.device(said.device_id),
        fitting=fitting,
        position=asked.position,
        number=asked.number,
        node=node,
    )
