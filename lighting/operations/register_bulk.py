"""Register many devices from a CSV file: every bad row told, the good ones done, twice is once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import TypeVar

from firmware_profiles.errors import UnknownDeviceError
from lighting.errors import LightingError, NotFoundError, RequestError, StoreError
from lighting.inventory.rows import Rejected, RowProblem, row_problem
from lighting.operations.commissionings import (
    AlreadyRegisteredError,
    Begun,
    Commissioned,
    Errand,
    NewCommissioning,
    Seat,
)
from lighting.operations.part_done import broken_off
from lighting.operations.register import Registration
from lighting.operations.register_asked import Rules, prepare
from lighting.operations.register_report import BulkReport, Outcome, RowOutcome
from lighting.operations.register_rows import ReadRow, read_rows
from lighting.operations.secret_text import without_keys
from lighting.registration.commissioning import State
from lighting.registration.errors import ServerRefusedError

CHUNK = 64
"""Rows done at a time: what a crash leaves to the second run, and how often progress is told."""

AT_ONCE = 8
"""Questions to the network server at a time: it serves a city meanwhile."""

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(slots=True, kw_only=True)
class _Row:
    """A row on its way: what is to be kept, and what came of it."""

    read: ReadRow
    new: NewCommissioning
    seat: Seat | None
    begun: Begun | None = None
    after: Commissioned | None = None
    error: Exception | None = None


@dataclass(slots=True, kw_only=True)
class BulkRun:
    """One file; ``progress`` is told the number of rows done so far."""

    registration: Registration
    dry_run: bool = False
    progress: Callable[[int], None] = field(default=lambda _: None)
    _away: bool = False

    async def run(self, data: bytes, *, by: str) -> BulkReport:
        """Register every row that can be, and report all of them.

        Raises:
            CouncilFileError: the file as a whole cannot be read; nothing is written.
            RefusedError: it is not said who registers.
            StoreError: the database failed; what is done is done, and a second run completes it.
        """
        outcomes: list[RowOutcome] = []
        for chunk in _chunks(read_rows(data, by=by), grouped=self.dry_run):
            rules = await self.registration.rules()
            rows = [self._prepared(each, rules) for each in chunk]
            todo = [each for each in rows if isinstance(each, _Row) and each.error is None]
            try:
                await self._do(todo)
            except StoreError as exc:
                begun = 0 if self.dry_run else sum(each.begun is not None for each in todo)
                raise broken_off(exc, len(outcomes) + begun) from exc
            outcomes += [_outcome(each, dry_run=self.dry_run) for each in rows]
            self.progress(len(outcomes))
        outcomes.sort(key=lambda each: each.row)
        return BulkReport(dry_run=self.dry_run, rows=tuple(outcomes))

    async def _do(self, rows: Sequence[_Row]) -> None:
        await self._look(rows)
        rows = [each for each in rows if each.error is None]
        await (self._rehearse(rows) if self.dry_run else self._begin(rows))

    def _prepared(self, read: ReadRow | Rejected, rules: Rules) -> _Row | RowOutcome:
        if isinstance(read, Rejected):
            return RowOutcome(
                row=read.row,
                dev_eui="",
                lantern_id="",
                outcome=Outcome.REJECTED,
                problems=read.problems,
            )
        try:
            new, seat = prepare(read.asked, rules, at=self.registration.clock.now())
        except (RequestError, UnknownDeviceError) as exc:
            return _rejected(read, exc)
        return _Row(read=read, new=new, seat=seat)

    async def _look(self, rows: Sequence[_Row]) -> None:
        """Find out which devices another application of the network server has."""
        known = await self.registration.store.find_many([each.new.dev_eui for each in rows])

        async def look(row: _Row) -> None:
            there = known.get(row.new.dev_eui)
            if there is not None and _is_settled(there, row.new):
                row.begun = Begun(commissioned=there, changed=False)
            if self._away or there is not None:
                return
            try:
                self._away |= not await self.registration.check_server(row.new)
            except ServerRefusedError as exc:
                row.error = exc

        await _few_at_once(look, rows)

    async def _begin(self, rows: Sequence[_Row]) -> None:
        for row in rows:  # one after another: the first in the file has the socket
            if row.begun is not None:
                continue
            try:
                row.begun = await self.registration.store.begin(row.new, row.seat)
            except RequestError as exc:
                row.error = exc

        async def tell(row: _Row) -> None:
            if row.begun is None:
                return
            row.after = row.begun.commissioned
            if row.begun.changed and not self._away:
                row.after = await self.registration.teller.run(row.after)
                self._away |= row.after.pending.next_try_at is not None

        await _few_at_once(tell, rows)

    async def _rehearse(self, rows: Sequence[_Row]) -> None:
        new = [row for row in rows if row.begun is None]
        found = await self.registration.store.rehearse([(row.new, row.seat) for row in new])
        for row in rows:
            row.after = None if row.begun is None else row.begun.commissioned
        for row, came in zip(new, found, strict=True):
            if isinstance(came, LightingError):
                row.error = came
            else:
                row.begun, row.after = came, came.commissioned


async def _few_at_once(act: Callable[[Item], Awaitable[Answer]], items: Iterable[Item]) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(item: Item) -> None:
        async with gate:
            await act(item)

    try:
        async with asyncio.TaskGroup() as group:
            for item in items:
                group.create_task(one(item))
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed  # they met the same


def _chunks(
    rows: Iterator[ReadRow | Rejected], *, grouped: bool
) -> Iterator[list[ReadRow | Rejected]]:
    """Yield rows in lists; ``grouped`` keeps those of a lantern together, as a rehearsal needs."""
    if not grouped:
        while chunk := list(islice(rows, CHUNK)):
            yield chunk
        return
    waiting: list[ReadRow | Rejected] = []
    for _, group in groupby(sorted(rows, key=_lantern), key=_lantern):
        waiting += group
        if len(waiting) >= CHUNK:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _is_settled(there: Commissioned, new: NewCommissioning) -> bool:
    """Return whether a device is where the row wants it, and nothing is left to be done."""
    return (
        there.particulars.device_id == new.particulars.device_id
        and new.lantern_id in {None, there.lantern_id}
        and there.state is not State.FAILED
        and there.pending.errand is Errand.NONE
    )


def _lantern(row: ReadRow | Rejected) -> str:
    return "" if isinstance(row, Rejected) else row.asked.lantern_id or ""


def _outcome(row: _Row | RowOutcome, *, dry_run: bool) -> RowOutcome:
    if isinstance(row, RowOutcome):
        return row
    if row.error is not None:
        return _rejected(row.read, row.error)
    after, begun = row.after, row.begun
    if after is None or begun is None:
        raise AssertionError("a row has come to an error or to an end")
    pending = after.pending
    problems: tuple[RowProblem, ...] = ()
    outcome = Outcome.REGISTERED if begun.changed else Outcome.UNCHANGED
    if pending.problem and pending.next_try_at is None:
        outcome, problems = Outcome.FAILED, (_problem(row.read, "dev_eui", pending.problem),)
    elif after.state is State.FAILED:
        outcome, problems = Outcome.FAILED, (_problem(row.read, "dev_eui", after.steps[-1].note),)
    elif pending.errand is not Errand.NONE and not dry_run:
        outcome, problems = Outcome.WAITING, _not_told(row.read, pending.problem)
    return RowOutcome(
        row=row.read.row,
        dev_eui=row.new.dev_eui,
        lantern_id=row.new.lantern_id or "",
        outcome=outcome,
        problems=problems,
    )


def _not_told(read: ReadRow, words: str) -> tuple[RowProblem, ...]:
    """Return why the network server was not told; after one that failed the others only wait."""
    if not words:
        return ()
    cure = "nothing is to be done: it is told when it answers again"
    value, problem = read.cells.get("dev_eui", ""), without_keys(words)
    return (row_problem(read.row, field="dev_eui", value=value, problem=problem, cure=cure),)


def _rejected(read: ReadRow, exc: Exception) -> RowOutcome:
    return RowOutcome(
        row=read.row,
        dev_eui=read.asked.dev_eui,
        lantern_id=read.cells.get("lantern_id", ""),
        outcome=Outcome.REJECTED,
        problems=(_problem(read, _field(exc), _words(exc)),),
    )


def _words(exc: Exception) -> str:
    if isinstance(exc, UnknownDeviceError):  # which names the whole catalogue, in every row
        return f"{exc.device_id!r} is not in the catalogue; see `lamplighter devices list`"
    return str(exc)


def _field(exc: Exception) -> str:
    """Return the column that a person has to look at."""
    if isinstance(exc, AlreadyRegisteredError | ServerRefusedError):
        return "dev_eui"
    if isinstance(exc, UnknownDeviceError):
        return "device_id"
    if isinstance(exc, NotFoundError):
        return "lantern_id"
    for word, column in (("stream", "stream_id"), ("application", "application_id")):
        if word in str(exc):
            return column
    return "lantern_id"


def _problem(read: ReadRow, name: str, words: str) -> RowProblem:
    problem, _, cure = without_keys(words).partition("; ")  # it may repeat a cell
    return row_problem(
        read.row,
        field=name,
        value=read.cells.get(name, ""),
        problem=problem,
        cure=cure or "correct the row, and run the file again",
    )
