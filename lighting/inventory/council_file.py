"""A council's file to lanterns: the one function that an importer calls."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO

from lighting.inventory.coordinates import Position, positions
from lighting.inventory.csv_rows import csv_rows
from lighting.inventory.geojson_rows import geojson_rows
from lighting.inventory.lantern_row import Keys, lantern_row
from lighting.inventory.mapping import FileMapping
from lighting.inventory.rows import Accepted, Rejected, RowProblem, SourceRow

CHUNK_ROWS = 5_000
"""Rows whose coordinates are converted in one call: pyproj is fast on many, slow on one."""


def read_lanterns(stream: IO[bytes], mapping: FileMapping) -> Iterator[Accepted | Rejected]:
    """Return what becomes of each row of ``stream``, in the file's order, to be read one by one.

    The header (or, for GeoJSON, the file) is read now. A CSV file of any length is read in chunks
    of ``CHUNK_ROWS``; only its keys stay in memory.

    Raises:
        CouncilFileError: the file as a whole cannot be read with this mapping.
    """
    reader = csv_rows if mapping.format == "csv" else geojson_rows
    return _outcomes(reader(stream, mapping), mapping)


def _outcomes(
    rows: Iterator[SourceRow | Rejected], mapping: FileMapping
) -> Iterator[Accepted | Rejected]:
    keys = Keys(mapping.key)
    while chunk := list(islice(rows, CHUNK_ROWS)):
        places = iter(_places(chunk, mapping))
        for row in chunk:
            if isinstance(row, Rejected):
                yield row
            else:
                yield lantern_row(row, next(places), mapping=mapping, keys=keys)


def _places(
    chunk: Iterable[SourceRow | Rejected], mapping: FileMapping
) -> list[Position | RowProblem]:
    return positions([row for row in chunk if isinstance(row, SourceRow)], mapping.position)
