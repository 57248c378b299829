"""Turn what the network server says into one batch of facts, and record it.

Each message is parsed and decoded on its own: one that cannot be understood is logged with its
identifiers, kept as a note where its device is known, and holds up nothing.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from firmware_profiles.errors import DecodeError, UnknownProfileError
from firmware_profiles.profile import FirmwareProfile
from firmware_profiles.reading import (
    BootReading,
    EchoReading,
    EventReading,
    Reading,
    RejectionReading,
    StatusReading,
    UsageReading,
)
from firmware_profiles.registry import profile_for
from lighting.downlink.transport import (
    Acked,
    DeviceStatus,
    Dialect,
    GatewayAccepted,
    Incoming,
    Joined,
    NetworkEvent,
    NetworkLog,
    Uplink,
)
from lighting.energy.metering import COUNTER_MODULUS_WH
from lighting.errors import MessageError
from lighting.faults.words import TILT, tilt_text
from lighting.identifiers import DevEui
from lighting.operations.records import (
    BOOT,
    BY_RADIO,
    BY_SERVER,
    NOT_UNDERSTOOD,
    Echo,
    GatewayAcceptance,
    MeterRow,
    NetworkRefusal,
    Note,
    Recorded,
    Rejection,
    Seen,
    StatusRow,
    UplinkBatch,
)
from lighting.operations.stores import NodeStore

_LOG = logging.getLogger(__name__)

REFUSAL_CODES = frozenset({"DOWNLINK_GATEWAY", "EXPIRED", "DOWNLINK_PAYLOAD_SIZE", "F_CNT_DOWN"})
"""ChirpStack log codes that end a try of a downlink."""

CLOCK_ERROR_MAX = timedelta(minutes=10)
"""A node's own clock further from ours than this is worth a note: it keeps its program."""

WHOLE_LANTERN = ("all", "all dali")
"""Addresses that stand for the lantern as a whole, the better first."""

WHOLE_METER = ("internal", "all dali")
"""Addresses whose meter counts the lantern as a whole, the better first."""


class Others(Protocol):
    """Who takes the messages of devices that are no nodes."""

    async def record(
        self, events: Sequence[NetworkEvent], received_at: datetime
    ) -> Collection[DevEui]:
        """Record what concerns it; the same again changes nothing. Return whose it was."""


@dataclass(slots=True)
class Heard:
    """What came in, by kind: for the health page and the metrics."""

    kinds: Counter[str] = field(default_factory=Counter)
    unknown: Counter[DevEui] = field(default_factory=Counter)


class UplinkRecorder:
    """Records messages of one network server; those of add-ons go to ``others``."""

    def __init__(self, nodes: NodeStore, dialect: Dialect, others: Others | None = None) -> None:
        self._nodes = nodes
        self._dialect = dialect
        self._others = others
        self._profiles: dict[DevEui, FirmwareProfile] = {}
        self.heard = Heard()

    async def record(self, messages: Sequence[Incoming]) -> Recorded:
        """Record a batch; the same batch again changes nothing.

        What nodes say is one transaction, what add-ons say another.

        Raises:
            StoreError: the database could not take all of it; record the batch again.
        """
        events = list(self._parse(messages))
        await self._learn({event.dev_eui for event in events})
        batch = UplinkBatch()
        theirs = await self._record_others(events, messages)
        for event in events:
            profile = self._profiles.get(event.dev_eui)
            if profile is None:
                if event.dev_eui not in theirs:
                    self._count_unknown(event.dev_eui)
            else:
                _TAKE[type(event)](batch, event, profile)
        return await self._nodes.record(batch)

    def _parse(self, messages: Sequence[Incoming]) -> Iterable[NetworkEvent]:
        for message in messages:
            try:
                event = self._dialect.parse(message.topic, message.payload, message.received_at)
            except MessageError as exc:
                self.heard.kinds["malformed"] += 1
                _LOG.warning("message not understood: %s", exc)
                continue
            self.heard.kinds[type(event).__name__] += 1
            yield event

    async def _learn(self, dev_euis: set[DevEui]) -> None:
        fresh = [eui for eui in dev_euis if eui not in self._profiles]
        if fresh:
            known: Mapping[DevEui, str] = await self._nodes.profile_ids(fresh)
            for eui, profile_id in known.items():
                try:
                    self._profiles[eui] = profile_for(profile_id)
                except UnknownProfileError as exc:
                    _LOG.error("node %s cannot be understood: %s", eui, exc)

    async def _record_others(
        self, events: Sequence[NetworkEvent], messages: Sequence[Incoming]
    ) -> Collection[DevEui]:
        strangers = [event for event in events if event.dev_eui not in self._profiles]
        if self._others is None or not strangers:
            return ()
        return await self._others.record(strangers, max(each.received_at for each in messages))

    def _count_unknown(self, dev_eui: DevEui) -> None:
        self.heard.kinds["unknown device"] += 1
        self.heard.unknown[dev_eui] += 1
        if self.heard.unknown[dev_eui] == 1:
            _LOG.warning("device %s is on no lantern of the inventory; register it", dev_eui)

    def forget(self, dev_euis: Iterable[DevEui]) -> None:
        """Look these nodes up again when they are next heard (their profile was changed)."""
        for eui in dev_euis:
            self._profiles.pop(eui, None)


def _take_uplink(batch: UplinkBatch, event: Uplink, profile: FirmwareProfile) -> None:
    batch.seen.append(Seen(event.dev_eui, event.at, event.gateway_id, event.rssi_dbm))
    if event.f_port == 0:
        return  # MAC commands only
    try:
        readings = profile.decode_uplink(event.f_port, event.payload)
    except DecodeError as exc:
        _LOG.warning("uplink of %s not understood: %s", event.dev_eui, exc)
        batch.notes.append(Note(event.dev_eui, event.at, NOT_UNDERSTOOD, str(exc)))
        return
    for reading in readings:
        _READINGS[type(reading)](batch, event, reading)


def _take_status(batch: UplinkBatch, event: Uplink, reading: StatusReading) -> None:
    lamp = next(
        (lamp for word in WHOLE_LANTERN for lamp in reading.lamps if lamp.address == word),
        reading.lamps[0] if reading.lamps else None,
    )
    faults = dict.fromkeys((*reading.faults, *(f for each in reading.lamps for f in each.faults)))
    batch.statuses.append(
        StatusRow(
            event.dev_eui,
            event.at,
            lamp.level if lamp else None,
            lamp.reason if lamp else "",
            ", ".join(faults),
            reading.temperature_c,
        )
    )
    tilt_deg = reading.sensors.get("tilt_deg")
    if tilt_deg is not None:
        batch.notes.append(Note(event.dev_eui, event.at, TILT, tilt_text(tilt_deg)))
    if reading.at is None or abs(reading.at - event.at) > CLOCK_ERROR_MAX:
        told = "is not set" if reading.at is None else f"says {reading.at.isoformat()}"
        batch.notes.append(Note(event.dev_eui, event.at, "clock", f"the node's clock {told}"))


def _take_usage(batch: UplinkBatch, event: Uplink, reading: UsageReading) -> None:
    metering = [entry for entry in reading.entries if entry.energy_wh is not None]
    whole = [entry for word in WHOLE_METER for entry in metering if entry.address == word]
    # Without a meter for the whole lantern, its drivers' own meters add up to it.
    counted = whole[:1] or metering or reading.entries
    if counted:
        energy_wh = _sum(entry.energy_wh for entry in counted)
        batch.meters.append(
            MeterRow(
                event.dev_eui,
                event.at,
                None if energy_wh is None else energy_wh % COUNTER_MODULUS_WH,
                _sum(entry.power_w for entry in counted),
                max((e.lamp_on_s for e in counted if e.lamp_on_s is not None), default=None),
                next((e.voltage_v for e in counted if e.voltage_v is not None), None),
            )
        )


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _take_boot(batch: UplinkBatch, event: Uplink, reading: BootReading) -> None:
    batch.joined.append((event.dev_eui, event.at))
    text = f"serial {reading.serial}, firmware {reading.firmware}, {reading.interface}"
    batch.notes.append(Note(event.dev_eui, event.at, BOOT, text))


def _take_echo(batch: UplinkBatch, event: Uplink, reading: EchoReading) -> None:
    batch.echoes.append(Echo(event.dev_eui, event.at, reading.f_port, reading.payload))


def _take_rejection(batch: UplinkBatch, event: Uplink, reading: RejectionReading) -> None:
    _LOG.warning(
        "node %s rejected what came on port %d: %s", event.dev_eui, reading.f_port, reading.reason
    )
    batch.rejections.append(Rejection(event.dev_eui, event.at, reading.f_port, reading.reason))


def _take_event(batch: UplinkBatch, event: Uplink, reading: EventReading) -> None:
    text = ", ".join(f"{key} {value}" for key, value in reading.values.items())
    batch.notes.append(Note(event.dev_eui, event.at, reading.kind, text))


def _take_joined(batch: UplinkBatch, event: Joined, _: FirmwareProfile) -> None:
    batch.joined.append((event.dev_eui, event.at))


def _take_accepted(batch: UplinkBatch, event: GatewayAccepted, _: FirmwareProfile) -> None:
    batch.acceptances.append(
        GatewayAcceptance(event.dev_eui, event.at, event.queue_item_id, event.gateway_id)
    )


def _take_acked(batch: UplinkBatch, event: Acked, _: FirmwareProfile) -> None:
    if not event.acknowledged:
        batch.refusals.append(
            NetworkRefusal(
                event.dev_eui, event.at, event.queue_item_id, "the node did not acknowledge"
            )
        )


def _take_log(batch: UplinkBatch, event: NetworkLog, _: FirmwareProfile) -> None:
    text = f"{event.code}: {event.description}"
    if event.code in REFUSAL_CODES:
        _LOG.info("downlink of %s refused: %s", event.dev_eui, text)
        batch.refusals.append(NetworkRefusal(event.dev_eui, event.at, event.queue_item_id, text))
    else:
        batch.notes.append(Note(event.dev_eui, event.at, BY_SERVER, text))


def _take_device_status(batch: UplinkBatch, event: DeviceStatus, _: FirmwareProfile) -> None:
    text = f"downlink margin {event.margin_db} dB"
    batch.notes.append(Note(event.dev_eui, event.at, BY_RADIO, text))


# Keyed by type: the handlers' own parameter types are narrower than the dictionary can say.
_TAKE: dict[type, Callable[..., None]] = {
    Uplink: _take_uplink,
    Joined: _take_joined,
    Acked: _take_acked,
    GatewayAccepted: _take_accepted,
    NetworkLog: _take_log,
    DeviceStatus: _take_device_status,
}

_READINGS: dict[type[Reading], Callable[..., None]] = {
    StatusReading: _take_status,
    UsageReading: _take_usage,
    BootReading: _take_boot,
    EchoReading: _take_echo,
    RejectionReading: _take_rejection,
    EventReading: _take_event,
}
