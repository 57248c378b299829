"""Import a council's file into the inventory: nothing guessed, nothing lost, twice is once."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO

from lighting.inventory.council_file import read_lanterns
from lighting.inventory.mapping import FileMapping
from lighting.inventory.report import ImportReport, ImportTally
from lighting.inventory.rows import Accepted, Rejected
from lighting.inventory.store import LanternStore

BATCH = 2000
"""Rows looked up and written at a time."""


async def import_lanterns(
    store: LanternStore,
    stream: IO[bytes],
    mapping: FileMapping,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> ImportReport:
    """Read every row, write what is new or changed (unless ``dry_run``), and report all of it.

    ``progress`` is told the number of rows read so far.

    Raises:
        CouncilFileError: the file as a whole cannot be read with this mapping; nothing is written.
        StoreError: the database could not take a batch; batches before it are kept, and importing
            the file again completes them.
    """
    tally = ImportTally()
    outcomes = read_lanterns(stream, mapping)
    done = 0
    while batch := list(islice(outcomes, BATCH)):
        await _take(store, tally, batch, dry_run=dry_run)
        done += len(batch)
        progress(done)
    return tally.report()


async def _take(
    store: LanternStore, tally: ImportTally, batch: list[Accepted | Rejected], *, dry_run: bool
) -> None:
    accepted = list(_accepted(batch))
    known = await store.get([outcome.lantern.lantern_id for outcome in accepted])
    fresh = []
    for outcome in batch:
        if isinstance(outcome, Rejected):
            tally.rejected(outcome)
            continue
        stored = known.get(outcome.lantern.lantern_id)
        if tally.accepted(outcome, stored.lantern if stored else None):
            fresh.append(outcome.lantern)
    if fresh and not dry_run:
        await store.put(fresh)


def _accepted(batch: list[Accepted | Rejected]) -> Iterator[Accepted]:
    return (outcome for outcome in batch if isinstance(outcome, Accepted))
