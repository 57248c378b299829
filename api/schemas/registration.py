"""Registration of devices, made for a phone: small bodies; root keys go in and never come out."""

from typing import Annotated

import msgspec

from api.schemas.base import Asked, Instant, Text, Told
from api.schemas.lanterns import RowProblemTold

Short = Annotated[str, msgspec.Meta(max_length=500)]
"""A text that may be empty: then nothing is said."""

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
"""A root key in hex. Write-only: no answer and no problem repeats it."""


class ScanAsked(Asked, kw_only=True):
    """What a phone read from a label (a TR005 code), or a person typed (a DevEUI)."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class KeysAsked(Asked, kw_only=True):
    """The root keys of a device: the AppKey; of a LoRaWAN 1.1 device the NwkKey too."""

    app_key: Key
    nwk_key: Key | None = None


class DeviceAsked(Asked, kw_only=True):
    """A device: its label or DevEUI, its model, and who registers it.

    Without ``keys`` a join server has them, or they are on the network server already. ``accept``
    is the reason with which ``by`` answers for what cannot be proved of the fit.
    """

    label: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    device_id: Text
    by: Text
    join_eui: Short = ""
    keys: KeysAsked | None = None
    stream_id: Short = ""
    application_id: Short = ""
    owner: Short = ""
    permit: Short = ""
    photo: Short = ""
    accept: Short = ""


class RegistrationAsked(DeviceAsked, kw_only=True):
    """A device and its place. Without ``lantern_id`` it is only prepared."""

    lantern_id: Text | None = None
    position: Text | None = None
    number: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1


class SwapAsked(DeviceAsked, kw_only=True):
    """The device that takes another's place, and why."""

    reason: Text


class RemovalOfDeviceAsked(Asked, kw_only=True):
    """Who takes a device off, and why; with ``forget`` the network server deletes it."""

    by: Text
    reason: Text
    forget: bool = False


class StepTold(Told, kw_only=True):
    """One step on a device's way: what happened, when, who did it."""

    event: str
    at: Instant
    by: str
    note: str


class RegistrationTold(Told, kw_only=True):
    """A device on its way, in service (``confirmed``), or gone.

    ``server`` is ``told``, ``waiting`` (it is away, or is being told) or ``refused``; ``problem``
    is what a person must know, or empty.
    """

    dev_eui: str
    device_id: str
    state: str
    since: Instant
    lantern_id: str | None
    socket_id: str | None
    stream_id: str | None
    serial: str | None
    owner: str | None
    permit: str | None
    photo: str | None
    begun_by: str
    server: str
    next_try_at: Instant | None
    problem: str
    steps: tuple[StepTold, ...]


class RegistrationsTold(Told, kw_only=True):
    """Devices, in the order in which they were registered; ``next`` is the ``after`` of a page."""

    items: tuple[RegistrationTold, ...]
    next: int | None


class SuggestionTold(Told, kw_only=True):
    """A model that a device may be, and why."""

    device_id: str
    title: str
    why: str


class ScanTold(Told, kw_only=True):
    """What a label says; ``known`` and ``where`` if the device is in use."""

    dev_eui: str
    join_eui: str | None
    serial: str | None
    label: str | None
    maker: str | None
    models: tuple[SuggestionTold, ...]
    where: str | None
    known: RegistrationTold | None


class PlaceTold(Told, kw_only=True):
    """A socket, or the column, and whether the device goes there.

    With ``can_be_accepted`` a person may answer for what cannot be proved.
    """

    place: str
    socket_id: str | None
    fits: bool
    can_be_accepted: bool
    reasons: tuple[str, ...]


class NearTold(Told, kw_only=True):
    """A lantern nearby; ``possible`` if the person may be standing at it, as exact as they know."""

    lantern_id: str
    column: str | None
    road: str | None
    distance_m: float
    possible: bool
    node: str | None
    places: tuple[PlaceTold, ...]


class NearestTold(Told, kw_only=True):
    """The nearest lanterns first."""

    lanterns: tuple[NearTold, ...]


class RetriedTold(Told, kw_only=True):
    """How many errands to the network server came to an end."""

    done: int


class BulkTold(Told, kw_only=True):
    """What became of the rows of a file, or with ``dry_run`` would become of them."""

    dry_run: bool
    rows: int
    registered: int
    waiting: int
    failed: int
    unchanged: int
    rejected: int
    problems: tuple[RowProblemTold, ...]
