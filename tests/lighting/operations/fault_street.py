"""A street of virtual lanterns whose words are recorded as they come, without broker or radio."""

from base64 import b64encode
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from lighting.adapters.chirpstack import ChirpStack
from lighting.downlink.transport import Incoming
from lighting.faults.fault import Fault
from lighting.faults.store import FaultFilter
from lighting.identifiers import DevEui, GatewayId
from lighting.inventory.lantern import Lantern
from lighting.operations.record_uplinks import UplinkRecorder
from lighting.testing.lantern_spec import Faults, LanternSpec
from lighting.testing.light_plan import LightPlans
from lighting.testing.virtual_lantern import Saying, VirtualLantern
from tests.lighting.operations.chirpstack import message
from tests.lighting.operations.town import DIM_LATE, MORNING, NEAR, Town, dev, lantern

HOUR = timedelta(hours=1)
WATTS = 40.0
APART_DEG = 0.00031
"""About 34 m of latitude: a usual distance of columns."""

Deaf = Callable[[DevEui, datetime], bool]


@dataclass
class FaultStreet:
    """Lanterns 1, 2, … along a road; ``lost`` says which uplinks nobody hears."""

    town: Town
    lanterns: dict[int, VirtualLantern] = field(default_factory=dict)
    gateways: dict[DevEui, GatewayId] = field(default_factory=dict)
    lost: Deaf = lambda _, __: False
    kept_back: list[Incoming] | None = None
    """Uplinks that come later, if it is a list."""

    def __post_init__(self) -> None:
        self._recorder = UplinkRecorder(self.town.office.stores.nodes, ChirpStack())

    async def build(
        self,
        count: int,
        faults: Mapping[int, Faults] | None = None,
        *,
        tags: Mapping[int, Collection[str]] | None = None,
        policy: str = DIM_LATE,
        usage_interval_s: int = 3600,
    ) -> None:
        """Hang lanterns, start their nodes and bring them their programs."""
        numbers = range(1, count + 1)
        await self.town.hang(
            *(self._hung(number, (tags or {}).get(number, ())) for number in numbers)
        )
        await self.town.give(policy, *numbers)
        plans, rng = LightPlans(), Random(3)
        for number in numbers:
            spec = LanternSpec(
                dev_eui=dev(number),
                application_id="street",
                latitude_deg=53.82 + number * APART_DEG,
                longitude_deg=-1.58,
                power_w=WATTS,
                usage_interval_s=usage_interval_s,
                tells_tilt=True,
            )
            self.lanterns[number] = VirtualLantern(
                spec, plans, rng=Random(rng.random()), faults=(faults or {}).get(number)
            )
            said = self.lanterns[number].power_on(MORNING.timestamp())
            await self._record(self._told(number, MORNING, said))
        await self.roll_out(MORNING + timedelta(minutes=1))

    async def roll_out(self, at: datetime) -> None:
        """Plan, and bring every node what it lacks."""
        planner = self.town.office.planner
        await planner.plan(at)
        await planner.repair(at)
        await self.deliver(at)

    async def deliver(self, at: datetime) -> None:
        """Send what is due until nothing is; nodes answer a second later."""
        while orders := await self.town.send(at):
            at += timedelta(seconds=1)
            told: list[Incoming] = []
            for order in orders:
                number = int(order.dev_eui[-7:], 16)
                frame = order.frame
                said = self.lanterns[number].hear(frame.f_port, frame.payload, at.timestamp())
                told += self._told(number, at, said)
            await self._record(told)

    async def run(self, until: datetime) -> None:
        """Let time pass: wake the lanterns when they are due and record what they say."""
        told: list[Incoming] = []
        for number, each in self.lanterns.items():
            while each.next_s <= until.timestamp():
                at_s = each.next_s
                told += self._told(number, datetime.fromtimestamp(at_s, UTC), each.wake(at_s))
        await self._record(sorted(told, key=lambda incoming: incoming.received_at))

    async def watch(self, start: datetime, until: datetime, *, every: timedelta = 3 * HOUR) -> None:
        """Let time pass, and look for faults every so often (the loop does it every hour)."""
        at = start
        while at < until:
            at = min(at + every, until)
            await self.run(at)
            await self.look(at)

    async def look(self, at: datetime) -> list[Fault]:
        """Look for faults; return those that are open then, in the order of the work list."""
        await self.town.office.faults.tend(at)
        return await self.town.office.stores.faults.find(FaultFilter())

    async def every_fault(self) -> list[Fault]:
        """Return all faults ever told."""
        return await self.town.office.stores.faults.find(FaultFilter(is_open=None))

    async def come_late(self) -> None:
        """Record what was kept back."""
        late, self.kept_back = self.kept_back or [], None
        await self._record(late)

    def mend(self, number: int, at: datetime) -> None:
        """Repair a lantern."""
        self.lanterns[number].mend(at.timestamp())

    def _hung(self, number: int, tags: Collection[str]) -> Lantern:
        return replace(
            lantern(number, power_w=WATTS),
            latitude_deg=53.82 + number * APART_DEG,
            tags=frozenset(tags),
        )

    def _told(self, number: int, at: datetime, said: Iterable[Saying]) -> list[Incoming]:
        dev_eui = dev(number)
        if self.lost(dev_eui, at):
            return []
        heard = [{"gatewayId": self.gateways.get(dev_eui, NEAR), "rssi": -90, "snr": 5.0}]
        return [
            message("up", dev_eui, at, fCnt=1, fPort=port, data=_base64(payload), rxInfo=heard)
            for port, payload in said
        ]

    async def _record(self, told: list[Incoming]) -> None:
        if self.kept_back is not None:
            self.kept_back += told
            return
        for start in range(0, len(told), 500):
            await self._recorder.record(told[start : start + 500])


def _base64(payload: bytes) -> str:
    return b64encode(payload).decode()
