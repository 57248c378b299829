"""ParquetArchive: the archive of nights in a folder; see ``lighting.operations.archive_nights``."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TypeVar

import duckdb

from lighting.adapters.archive.manifest import (
    PART,
    locked,
    read_manifest,
    sha256_of,
    sweep,
    sync_file,
    sync_folder,
    write_manifest,
)
from lighting.adapters.archive.parquet import Facts, Workbench, workbench
from lighting.operations.archive_nights import ArchivedMonth, ArchiveError
from lighting.operations.night_sums import MonthSums
from lighting.operations.packed_nights import PackedNight

Result = TypeVar("Result")

_DIGITS = 16
"""Of the SHA-256, in a file's name: enough that two contents of a month have two names."""


class ParquetArchive:
    """Months of nights as Parquet files in one folder, with a manifest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Hold the archive's lock, and remove what killed runs left.

        Raises:
            RefusedError: another process is writing.
            ArchiveError: the folder cannot be written, or its manifest not be read.
        """
        with self._faults_told(), locked(self._folder):
            sweep(self._folder)
            yield

    async def months(self) -> list[ArchivedMonth]:
        """Return what is archived, in order of the months.

        Raises:
            ArchiveError: the manifest cannot be read.
        """
        return [each for _, each in sorted(read_manifest(self._folder).items())]

    async def put_month(
        self, month: str, nights: AsyncIterator[Sequence[PackedNight]]
    ) -> ArchivedMonth:
        """Write a month: these rows, and those archived before that are not among them.

        Raises:
            ArchiveError: it could not be written; the archive is as it was.
        """
        part = self._folder / f"nights-{month}{PART}"
        with self._faults_told(), workbench(self._folder) as bench:
            await asyncio.to_thread(bench.begin)
            async for rows in nights:
                await asyncio.to_thread(bench.add, rows)
            try:
                return await asyncio.to_thread(self._finish, bench, month, part)
            except BaseException:
                with suppress(OSError):
                    part.unlink()
                raise

    def _finish(self, bench: Workbench, month: str, part: Path) -> ArchivedMonth:
        months = read_manifest(self._folder)
        if month in months:
            bench.add_older(self._folder / months[month].file)
        bench.write(part)
        facts = bench.table_facts()
        written = bench.file_facts(part)
        if written != facts:
            problem = f"reads back as {written} and was written as {facts}"
            raise ArchiveError(part, problem, "check the disk, then try again")
        sync_file(part)
        sha256 = sha256_of(part)
        path = self._folder / f"nights-{month}-{sha256[:_DIGITS]}.parquet"
        part.replace(path)
        sync_folder(self._folder)
        size = path.stat().st_size
        told = ArchivedMonth(
            month=month, file=path.name, bytes=size, sha256=sha256, **facts._asdict()
        )
        write_manifest(self._folder, months | {month: told})
        return told

    async def faults(self, month: ArchivedMonth) -> list[str]:
        """Return what is wrong with a month's file, read again from the disk."""
        return await asyncio.to_thread(self._faults, month)

    def _faults(self, month: ArchivedMonth) -> list[str]:
        path = self._folder / month.file
        try:
            if sha256_of(path) != month.sha256:
                return [f"{month.file} has another SHA-256 than the manifest says"]
            with workbench(self._folder) as bench:
                found = bench.file_facts(path)
        except (OSError, duckdb.Error) as exc:
            return [f"{month.file} cannot be read ({_words(exc)})"]
        told = Facts(*(getattr(month, name) for name in Facts._fields))
        return [] if found == told else [f"{month.file} has {found}; the manifest says {told}"]

    async def rows(self, first: date, last: date) -> list[PackedNight]:
        """Return the rows of nights ``first`` to ``last``, by night and lantern.

        Raises:
            ArchiveError: a file cannot be read.
        """
        files = self._files(first, last)
        return await self._read(files, lambda bench: bench.rows(files, first, last))

    async def sums(
        self,
        first: date,
        last: date,
        groups: Mapping[str, str],
        *,
        left: str,
        besides: Collection[str] = (),
    ) -> list[MonthSums]:
        """Return the sums of each group and month over nights ``first`` to ``last``.

        ``groups`` names the group of each lantern; lanterns without are summed under ``left``.
        Months in ``besides`` are left out.

        Raises:
            ArchiveError: a file cannot be read.
        """
        files = self._files(first, last, besides)
        nights = (first, last)
        return await self._read(files, lambda bench: bench.sums(files, nights, groups, left))

    def _files(self, first: date, last: date, besides: Collection[str] = ()) -> list[Path]:
        """Return the files of the months that these nights lie in."""
        span = (first.isoformat()[:7], last.isoformat()[:7])
        return [
            self._folder / each.file
            for each in read_manifest(self._folder).values()
            if span[0] <= each.month <= span[1] and each.month not in besides
        ]

    async def _read(
        self, files: list[Path], ask: Callable[[Workbench], list[Result]]
    ) -> list[Result]:
        def run() -> list[Result]:
            with workbench(self._folder) as bench:
                return ask(bench)

        if not files:
            return []
        with self._faults_told():
            return await asyncio.to_thread(run)

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        """Turn what the disk and DuckDB raise into an ArchiveError with the cure."""
        try:
            yield
        except (OSError, duckdb.Error) as exc:
            cure = "make room, or check the disk and the rights of the folder; it is tried again"
            raise ArchiveError(self._folder, _words(exc), cure) from exc


def _words(exc: Exception) -> str:
    return str(exc).splitlines()[0] if str(exc) else type(exc).__name__
