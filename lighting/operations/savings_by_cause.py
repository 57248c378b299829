"""Savings by cause: stored nights against a stored baseline, by group and month, exactly.

Whatever cannot be judged is left out on both sides and told: lanterns without wattage, lanterns
that the baseline does not know, nights that were never closed.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from lighting.energy.causes import Ladder, NodeLoad, micro_wh, night_ladder
from lighting.energy.causes_report import CausesReport
from lighting.energy.factors import FactorSet
from lighting.faults.store import FaultStore
from lighting.identifiers import LanternId
from lighting.inventory.store import LanternFilter, LanternStore
from lighting.operations.baselines import Baselines
from lighting.operations.cause_counts import CauseCounts, CausesAsked, Member, members
from lighting.operations.cause_nights import (
    CANNOT_RECOMPUTE,
    BaselineNights,
    FaultStretches,
    Followed,
    Row,
    asked_again,
    asked_kept,
    fault_energy,
    fault_stretches,
    used_of,
)
from lighting.operations.expected import Expected
from lighting.operations.stores import NightStore
from lighting.units import kwh

GONE = "no longer in the inventory"
REMOVED = "recorded as removed"
NO_NIGHT = "no closed night"


class SavingsByCause:
    """Splits the savings of stored nights."""

    def __init__(
        self,
        baselines: Baselines,
        lanterns: LanternStore,
        nights: NightStore,
        faults: FaultStore,
        expected: Expected,
        *,
        factors: FactorSet,
    ) -> None:
        self._factors = factors
        self._baselines = baselines
        self._lanterns = lanterns
        self._nights = nights
        self._faults = faults
        self._expected = expected

    async def report(self, asked: CausesAsked) -> CausesReport:
        """Return the saving by cause of the closed nights.

        Raises:
            NotFoundError: no such baseline, or no policy revision that it or a night names.
            FactorMissingError: a year has no emission factor, and none may be carried forward.
            StoreError: the database could not be read.
        """
        stored = await self._baselines.found(asked.baseline, asked.version)
        snapshot = await self._baselines.store.load(stored)
        recorded = await self._baselines.store.adjustments(stored)
        counts = CauseCounts(asked, known := members(snapshot, recorded))
        city = _City(counts, known, BaselineNights(stored.header, self._expected), asked.node)
        async for chunk in self._lanterns.every(LanternFilter()):
            for each in chunk:
                lantern = each.lantern
                city.groups[lantern.lantern_id] = asked.by.of(each)
                place = (lantern.latitude_deg, lantern.longitude_deg)
                city.places[lantern.lantern_id] = place
        seen = await fault_stretches(self._faults)
        for row in await self._nights.nights(first=asked.first, last=asked.last):
            await city.take(row, seen)
        await city.take_out_the_rest()
        counts.adjust(recorded)
        return counts.report(stored, recorded, self._factors)


class _City:
    """Takes nights one by one, and works out the ladder of each."""

    def __init__(
        self,
        counts: CauseCounts,
        known: Mapping[LanternId, Member],
        baseline: BaselineNights,
        node: NodeLoad | None,
    ) -> None:
        self._counts = counts
        self._members = known
        self._baseline = baseline
        self._node = node
        self._taken: defaultdict[LanternId, int] = defaultdict(int)
        self.groups: dict[LanternId, str] = {}
        self.places: dict[LanternId, tuple[float, float]] = {}

    async def take(self, row: Row, seen: FaultStretches) -> None:
        """Count one stored night of one lantern."""
        lantern_id, evening = (
            LanternId(str(row["lantern_id"])),
            date.fromisoformat(str(row["night"])),
        )
        number = self._counts.nights.setdefault(evening, len(self._counts.nights))
        member = self._members.get(lantern_id)
        if member is None or evening < member.since:
            self._counts.strangers.add(lantern_id)
            return
        if evening >= member.until:
            return  # left out below, as removed
        self._taken[lantern_id] |= 1 << number
        if "unknown" in row:
            await self._leave_out(str(row["unknown"]), member, evening)
            return
        ladder = await self._ladder(row, member, evening, seen)
        if ladder is None:
            await self._leave_out(CANNOT_RECOMPUTE, member, evening)
            return
        self._counts.count(member, self.groups.get(lantern_id, GONE), evening, ladder)

    async def _ladder(
        self, row: Row, member: Member, evening: date, seen: FaultStretches
    ) -> Ladder | None:
        lantern_id = member.entry.lantern_id
        place = self.places.get(lantern_id)
        latitude_deg, longitude_deg = place or self._baseline.place
        followed = Followed(
            policy=str(row["policy"]),
            revision=int(str(row["revision"])),
            latitude_deg=latitude_deg,
            longitude_deg=longitude_deg,
        )
        asked, faults = asked_kept(row), (0.0, 0.0)
        if asked is None or lantern_id in seen.dark or lantern_id in seen.day_burning:
            timeline = await self._baseline.expected.timeline(followed, evening)
            if asked is None:
                asked = asked_again(row, timeline)
                self._counts.recomputed += asked is not None
            if asked is not None and seen.touch(lantern_id, timeline):
                faults = fault_energy(lantern_id, timeline.spans(), asked.full_w, seen)
        if asked is None:
            return None
        before = await self._baseline.night(member.entry, place, evening, today_w=asked.full_w)
        return night_ladder(before, asked, used_of(row, *faults), node=self._node)

    async def take_out_the_rest(self) -> None:
        """Leave out every entry in the nights of which nothing was counted of it."""
        for lantern_id, member in self._members.items():
            for evening, number in self._counts.nights.items():
                if evening >= member.since and not self._taken[lantern_id] >> number & 1:
                    await self._leave_out(self._why_nothing(member, evening), member, evening)

    def _why_nothing(self, member: Member, evening: date) -> str:
        if evening >= member.until:
            return REMOVED
        return NO_NIGHT if member.entry.lantern_id in self.groups else GONE

    async def _leave_out(self, reason: str, member: Member, evening: date) -> None:
        """Take an entry's night out of the baseline at its own figures."""
        entry = member.entry
        night = await self._baseline.night(entry, self.places.get(entry.lantern_id), evening)
        baseline_uwh = micro_wh(kwh(night.full_w, night.lit_hours) - night.dimmed_kwh)
        self._counts.leave_out(reason, member, baseline_uwh)
