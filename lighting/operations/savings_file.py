"""Savings as a file to hand on: sums of closed nights, as a document, written in a format."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lighting.energy.document_build import document_of
from lighting.energy.document_format import ReportFormat
from lighting.energy.document_parts import Decomposition, ReportParts
from lighting.energy.report import LanternNight, SavingsReport
from lighting.operations.cause_counts import CausesAsked
from lighting.operations.controller import Office
from lighting.operations.nights import Grouping, leave
from lighting.operations.report_parts import (
    NOTHING_MORE,
    PartsAsked,
    decomposition_of,
    evidence_tally,
    interval_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAsked:
    """Which nights (dates of their evenings, both included), summed by what.

    ``carry_forward`` lets the newest factor stand for years that have none; the report says so.
    ``more`` is what a file tells besides the sums.
    """

    first: date
    last: date
    by: Grouping
    carry_forward: bool = False
    more: PartsAsked = NOTHING_MORE


async def savings_sums(
    office: Office, asked: ReportAsked, *, seen: Callable[[LanternNight], None] = leave
) -> SavingsReport:
    """Return the sums that were asked for, with what nodes prove of their programs now.

    ``seen`` is told of each lantern-night on the way.

    Raises:
        FactorMissingError: a year has no emission factor and none may stand for it.
        StoreError: the database could not be read.
    """
    counts = await office.stores.nodes.evidence_counts()
    return await office.energy.nights.report(
        asked.first,
        asked.last,
        by=asked.by,
        carry_forward=asked.carry_forward,
        evidence={level.words: number for level, number in counts.items()},
        seen=seen,
    )


async def savings_file(office: Office, asked: ReportAsked, form: ReportFormat) -> bytes:
    """Return the report as a file, with all that is known besides the sums.

    It is written in a thread: a report by lantern takes seconds, and so does setting pages.

    Raises:
        NotFoundError: no such baseline.
        FactorMissingError: a year has no emission factor and none may stand for it.
        ReportFileError: the report cannot be written in this format.
        StoreError: the database could not be read.
    """
    tally = await evidence_tally(office)
    report = await savings_sums(office, asked, seen=tally.add)
    more = asked.more
    parts = ReportParts(
        saved_kwh=None if more.sure is None else interval_of(report.total, more.sure),
        causes=await causes_part(office, asked) if more.baseline is not None else None,
        evidence_kwh=tally.kwh,
    )

    def write() -> bytes:
        document = document_of(report, asked.first, asked.last, by=asked.by.name, parts=parts)
        return office.report_writer.write(document, form)

    return await asyncio.to_thread(write)


async def causes_part(office: Office, asked: ReportAsked) -> Decomposition:
    """Return the saving by cause against the baseline that was asked for.

    Raises:
        NotFoundError: no such baseline.
        FactorMissingError: a year has no emission factor and none may stand for it.
        StoreError: the database could not be read.
    """
    split = CausesAsked(
        first=asked.first,
        last=asked.last,
        baseline=asked.more.baseline or "",
        by=asked.by,
        carry_forward=asked.carry_forward,
    )
    return decomposition_of(await office.energy.causes.report(split))
