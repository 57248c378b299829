"""Sums over years of nights, wherever they are kept: as fast as the database and files can add.

The same whole millionths of a watt-hour that a report counts row by row (``energy.lines.Tally``),
added up where the rows are: by the database, and by the archive over its files.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from lighting.energy.lines import Tally
from lighting.operations.archive_nights import ArchivedMonth, BothNights, NightArchive
from lighting.operations.packed_nights import Row, packed
from lighting.operations.stores import NightStore

LEFT = "no longer in the inventory"
"""The group of lanterns that are in none."""

Sums = dict[tuple[str, str], Tally]
"""Tallies by group and month, such as ``("Headingley", "2026-11")``."""


class MonthSums(NamedTuple):
    """Sums of one key's rows (a lantern, a group) in one month: µWh, ms, lantern-nights."""

    key: str
    year: int
    month: int
    metered_uwh: int
    modelled_uwh: int
    baseline_uwh: int
    metered_ms: int
    modelled_ms: int
    known: int
    unknown: int

    @property
    def of(self) -> str:
        """The month as text, such as ``2026-11``."""
        return f"{self.year:04}-{self.month:02}"


class AddingNights(Protocol):
    """A database that adds up nights itself."""

    async def sums(self, *, first: date, last: date) -> list[MonthSums]:
        """Return the sums of each lantern and month over nights ``first`` to ``last``."""


class AddingArchive(NightArchive, Protocol):
    """An archive that adds up nights itself."""

    async def sums(
        self,
        first: date,
        last: date,
        groups: Mapping[str, str],
        *,
        left: str,
        besides: Collection[str] = (),
    ) -> list[MonthSums]:
        """Return the sums of each group and month; see ``NightSums.by_group``."""


class NightSums:
    """Adds up nights in the database and in the archive."""

    def __init__(
        self, nights: NightStore, adding: AddingNights, archive: AddingArchive | None
    ) -> None:
        self._nights = nights
        self._adding = adding
        self._archive = archive

    async def by_group(self, first: date, last: date, groups: Mapping[str, str]) -> Sums:
        """Return a tally for each group and month over nights ``first`` to ``last``.

        ``groups`` names the group of each lantern; those without are summed under ``LEFT``.

        Raises:
            StoreError: the database cannot be read.
            ArchiveError: the archive cannot be read.
        """
        # The database first: a month that is moved meanwhile is then in both, and seen to be.
        stored = await self._adding.sums(first=first, last=last)
        archived = {} if self._archive is None else _by_name(await self._archive.months())
        both = sorted({each.of for each in stored} & set(archived))
        sums: Sums = defaultdict(Tally)
        for each in stored:
            if each.of not in both:
                _add(sums, each._replace(key=groups.get(each.key, LEFT)))
        if self._archive is not None:
            for each in await self._archive.sums(first, last, groups, left=LEFT, besides=both):
                _add(sums, each)
            nights = BothNights(self._nights, self._archive)
            for month in both:
                start, end = _nights_of(month)
                rows = await nights.nights(first=max(first, start), last=min(last, end))
                _add_rows(sums, rows, groups)
        return dict(sums)


def _by_name(months: Iterable[ArchivedMonth]) -> dict[str, ArchivedMonth]:
    return {each.month: each for each in months}


def _nights_of(month: str) -> tuple[date, date]:
    first = date.fromisoformat(f"{month}-01")
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _add(sums: Sums, told: MonthSums) -> None:
    sums[told.key, told.of].merge(
        Tally(
            metered=Counter({told.year: told.metered_uwh}),
            modelled=Counter({told.year: told.modelled_uwh}),
            baseline=Counter({told.year: told.baseline_uwh}),
            metered_ms=told.metered_ms,
            modelled_ms=told.modelled_ms,
            known=told.known,
            unknown=told.unknown,
        )
    )


def _add_rows(sums: Sums, rows: Iterable[Row], groups: Mapping[str, str]) -> None:
    """Add rows one by one: those of a month that is in the database and in the archive."""
    for row in rows:
        night = packed(row)
        year, month, _ = map(int, night.night.split("-"))
        told = MonthSums(
            key=groups.get(night.lantern_id, LEFT),
            year=year,
            month=month,
            metered_uwh=night.metered_uwh or 0,
            modelled_uwh=night.modelled_uwh or 0,
            baseline_uwh=night.baseline_uwh or 0,
            metered_ms=night.metered_ms or 0,
            modelled_ms=night.modelled_ms or 0,
            known=night.unknown is None,
            unknown=night.unknown is not None,
        )
        _add(sums, told)
