"""DownlinkTransport: the way to the radio network and back, as promises; and what comes back.

A transport carries raw messages. What they mean is the matter of a ``Dialect`` (ChirpStack's JSON,
say), which is pure: text in, types out. Delivery is *at least once*: a batch of messages that is
not marked ``done`` (because the process died before its content was in the database) comes again,
so whoever records messages must bear each of them twice.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from lighting.identifiers import DevEui, GatewayId


@dataclass(frozen=True, slots=True, kw_only=True)
class Downlink:
    """One frame on its way to one node, named by ``queue_item_id`` at the network server.

    ``expires_at`` [aware UTC] is not optional: a network server tries a refused class-C item for
    ever without it.
    """

    application_id: str
    dev_eui: DevEui
    queue_item_id: UUID
    f_port: int
    payload: bytes
    expires_at: datetime
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as the broker gave it; ``received_at`` is aware UTC by our own clock."""

    topic: str
    payload: bytes
    received_at: datetime


def _nothing() -> None:
    """Acknowledge nothing: for messages that nobody would send again."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages in order of arrival, to be recorded together."""

    messages: Sequence[Incoming]
    acknowledge: Callable[[], None] = field(default=_nothing, repr=False, compare=False)

    async def done(self) -> None:
        """Say that the messages are recorded, so that they need not come again.

        Call it only when they are in the database. If recording fails for a while, keep the batch
        and try again: the broker holds back what comes after.
        """
        self.acknowledge()


class MessageLink(Protocol):
    """A connection to a message broker that heals itself."""

    def is_up(self) -> bool:
        """Tell whether the broker is there now, as far as is known."""

    async def publish(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Publish (topic, payload) pairs; return when the broker has taken them all.

        Raises:
            TransportError: the broker is not there or did not take them in time. It may have
                taken some.
        """

    def messages(self) -> AsyncIterator[Batch]:
        """Yield what arrives, for ever, through all failures of the broker."""


class DownlinkTransport(Protocol):
    """The way to the nodes and back."""

    def is_ready(self) -> bool:
        """Tell whether downlinks can be handed over now, as far as is known."""

    async def send(self, downlinks: Sequence[Downlink]) -> None:
        """Hand downlinks to the network server; return when the broker has taken them all.

        Raises:
            TransportError: the broker is not there or did not take them in time. It may have
                taken some: their queue item ids make a second try harmless.
        """

    def messages(self) -> AsyncIterator[Batch]:
        """Yield what the network server says, for ever, through all failures of the broker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """What every event carries.

    ``at`` is the network server's time [aware UTC]. Where it gave none, or one more than a day
    from our own clock, ``at`` is when we received the message and ``at_is_ours`` is true.
    """

    dev_eui: DevEui
    application_id: str
    at: datetime
    at_is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplink(_Event):
    """A node spoke; ``gateway_id``, ``rssi_dbm`` and ``snr_db`` are of the gateway with best SNR.

    ``f_port`` 0 with an empty payload is a frame that carries MAC commands only.
    """

    f_port: int
    f_cnt: int
    payload: bytes
    gateway_id: GatewayId | None
    rssi_dbm: int | None
    snr_db: float | None
    deduplication_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(_Event):
    """A node began a new LoRaWAN session; it may have restarted, or forgotten what it held."""

    deduplication_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acked(_Event):
    """A confirmed downlink ended: the node's MAC acknowledged it, or (False) time ran out."""

    queue_item_id: UUID
    acknowledged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayAccepted(_Event):
    """A gateway took a downlink for transmission: no proof of emission, still less of hearing."""

    queue_item_id: UUID
    gateway_id: GatewayId | None
    spreading: int | None
    frequency_hz: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkLog(_Event):
    """The network server's own words on a device: ``level`` (INFO, WARNING, ERROR) and ``code``.

    ``queue_item_id`` is None where the log does not name an item.
    """

    level: str
    code: str
    description: str
    queue_item_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStatus(_Event):
    """A node's answer to the MAC's DevStatusReq; ``margin_db`` is its downlink SNR margin."""

    margin_db: int
    external_power: bool


NetworkEvent = Uplink | Joined | Acked | GatewayAccepted | NetworkLog | DeviceStatus


class Dialect(Protocol):
    """How one kind of network server says things. Pure."""

    def parse(self, topic: str, payload: bytes, received_at: datetime) -> NetworkEvent:
        """Return what a message says.

        Raises:
            MessageError: it cannot be understood.
        """

    def command(self, downlink: Downlink) -> tuple[str, bytes]:
        """Return the topic and payload that hand ``downlink`` to the network server."""


@dataclass(frozen=True, slots=True)
class NetworkTransport:
    """A ``DownlinkTransport`` made of a link to a broker and the network server's dialect."""

    link: MessageLink
    dialect: Dialect

    def is_ready(self) -> bool:
        """Tell whether the broker is there now."""
        return self.link.is_up()

    async def send(self, downlinks: Sequence[Downlink]) -> None:
        """Hand downlinks to the network server; return when the broker has taken them all.

        Raises:
            TransportError: the broker is not there or did not take them in time.
        """
        await self.link.publish([self.dialect.command(downlink) for downlink in downlinks])

    def messages(self) -> AsyncIterator[Batch]:
        """Yield what the network server says."""
        return self.link.messages()
