"""DeviceModel: what a make of lantern node or add-on needs, weighs, measures and speaks."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

JAVASCRIPT: Final = "javascript"
"""The ``codec`` of a model whose vendor's own TS013 codec was imported."""


class SocketStandard(StrEnum):
    """A standard receptacle. An edition matters: power and fit changed between them."""

    NEMA3 = "nema3"
    """ANSI C136.41 (C136.10), mains contacts only."""
    NEMA5 = "nema5"
    NEMA7 = "nema7"
    ZHAGA_1 = "zhaga-1"
    """Zhaga Book 18 edition 1."""
    ZHAGA_2 = "zhaga-2"
    ZHAGA_3 = "zhaga-3"
    C136_58 = "c136.58"


class Supply(StrEnum):
    """Where a device takes its power from; also what a socket's contacts carry."""

    BATTERY = "battery"
    SWITCHED_MAINS = "switched mains"
    PERMANENT_MAINS = "permanent mains"
    DALI_BUS = "dali bus"
    AUX_24V = "24 V auxiliary"


class Use(StrEnum):
    """What a device is for; the eight uses of the Leeds programme, and the light itself."""

    LIGHTING = "lighting"
    AIR_QUALITY = "air quality"
    ROAD_SURFACE = "road surface temperature"
    DAMP = "damp"
    GULLY = "gully level"
    PRESENCE = "people presence"
    FOOTFALL = "footfall"
    VEHICLES = "vehicle counting"
    STRUCTURE = "structural movement"


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerNeed:
    """What a device draws: ``average_w`` and ``peak_w`` [W] of ``supply``, ``bus_ma`` [mA] of DALI.

    None is "not stated": such a device is never said to fit within a budget.
    """

    supply: Supply
    average_w: float | None = None
    peak_w: float | None = None
    bus_ma: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How one field of the codec's output becomes a quantity: value = field × scale + offset.

    ``field`` is a path in the decoded object (``temperature``, ``channels.0.count``) of a
    JavaScript codec; a Python codec names quantities itself and leaves it empty. ``optional`` is a
    field that not every message has (a battery told once a day): its absence is no problem.
    """

    quantity: str
    field: str = ""
    scale: float = 1.0
    offset: float = 0.0
    channel: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceModel:
    """One make of device.

    ``fits`` are the socket standards it plugs into; empty for one that is clamped or screwed to a
    column. One of ``firmware_profile`` (lantern nodes) and ``codec`` (add-ons) is set, or neither
    where the vendor publishes no payload: such a device can be registered and fitted, not read.
    ``codec`` is a key of ``firmware_profiles.codecs``, or ``JAVASCRIPT`` for an imported one.
    ``unverified`` names the fields whose values are general knowledge or inferred, not from a
    source (``power.supply``, ``fits``). ``note`` is what a person must know before fitting it.
    The ``measures`` of a codec of ours name each quantity once, for all its channels.
    """

    device_id: str
    title: str
    vendor: str
    uses: tuple[Use, ...]
    power: PowerNeed
    fits: tuple[SocketStandard, ...] = ()
    mass_g: float | None = None
    d4i_type: str = ""
    orientation: str = ""
    """``top``, ``bottom`` or empty for either."""
    firmware_profile: str = ""
    codec: str = ""
    measures: tuple[Measure, ...] = ()
    uplink_interval_s: int | None = None
    lorawan_version: str = ""
    lorawan_class: str = "A"
    people: bool = False
    """It observes people: only aggregates of at least 15 minutes may be stored."""
    sources: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    note: str = ""
