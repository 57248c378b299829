"""Faults for asset systems, as a file: CSV or GeoJSON, page by page, however many there are."""

from collections.abc import AsyncIterator, Sequence
from enum import Enum

from lighting.faults.documents import GEOJSON_END, GEOJSON_START, csv_header, csv_line, geojson_line
from lighting.faults.fault import Fault
from lighting.faults.store import FaultFilter, FaultStore

PAGE = 1000


class FaultFormat(Enum):
    """How faults are exported; the value is what people write."""

    CSV = "csv"
    GEOJSON = "geojson"

    @property
    def media_type(self) -> str:
        """The media type (RFC 4180, RFC 7946)."""
        return "text/csv" if self is FaultFormat.CSV else "application/geo+json"


async def export_faults(
    store: FaultStore, where: FaultFilter, form: FaultFormat
) -> AsyncIterator[str]:
    """Return the lines of a file of faults, the most urgent first.

    Which faults it holds is settled at once, what they say when their page is read: however long it
    is written, none is missed and none is in it twice.

    Raises:
        StoreError: the database cannot be read, now or (the lines raise it) later on.
    """
    return _lines(_pages(store, await store.ranked(where)), form)


async def _lines(faults: AsyncIterator[Fault], form: FaultFormat) -> AsyncIterator[str]:
    if form is FaultFormat.CSV:
        yield csv_header()
        async for fault in faults:
            yield csv_line(fault)
        return
    yield GEOJSON_START
    between = ""
    async for fault in faults:
        yield between + geojson_line(fault)
        between = ",\n"
    yield GEOJSON_END


async def _pages(store: FaultStore, fault_ids: Sequence[int]) -> AsyncIterator[Fault]:
    for start in range(0, len(fault_ids), PAGE):
        for fault in await store.those(fault_ids[start : start + PAGE]):
            yield fault
