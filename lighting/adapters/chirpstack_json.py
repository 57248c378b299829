"""The JSON of ChirpStack v4 as structures: what of its messages we read, and what we write.

Sources: ChirpStack ``api/proto/integration/integration.proto`` and ``gw/gw.proto`` as pbjson
writes them: camelCase, bytes as standard base64, timestamps as RFC 3339 with up to nanoseconds;
nested ``gw`` messages leave protobuf defaults out, and a float that is not a number is null. So
every field is optional. Unknown fields are skipped.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

Id = Annotated[str, msgspec.Meta(max_length=64)]
Int32 = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
UInt32 = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
Port = Annotated[int, msgspec.Meta(ge=0, le=255)]
FramePayload = Annotated[bytes, msgspec.Meta(max_length=255)]


class Message(msgspec.Struct, rename="camel", gc=False):
    """Base of all messages: JSON names are camelCase."""


class DeviceInfo(Message):
    """Which device an event is of."""

    application_id: Id | None = None
    dev_eui: Id | None = None


class RxInfo(Message):
    """How one gateway heard an uplink: RSSI [dBm], SNR [dB]."""

    gateway_id: Id | None = None
    rssi: Int32 | None = None
    snr: float | None = None


class Lora(Message):
    """LoRa parameters of a transmission."""

    spreading_factor: UInt32 | None = None


class Modulation(Message):
    """How a transmission is modulated; other kinds than LoRa are not read."""

    lora: Lora | None = None


class TxInfo(Message):
    """How a downlink is sent; frequency [Hz]."""

    frequency: UInt32 | None = None
    modulation: Modulation | None = None


class Event(Message):
    """What every event carries."""

    device_info: DeviceInfo | None = None
    time: str | None = None


class Up(Event):
    """An uplink."""

    deduplication_id: Id | None = None
    f_cnt: UInt32 | None = None
    f_port: Port | None = None
    data: FramePayload | None = None
    rx_info: list[RxInfo] | None = None


class Join(Event):
    """The first uplink of a new session."""

    deduplication_id: Id | None = None


class Ack(Event):
    """The end of a confirmed downlink."""

    queue_item_id: Id | None = None
    acknowledged: bool | None = None


class TxAck(Event):
    """A gateway took a downlink."""

    queue_item_id: Id | None = None
    gateway_id: Id | None = None
    tx_info: TxInfo | None = None


class LogContext(msgspec.Struct, gc=False):
    """The context of a log; its names are snake_case."""

    queue_item_id: Id | None = None


class Log(Event):
    """The network server's own words."""

    level: str | None = None
    code: str | None = None
    description: str | None = None
    context: LogContext | None = None


class Status(Event):
    """A node's answer to DevStatusReq; margin [dB]."""

    margin: Int32 | None = None
    external_power_source: bool | None = None


class Command(Message):
    """A downlink for the queue of a device."""

    id: UUID
    dev_eui: str
    confirmed: bool
    f_port: int
    data: bytes
    expires_at: datetime
