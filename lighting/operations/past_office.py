"""PastOffice: what is done with nights of the past: added up over years, archived."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from lighting.operations.archive_nights import BothNights, NightArchiver, OldNights
from lighting.operations.night_sums import AddingArchive, AddingNights, NightSums
from lighting.operations.stores import NightStore


class PastNights(OldNights, AddingNights, Protocol):
    """Old nights in the database: to be added up, and deleted once they are archived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastStores:
    """Where nights of the past are; ``archive`` is None where the settings name none."""

    nights: PastNights
    archive: AddingArchive | None

    def with_archive(self, nights: NightStore) -> NightStore:
        """Return ``nights`` of the database together with those of the archive."""
        return nights if self.archive is None else BothNights(nights, self.archive)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOffice:
    """What works on nights of the past."""

    sums: NightSums
    archiver: NightArchiver


def make_past_office(
    nights: NightStore, stores: PastStores, kept: timedelta, zone: str
) -> PastOffice:
    """Return an office over the nights of the database, which are kept there for ``kept``."""
    return PastOffice(
        sums=NightSums(nights, stores.nights, stores.archive),
        archiver=NightArchiver(nights, stores.nights, stores.archive, kept=kept, zone=zone),
    )
