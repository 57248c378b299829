"""Which orders may go now: duty cycle of each gateway and the pace of the network server. Pure.

Every transmission is charged to a gateway in a ledger over a sliding window: the band's (one hour
for EU868) and ``EMISSION_WAIT_MAX``, because a frame is charged when it is handed over and may be
on the air that much later. So no hour of the gateway's own can hold more than its budget.
Orders share the budget by rank, so that a city-wide rollout cannot keep an emergency waiting:
ordinary orders leave the last fifth alone, overrides the last twentieth (the rest also covers
join-accepts and MAC answers, which the network server sends without telling us).
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lighting.downlink.airtime import Band
from lighting.downlink.order import Rank
from lighting.downlink.retry import GATEWAY_QUEUE, REPLY_WAIT
from lighting.identifiers import GatewayId

SHARE_BY_RANK = {Rank.EMERGENCY: 1.0, Rank.OVERRIDE: 0.95, Rank.PROGRAM: 0.80, Rank.QUERY: 0.70}
"""The part of a gateway's budget that each rank may fill."""

UNKNOWN_GATEWAY = GatewayId("unknown")
"""Nodes never heard from share one budget: any of their frames could leave by any gateway, so
together they may use no more than a single gateway could."""

BACKLOG_MAX = timedelta(seconds=2)
"""How far ahead a gateway may be booked: it sends one frame after another, and one that waits
too long in its queue is refused as too late."""

EMISSION_WAIT_MAX = REPLY_WAIT + GATEWAY_QUEUE
"""The longest from handing over a frame to the end of its emission: a network server may offer it
to a gateway until its ``expiresAt``."""

NODE_LOCK = timedelta(seconds=5)
"""How long ChirpStack leaves a node alone after any of its frames, up or down (its default)."""

CLOCKS_APART = timedelta(seconds=1)
"""By how much the clocks of a gateway and of the network server may differ here (our choice)."""

DEVICES_A_SECOND = 100
"""ChirpStack serves at most this many class-C devices per second and instance (batch_size 100)."""


@dataclass(frozen=True, slots=True)
class Transmission:
    """Air time used: by which gateway, handed over when [aware UTC], how long [ms]."""

    gateway_id: GatewayId
    at: datetime
    airtime_ms: float


def repeats(proved_at: datetime, accepted_at: datetime) -> int:
    """Return how often a frame was on the air again, whose echo came before its (last) tx ack.

    A network server that misses a tx ack offers the frame anew as often as it lets a node be; only
    the last of these acks comes through. The echo says that the node had heard it by then.
    """
    return max((accepted_at - proved_at + CLOCKS_APART) // NODE_LOCK, 0)


@dataclass(slots=True)
class _Window:
    used_ms: float = 0.0
    busy_until: datetime | None = None
    entries: deque[tuple[datetime, float]] = field(default_factory=deque)


class AirtimeLedger:
    """Air time of every gateway over the sliding window of a band.

    ``window`` is how long a transmission counts, from when it was handed over.
    """

    def __init__(self, band: Band) -> None:
        self._band = band
        self.window = band.window + EMISSION_WAIT_MAX
        self._gateways: dict[GatewayId, _Window] = {}

    def load(self, transmissions: Iterable[Transmission]) -> None:
        """Take transmissions, oldest first, from the durable record (at start)."""
        for transmission in transmissions:
            self.charge(transmission)

    def charge(self, transmission: Transmission) -> None:
        """Count a transmission; times may be out of order, the later end of the window counts."""
        window = self._gateways.setdefault(transmission.gateway_id, _Window())
        window.entries.append((transmission.at, transmission.airtime_ms))
        window.used_ms += transmission.airtime_ms
        begins = max(window.busy_until or transmission.at, transmission.at)
        window.busy_until = begins + timedelta(milliseconds=transmission.airtime_ms)

    def move(self, transmission: Transmission, gateway_id: GatewayId) -> None:
        """Charge a transmission to the gateway that really made it instead of the expected one."""
        window = self._gateways.get(transmission.gateway_id)
        entry = (transmission.at, transmission.airtime_ms)
        if window is None or entry not in window.entries:
            return
        window.entries.remove(entry)
        window.used_ms -= transmission.airtime_ms
        self.charge(Transmission(gateway_id, transmission.at, transmission.airtime_ms))

    def used_ms(self, gateway_id: GatewayId, at: datetime) -> float:
        """Return the air time [ms] in the window that ends at ``at``."""
        window = self._gateways.get(gateway_id)
        if window is None:
            return 0.0
        while window.entries and window.entries[0][0] <= at - self.window:
            window.used_ms -= window.entries.popleft()[1]
        if not window.entries:
            window.used_ms = 0.0  # sheds rounding errors of many additions
        return window.used_ms

    def has_room(self, gateway_id: GatewayId, airtime_ms: float, rank: Rank, at: datetime) -> bool:
        """Tell whether a frame fits its rank's share of the window, now or after the queue."""
        limit_ms = self._band.budget_ms * SHARE_BY_RANK[rank]
        return self.used_ms(gateway_id, at) + airtime_ms <= limit_ms

    def allows(
        self,
        gateway_id: GatewayId,
        airtime_ms: float,
        rank: Rank,
        at: datetime,
        *,
        planned_ms: float = 0.0,
    ) -> bool:
        """Tell whether a frame of ``airtime_ms`` may go behind ``planned_ms`` planned but unsent.

        It must fit the share of its rank in the window that ends at ``at``, and the gateway must
        be able to begin it soon.
        """
        window = self._gateways.get(gateway_id)
        queued = timedelta(milliseconds=planned_ms)
        if window is not None and window.busy_until is not None:
            queued += max(window.busy_until - at, timedelta())
        if queued > BACKLOG_MAX:
            return False
        return self.has_room(gateway_id, planned_ms + airtime_ms, rank, at)

    def usage(self, at: datetime) -> dict[GatewayId, float]:
        """Return the used part of each gateway's budget, 0 to 1, at ``at``."""
        return {g: self.used_ms(g, at) / self._band.budget_ms for g in self._gateways}


class Pace:
    """A token bucket: at most ``per_second`` orders a second, with one second's worth of burst.

    A pace below one a second has a burst of one order, else none would ever be whole.
    """

    def __init__(self, per_second: float = DEVICES_A_SECOND) -> None:
        self._per_second = per_second
        self._burst = max(per_second, 1.0)
        self._tokens = self._burst
        self._at: datetime | None = None

    def take(self, wanted: int, at: datetime) -> int:
        """Return how many of ``wanted`` orders may go at ``at``, and count them."""
        if self._at is not None:
            passed_s = max((at - self._at).total_seconds(), 0.0)
            self._tokens = min(self._tokens + passed_s * self._per_second, self._burst)
        self._at = max(self._at or at, at)
        granted = min(wanted, int(self._tokens))
        self._tokens -= granted
        return granted
