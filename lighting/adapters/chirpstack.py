"""ChirpStack v4's MQTT events to types, our downlinks to its commands. Pure: text in, types out."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Any, TypedDict
from uuid import UUID

import msgspec

from lighting.adapters import chirpstack_json as wire
from lighting.downlink.topics import COMMAND_PLACES, EVENT_PLACES, checked_template
from lighting.downlink.transport import (
    Acked,
    DeviceStatus,
    Downlink,
    GatewayAccepted,
    Joined,
    NetworkEvent,
    NetworkLog,
    Uplink,
)
from lighting.errors import MessageError
from lighting.identifiers import DevEui, GatewayId

EVENT_TOPIC = "application/{application_id}/device/{dev_eui}/event/{event}"
COMMAND_TOPIC = "application/{application_id}/device/{dev_eui}/command/down"

MESSAGE_BYTES_MAX = 128 * 1024
"""An uplink heard by a hundred gateways is about 45 kB of JSON."""

CLOCK_DIFFERENCE_MAX = timedelta(days=1)
"""A network server's time further from ours than this is not believed."""

TEXT_MAX = 500
"""Characters kept of the network server's own words."""

_EUI = re.compile(r"[0-9a-fA-F]{16}")


class _Common(TypedDict):
    dev_eui: DevEui
    application_id: str
    at: datetime
    at_is_ours: bool


def _item_id(text: str | None) -> UUID:
    if not text:
        raise ValueError("queueItemId is missing: the message belongs to no downlink of ours")
    try:
        return UUID(text)
    except ValueError:
        raise ValueError(f"queueItemId {text[:64]!r} is not a UUID") from None


def _gateway_id(text: str | None) -> GatewayId | None:
    return GatewayId(text.lower()) if text and _EUI.fullmatch(text) else None


def _short(text: str | None) -> str:
    text = (text or "").replace("\0", "\N{REPLACEMENT CHARACTER}")  # databases take no NUL
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 1] + "…"


def _by_signal(heard: wire.RxInfo) -> tuple[float, int]:
    return (heard.snr or 0.0, heard.rssi or 0)


def _uplink(body: wire.Up, common: _Common) -> Uplink:
    named = [heard for heard in body.rx_info or () if _gateway_id(heard.gateway_id)]
    best = max(named, key=_by_signal, default=None)
    return Uplink(
        **common,
        f_port=body.f_port or 0,
        f_cnt=body.f_cnt or 0,
        payload=body.data or b"",
        gateway_id=_gateway_id(best.gateway_id) if best else None,
        rssi_dbm=(best.rssi or 0) if best else None,
        snr_db=(best.snr or 0.0) if best else None,
        deduplication_id=_short(body.deduplication_id),
    )


def _joined(body: wire.Join, common: _Common) -> Joined:
    return Joined(**common, deduplication_id=_short(body.deduplication_id))


def _acked(body: wire.Ack, common: _Common) -> Acked:
    return Acked(
        **common,
        queue_item_id=_item_id(body.queue_item_id),
        acknowledged=body.acknowledged or False,
    )


def _accepted(body: wire.TxAck, common: _Common) -> GatewayAccepted:
    sent = body.tx_info or wire.TxInfo()
    lora = sent.modulation.lora if sent.modulation else None
    return GatewayAccepted(
        **common,
        queue_item_id=_item_id(body.queue_item_id),
        gateway_id=_gateway_id(body.gateway_id),
        spreading=lora.spreading_factor if lora else None,
        frequency_hz=sent.frequency,
    )


def _log(body: wire.Log, common: _Common) -> NetworkLog:
    item = body.context.queue_item_id if body.context else None
    return NetworkLog(
        **common,
        level=_short(body.level) or "INFO",
        code=_short(body.code) or "UNKNOWN",
        description=_short(body.description),
        queue_item_id=_item_id(item) if item else None,
    )


def _status(body: wire.Status, common: _Common) -> DeviceStatus:
    return DeviceStatus(
        **common,
        margin_db=body.margin or 0,
        external_power=body.external_power_source or False,
    )


_Build = Callable[[Any, _Common], NetworkEvent]

_KINDS: dict[str, tuple[msgspec.json.Decoder[Any], _Build]] = {
    "up": (msgspec.json.Decoder(wire.Up), _uplink),
    "join": (msgspec.json.Decoder(wire.Join), _joined),
    "ack": (msgspec.json.Decoder(wire.Ack), _acked),
    "txack": (msgspec.json.Decoder(wire.TxAck), _accepted),
    "log": (msgspec.json.Decoder(wire.Log), _log),
    "status": (msgspec.json.Decoder(wire.Status), _status),
}
_ENCODER = msgspec.json.Encoder()


def _believed(text: str | None, received_at: datetime) -> tuple[datetime, bool]:
    """Return the event's time and whether it is ours because theirs cannot be believed."""
    try:
        at = datetime.fromisoformat(text or "")
        if abs(at - received_at) <= CLOCK_DIFFERENCE_MAX:
            return at.astimezone(UTC), False
    except (ValueError, TypeError, OverflowError):  # not a time, without a zone, year 1 or 9999
        pass
    return received_at, True


def _pattern(template: str) -> re.Pattern[str]:
    parts = [
        re.escape(text) + (f"(?P<{name}>[^/]{{1,64}})" if name else "")
        for text, name, _, _ in Formatter().parse(template)
    ]
    return re.compile("".join(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChirpStack:
    """The dialect of a ChirpStack v4 server; its topics are settings on both sides.

    ``event_topic`` holds ``{application_id}``, ``{dev_eui}`` and ``{event}``; ``command_topic`` the
    first two.

    Raises:
        ValueError: a template lacks a place, has one too many, or could not be a topic.
    """

    event_topic: str = EVENT_TOPIC
    command_topic: str = COMMAND_TOPIC
    message_bytes_max: int = MESSAGE_BYTES_MAX
    _topic: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        checked_template(self.command_topic, COMMAND_PLACES)
        template = checked_template(self.event_topic, EVENT_PLACES)
        object.__setattr__(self, "_topic", _pattern(template))

    def subscriptions(self) -> tuple[str, ...]:
        """Return the topic filters of all events that ``parse`` understands."""
        return tuple(
            self.event_topic.format(application_id="+", dev_eui="+", event=kind) for kind in _KINDS
        )

    def command(self, downlink: Downlink) -> tuple[str, bytes]:
        """Return the topic and payload that put ``downlink`` into ChirpStack's queue."""
        topic = self.command_topic.format(
            application_id=downlink.application_id, dev_eui=downlink.dev_eui
        )
        body = wire.Command(
            id=downlink.queue_item_id,
            dev_eui=downlink.dev_eui,
            confirmed=downlink.confirmed,
            f_port=downlink.f_port,
            data=downlink.payload,
            expires_at=downlink.expires_at,
        )
        return topic, _ENCODER.encode(body)

    def parse(self, topic: str, payload: bytes, received_at: datetime) -> NetworkEvent:
        """Return what an event says.

        Raises:
            MessageError: not a topic of ours, not JSON, a value of the wrong type or range, or a
                body that names another device than the topic.
        """
        try:
            return self._parse(topic, payload, received_at)
        except (msgspec.MsgspecError, ValueError, RecursionError) as exc:
            raise MessageError(topic[:256], str(exc)[:TEXT_MAX]) from exc

    def _parse(self, topic: str, payload: bytes, received_at: datetime) -> NetworkEvent:
        match = self._topic.fullmatch(topic)
        if match is None or not _EUI.fullmatch(match["dev_eui"]):
            raise ValueError(f"not an event topic; expected {self.event_topic}")
        if len(payload) > self.message_bytes_max:
            raise ValueError(f"{len(payload)} bytes; at most {self.message_bytes_max} are read")
        if match["event"] not in _KINDS:
            raise ValueError(f"unknown event {match['event']!r}; known: {', '.join(_KINDS)}")
        decoder, build = _KINDS[match["event"]]
        body = decoder.decode(payload)
        dev_eui, application_id = match["dev_eui"].lower(), match["application_id"]
        info = body.device_info or wire.DeviceInfo()
        if (info.dev_eui or dev_eui).lower() != dev_eui:
            raise ValueError(f"the body is of device {info.dev_eui}, the topic of another")
        if (info.application_id or application_id) != application_id:
            raise ValueError(f"the body is of application {info.application_id}, the topic is not")
        at, at_is_ours = _believed(body.time, received_at)
        common = _Common(
            dev_eui=DevEui(dev_eui), application_id=application_id, at=at, at_is_ours=at_is_ours
        )
        return build(body, common)
