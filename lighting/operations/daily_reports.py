"""Daily reports: what happened in a service area's last civil day, sent once, at its time."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lighting.faults.fault import Fault
from lighting.faults.store import FaultStore
from lighting.operations.rule_sources import Sensed
from lighting.sensing.alerts.areas import ServiceArea, day_bounds, days_due
from lighting.sensing.alerts.daily import Day, FaultOfDay, SeriesDay, series_day
from lighting.sensing.alerts.report import report_notice
from lighting.sensing.alerts.store import AlertStore, Outbox
from lighting.sensing.series import Place, Stay

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSources:
    """Where a report takes its facts from, and the outbox that it goes to."""

    sensed: Sensed
    alerts: AlertStore
    faults: FaultStore
    outbox: Outbox


class DailyReports:
    """Writes the reports of all service areas."""

    def __init__(self, sources: ReportSources, areas: Sequence[ServiceArea], zone: str) -> None:
        self._from = sources
        self._zone = zone
        self.areas = tuple(areas)

    async def tend(self, at: datetime) -> int:
        """Write the reports that are due at ``at`` to the outbox; return how many.

        Raises:
            StoreError: the database could not be read or written; the next call does the rest.
        """
        if not self.areas:
            return 0
        last = await self._from.outbox.last_reports()
        written = 0
        for area in self.areas:
            for day in days_due(area, last=last.get(area.area_id), now=at, zone=self._zone):
                notice = report_notice(await self.day(area, day), zone=self._zone, at=at)
                written += await self._from.outbox.add_report(
                    area.area_id, day, notice, channels=area.tell, at=at
                )
        return written

    async def day(self, area: ServiceArea, day: date) -> Day:
        """Return the facts of an area's day, as they are known now.

        Raises:
            StoreError: the database could not be read.
        """
        start, end = day_bounds(day, self._zone)
        series, silent = await self._readings(area, start, end)
        return Day(
            area=area,
            day=day,
            start=start,
            end=end,
            series=series,
            silent=silent,
            alerts=tuple(
                alert
                for alert in await self._from.alerts.touching(start, end)
                if alert.rule_id.partition("/")[0] in area.rules
            ),
            faults=await self._faults(start, end) if area.faults else None,
        )

    async def _readings(
        self, area: ServiceArea, start: datetime, end: datetime
    ) -> tuple[tuple[SeriesDay, ...], tuple[Place, ...]]:
        store = self._from.sensed.series
        stays = await store.stays(start=start, end=end)
        there = await store.places()
        now = {(each.dev_eui, each.lantern_id, each.stream_id) for each in there}
        uses = await self._from.sensed.uses([*there, *(stay.place for stay in stays)])
        of_area = {model for model, used in uses.items() if area.uses & used}
        found: list[SeriesDay] = []
        for stay in stays:
            if stay.place.model_id in of_area:
                days = await self._days(stay, start, end)
                place = (stay.place.dev_eui, stay.place.lantern_id, stay.place.stream_id)
                found += days if place in now else filter(_says, days)
        heard = {each.place.dev_eui for each in found if _says(each)}
        silent = (each for each in there if each.model_id in of_area and each.dev_eui not in heard)
        return tuple(found), tuple(silent)

    async def _days(self, stay: Stay, start: datetime, end: datetime) -> list[SeriesDay]:
        history, stream_id = self._from.sensed.series.history, stay.place.stream_id
        return [
            series_day(
                stay.place,
                key,
                await history(key, start=stay.start, end=stay.end, stream_id=stream_id),
                start=start,
                end=end,
            )
            for key in stay.keys
        ]

    async def _faults(self, start: datetime, end: datetime) -> tuple[FaultOfDay, ...]:
        store = self._from.faults
        faults = [*await store.open_faults(), *await store.cleared_since(start)]
        return tuple(_fault(each) for each in faults if each.first_seen < end)


def _says(day: SeriesDay) -> bool:
    return bool(day.values or day.doubtful)


def _fault(fault: Fault) -> FaultOfDay:
    place = f"{fault.place} ({fault.subject})" if fault.place else fault.subject
    return FaultOfDay(
        words=fault.kind.value.replace("_", " "),
        place=place,
        first_seen=fault.first_seen,
        cleared_at=fault.cleared_at,
    )
