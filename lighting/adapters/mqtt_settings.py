"""MqttSettings: where the broker is, how to speak to it, and how much to carry at once."""

import ssl
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from lighting.errors import TransportError

RECEIVE_MAXIMUM_LIMIT = 65_535
"""MQTT 5.0, 3.1.2.11.3: Receive Maximum is a two-byte integer."""

BACK_OFF_MAX_S = 10.0
"""The longest pause between two attempts to reach a broker: an emergency waits that long when the
broker is back, and an attempt every few seconds is no load for it."""


class MqttVersion(Enum):
    """Versions of the protocol. amqtt speaks 3.1.1 only."""

    V311 = "3.1.1"
    V5 = "5"


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """TLS by files: ``ca`` checks the broker (None: the system's own); the others are ours."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Return the TLS context.

        Raises:
            TransportError: a file is missing or is not what it should be.
        """
        try:
            context = ssl.create_default_context(cafile=self.ca)
            if self.certificate is not None:
                context.load_cert_chain(self.certificate, self.key)
        except OSError as exc:  # also ssl.SSLError
            raise TransportError(f"cannot use the TLS files {self}: {exc}") from exc
        return context


@dataclass(frozen=True, slots=True, kw_only=True)
class MqttSettings:
    """A connection to a broker.

    The broker keeps the session of ``client_id`` while we are away, so each process needs one of
    its own, always the same. ``shared_group`` spreads messages over all processes of that group
    (MQTT 5; Mosquitto also allows it in 3.1.1).

    For Mosquitto set ``max_inflight_messages`` and ``max_queued_messages`` well above its defaults
    of 20 and 1,000: we acknowledge only what is in the database.
    """

    host: str = "127.0.0.1"
    port: int = 1883
    version: MqttVersion = MqttVersion.V5
    client_id: str = "lamplighter"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: TlsFiles | None = None
    subscriptions: tuple[str, ...] = ()
    shared_group: str | None = None
    qos: int = 1
    keepalive_s: int = 30
    timeout_s: float = 10.0
    session_expiry_s: int = 7 * 24 * 3600
    back_off_first_s: float = 0.5
    back_off_max_s: float = BACK_OFF_MAX_S
    batch_max: int = 500
    batch_wait_s: float = 0.05
    queue_max: int = 10_000
    in_flight_max: int = 100

    @property
    def broker(self) -> str:
        """Host and port, for people."""
        return f"{self.host}:{self.port}"

    def filters(self) -> tuple[str, ...]:
        """Return the topic filters to subscribe to."""
        if self.shared_group is None:
            return self.subscriptions
        return tuple(f"$share/{self.shared_group}/{topic}" for topic in self.subscriptions)
