"""What a NAS UL20xx node (firmware 1.1) says, as bytes: the device's side, for virtual lanterns."""

import struct
from dataclasses import dataclass
from enum import IntEnum

PORT_STATUS = 23
PORT_USAGE = 26
PORT_SYSTEM = 99

_WRAP = 1 << 32
_RELAY_CLOSED = 0x80
_LAMP_ALERT = 0x20
_TILT = 0x08
_DALI_BROADCAST = 0xFE
_INTERNAL = 0xFF
_USAGE_FLAGS = 0b1011_0011
"""Energy, power, power factor, voltage, lamp-on time."""

_BOOT_FEATURES = 0x20
"""Metering; no light sensor, no digital input."""

_DALI_SUPPLY_HIGH = 0x7E


class Reason(IntEnum):
    """What set the level."""

    PROFILE = 0x00
    CALENDAR_DAY = 0x21
    CALENDAR_NIGHT = 0x22
    FALLBACK = 248
    MANUAL = 253


class Dali(IntEnum):
    """Bits of the DALI status byte (IEC 62386-102, QUERY STATUS)."""

    LAMP_FAILURE = 0x02
    LAMP_ON = 0x04


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What a status report holds; ``epoch_s`` is the node's own clock."""

    epoch_s: int
    level: int
    reason: Reason
    relay_closed: bool
    lamp_failed: bool
    rssi_dbm: int
    snr_db: int
    temperature_c: int
    tilt_deg: int | None = None


def status(said: Status) -> tuple[int, bytes]:
    """Return port and bytes of a status report."""
    dali = Dali.LAMP_FAILURE if said.lamp_failed else Dali.LAMP_ON if said.level else 0
    sensors = b"" if said.tilt_deg is None else bytes([_TILT, said.tilt_deg])
    body = struct.pack(
        "<BIBBBbbBB",
        0x01,
        said.epoch_s % _WRAP,
        _RELAY_CLOSED if said.relay_closed else 0,
        0,
        min(-said.rssi_dbm, 255),
        said.snr_db,
        said.temperature_c,
        _LAMP_ALERT if said.lamp_failed else 0,
        len(sensors),
    )
    return PORT_STATUS, body + sensors + bytes([_DALI_BROADCAST, said.reason, said.level, dali])


def usage(
    *, energy_wh: float, power_w: float, voltage_v: int, lamp_on_s: float
) -> tuple[int, bytes]:
    """Return port and bytes of a usage report of the internal meter; its counters wrap."""
    body = struct.pack(
        "<BBBIHBBI",
        0x00,
        _INTERNAL,
        _USAGE_FLAGS,
        int(energy_wh) % _WRAP,
        round(power_w),
        95 if power_w else 0xFF,
        voltage_v,
        int(lamp_on_s) % _WRAP,
    )
    return PORT_USAGE, body


def boot(*, serial: int, epoch_s: int, soft_reset: bool) -> tuple[int, bytes]:
    """Return port and bytes of the report that a node makes once after it has joined."""
    body = struct.pack(
        "<BI3BIBBBBB",
        0x00,
        serial,
        *(1, 1, 1),
        epoch_s % _WRAP,
        0,
        _BOOT_FEATURES,
        _DALI_SUPPLY_HIGH,
        1,
        0x04 if soft_reset else 0,
    )
    return PORT_SYSTEM, body


def rejection(f_port: int, reason: int) -> tuple[int, bytes]:
    """Return port and bytes with which a node refuses a downlink that came on ``f_port``."""
    return PORT_SYSTEM, bytes([0x13, f_port, reason])
