"""What a lantern node can tell us, in domain units. Fields that a frame lacks are None."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LampState:
    """One lamp output as the node sees it.

    ``address`` is in words (``all dali``, ``dali 9``, ``group 3``, ``analog``, ``all``); ``reason``
    says what set the level (``profile 0``, ``dusk step 0``, ``manual``, …); ``faults`` are the
    node's words, such as ``lamp failure``. ``lamp_on`` and ``fading`` are what the driver itself
    says, and None where the driver was not asked.
    """

    address: str
    level: int | None
    reason: str
    faults: tuple[str, ...] = ()
    lamp_on: bool | None = None
    fading: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReading:
    """A node's state at ``at`` [aware UTC by the node's own clock; None if that is not set]."""

    at: datetime | None
    lamps: tuple[LampState, ...]
    relay_closed: bool | None = None
    temperature_c: int | None = None
    downlink_rssi_dbm: int | None = None
    downlink_snr_db: int | None = None
    faults: tuple[str, ...] = ()
    sensors: dict[str, float | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterEntry:
    """Counters of one address: energy [Wh, a counter that wraps], power [W], times [s]."""

    address: str
    energy_wh: int | None = None
    power_w: int | None = None
    load_energy_wh: int | None = None
    load_power_w: int | None = None
    power_factor: float | None = None
    voltage_v: int | None = None
    operating_s: int | None = None
    lamp_on_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReading:
    """Metered use, one entry per address that the node reports."""

    entries: tuple[MeterEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BootReading:
    """A node started (and has just joined): who it is and what it can do."""

    serial: str
    firmware: str
    at: datetime | None
    interface: str
    features: tuple[str, ...]
    drivers: int | None = None
    unaddressed_driver: bool | None = None
    dali_supply: str = ""
    reset_reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoReading:
    """The node repeats a configuration it has accepted and applied: ``payload`` as it was sent.

    ``meaning`` is the decoded configuration as plain values, for people and for JSON.
    """

    f_port: int
    payload: bytes
    meaning: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionReading:
    """The node refused a downlink that came on ``f_port``."""

    f_port: int
    code: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReading:
    """Something happened: ``kind`` and its plain values (units in the keys)."""

    kind: str
    values: dict[str, object]


Reading = StatusReading | UsageReading | BootReading | EchoReading | RejectionReading | EventReading
