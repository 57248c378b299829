"""Virtual lanterns and a network server that write down all they are told: for the defence."""

from collections import Counter
from typing import NamedTuple
from uuid import UUID

import msgspec

from lighting.identifiers import DevEui
from lighting.testing.network_server import NetworkServer
from lighting.testing.virtual_lantern import Saying, VirtualLantern


class Heard(NamedTuple):
    """A downlink as a node heard it; ``at_s`` is seconds since 1970."""

    at_s: float
    f_port: int
    payload: bytes

    @property
    def slot(self) -> bytes:
        """What the bytes set: their first byte, with the number of a profile or what is cleared."""
        return self.payload[: 2 if self.payload[0] in (0x21, 0xFF) else 1]


class Witness(VirtualLantern):
    """A lantern that keeps what it heard, and counts what it said by port."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]  # its own, passed on
        self.heard: list[Heard] = []
        self.said: Counter[int] = Counter()

    def power_on(self, at_s: float) -> list[Saying]:
        """Connect."""
        return self._count(super().power_on(at_s))

    def wake(self, at_s: float) -> list[Saying]:
        """Do what is due."""
        return self._count(super().wake(at_s))

    def hear(self, f_port: int, payload: bytes, at_s: float) -> list[Saying]:
        """Take a downlink."""
        self.heard.append(Heard(at_s, f_port, payload))
        return self._count(super().hear(f_port, payload, at_s))

    def _count(self, said: list[Saying]) -> list[Saying]:
        self.said.update(f_port for f_port, _ in said)
        return said


class WitnessServer(NetworkServer):
    """A network server that keeps the id of every downlink that it was asked to send."""

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]  # its own, passed on
        self.asked: list[tuple[DevEui, UUID]] = []

    def command(self, topic: str, payload: bytes, at_s: float) -> None:
        """Take a message of the command topic."""
        body = msgspec.json.decode(payload)
        self.asked.append((DevEui(body["devEui"]), UUID(body["id"])))
        super().command(topic, payload, at_s)

    @property
    def witnesses(self) -> dict[DevEui, Witness]:
        """The lanterns, as what they are here."""
        return {k: lantern for k, lantern in self.lanterns.items() if isinstance(lantern, Witness)}
