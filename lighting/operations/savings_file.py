"""Savings as a file to hand on: sums of closed nights, as a document, written in a format."""

import asyncio
from dataclasses import dataclass
from datetime import date

from lighting.energy.document_build import document_of
from lighting.energy.document_format import ReportFormat
from lighting.energy.document_parts import NO_PARTS, ReportParts
from lighting.energy.report import SavingsReport
from lighting.operations.controller import Office
from lighting.operations.nights import Grouping


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAsked:
    """Which nights (dates of their evenings, both included), summed by what.

    ``carry_forward`` lets the newest factor stand for years that have none; the report says so.
    """

    first: date
    last: date
    by: Grouping
    carry_forward: bool = False


async def savings_sums(office: Office, asked: ReportAsked) -> SavingsReport:
    """Return the sums that were asked for, with what nodes prove of their programs now.

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
    )


async def savings_file(
    office: Office, asked: ReportAsked, form: ReportFormat, *, parts: ReportParts = NO_PARTS
) -> bytes:
    """Return the report as a file, with what else is known of it in ``parts``.

    It is written in a thread: a report by lantern takes seconds, and so does setting pages.

    Raises:
        FactorMissingError: a year has no emission factor and none may stand for it.
        ReportFileError: the report cannot be written in this format.
        ReportPartsError: a part contradicts the sums.
        StoreError: the database could not be read.
    """
    report = await savings_sums(office, asked)

    def write() -> bytes:
        document = document_of(report, asked.first, asked.last, by=asked.by.name, parts=parts)
        return office.report_writer.write(document, form)

    return await asyncio.to_thread(write)
