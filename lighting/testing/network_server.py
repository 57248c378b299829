"""NetworkServer: an emulated LoRaWAN network: its stations, gateways, ChirpStack, without I/O.

Commands go in, time is advanced, messages come out. It schedules as ChirpStack does (a poll a
second, a hundred devices each, one downlink per device and five seconds, nothing before a first
uplink), loses and refuses by seeded chance, and counts each gateway's air time by itself.
"""

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

from lighting.identifiers import DevEui, GatewayId
from lighting.testing import chirpstack_emulation as chirpstack
from lighting.testing.airtime_probe import HOUR_S, AirtimeProbe, downlink_s
from lighting.testing.chirpstack_emulation import Command, RefusedCommandError
from lighting.testing.lantern_spec import NEVER_S
from lighting.testing.network_device import Air, Device, Station, connect
from lighting.testing.network_settings import Gateway, NetworkSettings
from lighting.testing.virtual_add_on import VirtualAddOn
from lighting.testing.virtual_lantern import Saying, VirtualLantern

DEDUPLICATION_S = 0.2
CONFIRM_WAIT_S = 20.0
"""How long ChirpStack waits for the ack of a confirmed class-C downlink here."""

BACKLOG_MAX_S = 10.0
"""A gateway that is booked further ahead than this answers TOO_LATE."""

DUTY_CYCLE = 0.10
"""Of EU868 band P, for gateways that enforce it."""

Message = tuple[str, bytes]


class NetworkServer:
    """The whole radio side. ``refused`` counts commands that a real server would only log."""

    def __init__(
        self,
        lanterns: Iterable[VirtualLantern],
        gateways: Sequence[Gateway],
        *,
        add_ons: Iterable[VirtualAddOn] = (),
        settings: NetworkSettings | None = None,
        rng: Random,
    ) -> None:
        self.refused: Counter[str] = Counter()
        self.sent: Counter[str] = Counter()
        self._settings = settings or NetworkSettings()
        self._rng = rng
        self._airs = {g.gateway_id: Air(g.gateway_id) for g in gateways}
        self._lanterns = {lantern.spec.dev_eui: lantern for lantern in lanterns}
        self._add_ons = {add_on.spec.dev_eui: add_on for add_on in add_ons}
        stations: list[Station] = [*self._lanterns.values(), *self._add_ons.values()]
        self._devices = {
            station.spec.dev_eui: connect(station, gateways, self._airs) for station in stations
        }
        self._heap: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._count = 0
        self._out: list[Message] = []
        self._served: dict[int, int] = {}

    # --- from outside -----------------------------------------------------------------------------

    def start(self, at_s: float) -> None:
        """Switch every lantern and add-on on, over ``start_spread_s``."""
        for device in self._devices.values():
            delay_s = self._rng.uniform(0, self._settings.start_spread_s)
            self._at(at_s + delay_s, self._power_on, device)

    def command(self, topic: str, payload: bytes, at_s: float) -> None:
        """Take a message of the command topic; a bad one is counted in ``refused``."""
        try:
            application_id, command = chirpstack.read_command(topic, payload)
            device = self._addressed(application_id, command)
        except RefusedCommandError as exc:
            self.refused[str(exc)] += 1
            return
        device.queue.append(command)
        self._schedule(device, at_s)

    def _addressed(self, application_id: str, command: Command) -> Device:
        device = self._devices.get(DevEui(command.dev_eui))
        if device is None or device.station.spec.application_id != application_id:
            raise RefusedCommandError("device does not exist in this application")
        if any(item.id == command.id for item in device.queue):
            raise RefusedCommandError("queue item exists already")
        return device

    def advance(self, until_s: float, *, most: int = 2000) -> list[Message]:
        """Let time run to ``until_s``, for ``most`` happenings at the most; return the messages."""
        done = 0
        while self._heap and self._heap[0][0] <= until_s and done < most:
            at_s, _, happen, arguments = heapq.heappop(self._heap)
            happen(at_s, *arguments)
            done += 1
        out, self._out = self._out, []
        return out

    @property
    def next_s(self) -> float:
        """When something happens next (seconds since 1970)."""
        return self._heap[0][0] if self._heap else NEVER_S

    @property
    def lanterns(self) -> dict[DevEui, VirtualLantern]:
        """The lanterns, to look at what they really do."""
        return self._lanterns

    @property
    def add_ons(self) -> dict[DevEui, VirtualAddOn]:
        """The add-ons, to look at what is true where they are."""
        return self._add_ons

    @property
    def airtime(self) -> dict[GatewayId, AirtimeProbe]:
        """What each gateway sent, as an independent witness."""
        return {gateway_id: air.probe for gateway_id, air in self._airs.items()}

    # --- time and chance --------------------------------------------------------------------------

    def _at(self, at_s: float, happen: Callable[..., None], *arguments: object) -> None:
        self._count += 1
        heapq.heappush(self._heap, (at_s, self._count, happen, arguments))

    def _chance(self, share: float) -> bool:
        return share > 0 and self._rng.random() < share

    # --- nodes ------------------------------------------------------------------------------------

    def _power_on(self, at_s: float, device: Device) -> None:
        self._say(at_s, device, device.station.power_on(at_s))

    def _wake(self, at_s: float, device: Device) -> None:
        if device.wake_s == at_s:  # else it has been moved
            self._say(at_s, device, device.station.wake(at_s))

    def _hear(self, at_s: float, device: Device, command: Command, f_cnt: int) -> None:
        if f_cnt <= device.f_cnt_heard:
            return
        device.f_cnt_heard = f_cnt
        said = device.station.hear(command.f_port, command.data, at_s)
        if command.confirmed and not said and not device.station.is_dead(at_s):
            said = [(0, b"")]
        self._say(at_s, device, said)

    def _say(self, at_s: float, device: Device, said: Iterable[Saying]) -> None:
        for f_port, payload in said:
            at_s += self._rng.uniform(*self._settings.answer_s)
            self._at(at_s, self._uplink, device, f_port, payload)
        if device.station.next_s != device.wake_s:
            device.wake_s = device.station.next_s
            self._at(device.wake_s, self._wake, device)

    def _uplink(self, at_s: float, device: Device, f_port: int, payload: bytes) -> None:
        device.f_cnt_up += 1
        if self._chance(self._settings.uplink_loss_share):
            return
        deduplication_id = chirpstack.uuid_text(self._rng)
        event_s = at_s + DEDUPLICATION_S
        if device.session != device.station.sessions:
            device.session = device.station.sessions
            device.f_cnt_up = device.f_cnt_down = device.f_cnt_heard = 0
            joined = {"deduplicationId": deduplication_id, "devAddr": "01a2b3c4"}
            self._emit(event_s, device, "join", joined)
        self._emit(event_s, device, "up", self._up(device, f_port, payload, deduplication_id))
        device.locked_until_s = max(device.locked_until_s, at_s + self._settings.class_c_lock_s)
        if device.pending is not None:
            self._acked(event_s, device, acknowledged=True)
        self._schedule(device, at_s)

    def _up(
        self, device: Device, f_port: int, payload: bytes, deduplication_id: str
    ) -> dict[str, Any]:
        fading = self._rng.randint(-6, 6)
        heard = [
            chirpstack.received(air.gateway_id, rssi + fading, round((rssi + fading + 120) / 4, 1))
            for air, rssi in device.heard_by
        ]
        return chirpstack.up(
            deduplication_id, device.f_cnt_up, (f_port, payload), heard, self._settings.spreading
        )

    # --- downlinks --------------------------------------------------------------------------------

    def _schedule(self, device: Device, at_s: float) -> None:
        """Put a device on the next poll that has room for it."""
        busy = device.scheduled or device.pending is not None
        if busy or not device.queue or not device.session:
            return
        poll = math.ceil(max(at_s, device.locked_until_s))
        while self._served.get(poll, 0) >= self._settings.devices_a_second:
            poll += 1
        self._served[poll] = self._served.get(poll, 0) + 1
        device.scheduled = True
        self._at(poll, self._serve, device)

    def _serve(self, at_s: float, device: Device) -> None:
        self._served.pop(int(at_s) - 1, None)
        device.scheduled = False
        if device.locked_until_s <= at_s:
            item = device.queue[0]
            problem = self._problem(at_s, item)
            if problem is not None:
                device.queue.popleft()
                self._emit(at_s, device, "log", problem)
            else:
                device.locked_until_s = at_s + self._settings.class_c_lock_s
                self._offer(at_s, device, item)
        self._schedule(device, at_s)

    def _problem(self, at_s: float, item: Command) -> dict[str, Any] | None:
        """Return the log of an item that has to be dropped."""
        if item.expires_at is not None and item.expires_at.timestamp() < at_s:
            return chirpstack.expired(item)
        longest = chirpstack.PAYLOAD_MAX[self._settings.spreading]
        return chirpstack.too_long(item, longest) if len(item.data) > longest else None

    def _offer(self, at_s: float, device: Device, item: Command) -> None:
        """Offer a frame to the nearest gateway, which takes or refuses it."""
        air = device.heard_by[0][0]
        airtime_s = downlink_s(len(item.data), self._settings.spreading)
        refusal = self._refusal(at_s, air, airtime_s)
        if refusal is not None:
            self._emit(at_s, device, "log", chirpstack.refused(refusal))
            return
        f_cnt = device.f_cnt_down + 1
        air.busy_until_s = max(at_s, air.busy_until_s) + airtime_s
        air.probe.count(air.busy_until_s, airtime_s)
        if not self._chance(self._settings.tx_ack_loss_share):
            self._taken(at_s, device, air.gateway_id)
        if not self._chance(self._settings.downlink_loss_share):
            self._at(air.busy_until_s, self._hear, device, item, f_cnt)

    def _taken(self, at_s: float, device: Device, gateway_id: GatewayId) -> None:
        """Let a gateway's tx ack come in. Till then an item, and its counter, are not used up."""
        item = device.queue.popleft()
        device.f_cnt_down += 1
        taken = chirpstack.txack(
            item,
            self._rng.getrandbits(32),
            device.f_cnt_down,
            gateway_id,
            self._settings.spreading,
        )
        self._emit(at_s, device, "txack", taken)
        if item.confirmed:
            device.pending = item
            self._at(at_s + CONFIRM_WAIT_S, self._confirm_late, device, item)

    def _refusal(self, at_s: float, air: Air, airtime_s: float) -> str | None:
        if self._chance(self._settings.refusal_share):
            return "COLLISION_PACKET"
        if air.busy_until_s - at_s > BACKLOG_MAX_S:
            return "TOO_LATE"
        used_s = air.probe.within_hour_s(at_s) + airtime_s
        if self._settings.enforce_duty_cycle and used_s > DUTY_CYCLE * HOUR_S:
            return "DUTY_CYCLE_OVERFLOW"
        return None

    def _confirm_late(self, at_s: float, device: Device, item: Command) -> None:
        if device.pending is item:
            self._acked(at_s, device, acknowledged=False)
            self._schedule(device, at_s)

    def _acked(self, at_s: float, device: Device, *, acknowledged: bool) -> None:
        item, device.pending = device.pending, None
        body = {  # no uplink brings a time-out about, so it has no deduplication id
            "deduplicationId": chirpstack.uuid_text(self._rng) if acknowledged else "",
            "queueItemId": item.id if item else "",
            "acknowledged": acknowledged,
            "fCntDown": device.f_cnt_down,
        }
        self._emit(at_s, device, "ack", body)

    # --- events -----------------------------------------------------------------------------------

    def _emit(self, at_s: float, device: Device, kind: str, body: dict[str, Any]) -> None:
        whole = {"time": chirpstack.iso(at_s), "deviceInfo": device.info, **body}
        message = (device.topic + kind, chirpstack.encode(whole))
        for _ in range(2 if self._chance(self._settings.duplicate_share) else 1):
            late_s = 0.0
            if self._chance(self._settings.disorder_share):
                late_s = self._rng.uniform(0, self._settings.disorder_s)
            if late_s:
                self._at(at_s + late_s, self._publish, kind, message)
            else:
                self._publish(at_s, kind, message)

    def _publish(self, _at_s: float, kind: str, message: Message) -> None:
        self.sent[kind] += 1
        self._out.append(message)
