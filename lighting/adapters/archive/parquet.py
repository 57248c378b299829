"""Nights in Parquet, by DuckDB: months written in one order, rows and sums read back.

DuckDB runs in this process, in memory, never asks for extensions from elsewhere, and spills to the
archive's own folder where memory runs short.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from lighting.errors import RefusedError
from lighting.operations.night_sums import MonthSums
from lighting.operations.packed_nights import PackedNight

MEMORY_LIMIT = "512MB"
THREADS = 2

_TYPES = {
    "night": "DATE",
    "lantern_id": "VARCHAR",
    "policy": "VARCHAR",
    "revision": "BIGINT",
    "metered_uwh": "BIGINT",
    "metered_ms": "BIGINT",
    "modelled_uwh": "BIGINT",
    "modelled_ms": "BIGINT",
    "baseline_uwh": "BIGINT",
    "power_basis": "VARCHAR",
    "unknown": "VARCHAR",
    "more": "VARCHAR",
}
"""Columns of a file, those of ``PackedNight``, with DuckDB's types."""

ORDER = "lantern_id, night"
"""How rows stand in a file: what is alike is side by side, so that it takes little room."""

_COPY = """COPY (SELECT * FROM ({rows}) ORDER BY {order}) TO '{path}'
 (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)"""

_FACTS = """SELECT count(*), count(DISTINCT lantern_id), count(unknown),
 coalesce(sum(metered_uwh), 0), coalesce(sum(modelled_uwh), 0), coalesce(sum(baseline_uwh), 0)
 FROM ({rows})"""

_FILES = "SELECT * FROM read_parquet($files)"

_SUMS = """SELECT coalesce(groups.name, $left), year(night), month(night),
 sum(metered_uwh), sum(modelled_uwh), sum(baseline_uwh), sum(metered_ms), sum(modelled_ms),
 count(*) FILTER (unknown IS NULL), count(*) FILTER (unknown IS NOT NULL)
 FROM read_parquet($files) AS rows LEFT JOIN groups USING (lantern_id)
 WHERE night BETWEEN $first AND $last GROUP BY ALL ORDER BY ALL"""

_WILD = frozenset("*?[]")


class Facts(NamedTuple):
    """What can be counted of rows, in the order of ``_FACTS``."""

    rows: int
    lanterns: int
    unknown: int
    metered_uwh: int
    modelled_uwh: int
    baseline_uwh: int


class Workbench:
    """A DuckDB of its own, for one task. Close it."""

    def __init__(self, folder: Path) -> None:
        self._connection = duckdb.connect(
            config={
                "threads": THREADS,
                "memory_limit": MEMORY_LIMIT,
                "temp_directory": str(folder / "spill"),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()

    def begin(self) -> None:
        """Make an empty table of nights."""
        columns = ", ".join(f"{name} {kind}" for name, kind in _TYPES.items())
        self._connection.execute(f"CREATE TABLE part ({columns})")

    def add(self, rows: Sequence[PackedNight]) -> None:
        """Add rows to the table."""
        if not rows:
            return
        columns = ", ".join(f"unnest(?::{kind}[])" for kind in _TYPES.values())
        self._connection.execute(
            f"INSERT INTO part SELECT {columns}",
            [list(column) for column in zip(*rows, strict=True)],
        )

    def add_older(self, file: Path) -> None:
        """Add the rows of a file whose lantern and night are not in the table."""
        self._connection.execute(
            f"INSERT INTO part {_FILES} AS old WHERE NOT EXISTS"
            " (FROM part WHERE part.night = old.night AND part.lantern_id = old.lantern_id)",
            {"files": [str(file)]},
        )

    def write(self, path: Path, rows: str = "FROM part") -> None:
        """Write the table, or other rows, to a file in the archive's order."""
        self._connection.execute(
            _COPY.format(rows=rows, order=ORDER, path=str(path).replace("'", "''"))
        )

    def table_facts(self) -> Facts:
        """Return the facts of the table."""
        return self._facts("FROM part", {})

    def file_facts(self, path: Path) -> Facts:
        """Return the facts of a file, read again from the disk."""
        return self._facts(_FILES, {"files": [str(path)]})

    def _facts(self, rows: str, named: Mapping[str, Any]) -> Facts:
        (told,) = self._connection.execute(_FACTS.format(rows=rows), named).fetchall()
        return Facts(*map(int, told))

    def rows(self, files: Sequence[Path], first: date, last: date) -> list[PackedNight]:
        """Return the rows of some nights, by night and lantern."""
        columns = ", ".join(("night::VARCHAR", *list(_TYPES)[1:]))
        told = self._connection.execute(
            f"SELECT {columns} FROM ({_FILES})"  # noqa: S608 - our own names
            " WHERE night BETWEEN $first AND $last ORDER BY night, lantern_id",
            {"files": [str(each) for each in files], "first": first, "last": last},
        )
        return [PackedNight(*row) for row in told.fetchall()]

    def sums(
        self,
        files: Sequence[Path],
        nights: tuple[date, date],
        groups: Mapping[str, str],
        left: str,
    ) -> list[MonthSums]:
        """Return the sums of each group and month over some nights, both included.

        ``groups`` names the group of each lantern; lanterns without are summed under ``left``.
        """
        run = self._connection.execute
        run("CREATE OR REPLACE TABLE groups (lantern_id VARCHAR, name VARCHAR)")
        run(
            "INSERT INTO groups SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
            [list(groups), list(groups.values())],
        )
        named = {"first": nights[0], "last": nights[1], "left": left}
        told = run(_SUMS, {"files": [str(each) for each in files], **named})
        return [MonthSums(row[0], *(int(each or 0) for each in row[1:])) for row in told.fetchall()]


@contextmanager
def workbench(folder: Path) -> Iterator[Workbench]:
    """Open a workbench for as long as the block lasts.

    Raises:
        RefusedError: the folder's path has characters that DuckDB takes for patterns.
    """
    if _WILD & set(str(folder)):
        raise RefusedError(f"the archive {folder} has one of * ? [ ] in its path: choose another")
    bench = Workbench(folder)
    try:
        yield bench
    finally:
        bench.close()
