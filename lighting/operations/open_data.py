"""Publish open data: inventory and savings as a package of files, and to a catalogue."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from lighting.inventory.store import LanternFilter
from lighting.operations.controller import Office
from lighting.operations.nights import Grouping
from lighting.operations.open_data_record import About, OpenPackage, package_of
from lighting.operations.open_data_tables import (
    FEW_NAME,
    NO_WARD,
    OpenTable,
    inventory_table,
    savings_tables,
    wards_of_few,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDataAsked:
    """What to publish: always the inventory, and savings if ``period`` gives their nights."""

    about: About = field(default_factory=About)
    period: tuple[date, date] | None = None
    carry_forward: bool = False


class Catalogue(Protocol):
    """A catalogue of open data on another host."""

    async def publish(self, package: OpenPackage) -> tuple[str, ...]:
        """Create the data set with its files, or bring it up to date; tell what was done.

        Raises:
            UnavailableError: the catalogue is not there; publishing again goes on.
            RefusedError: it does not let us.
        """


async def open_package(office: Office, asked: OpenDataAsked) -> OpenPackage:
    """Return the package; the same city gives the same bytes.

    Raises:
        FactorMissingError: a year has no emission factor and none may stand for it.
        StoreError: the database could not be read.
    """
    lanterns = [
        stored async for chunk in office.stores.lanterns.every(LanternFilter()) for stored in chunk
    ]
    tables = (inventory_table(lanterns), *await _savings(office, asked))
    return package_of(tables, asked.about, asked.period)


async def _savings(office: Office, asked: OpenDataAsked) -> tuple[OpenTable, ...]:
    """Return the tables of sums by ward; wards of few lanterns are counted first, then merged."""
    if asked.period is None:
        return ()
    first, last = asked.period
    report = await office.energy.nights.report(
        first, last, by=_by_ward(frozenset()), carry_forward=asked.carry_forward
    )
    few = wards_of_few(report.lanterns_by_group)
    if few:
        report = await office.energy.nights.report(
            first, last, by=_by_ward(few), carry_forward=asked.carry_forward
        )
    return savings_tables(report)


def _by_ward(few: frozenset[str]) -> Grouping:
    return Grouping(name="ward", of=lambda stored: _named(stored.lantern.ward, few))


def _named(ward: str, few: frozenset[str]) -> str:
    name = ward or NO_WARD
    return FEW_NAME if name in few else name
