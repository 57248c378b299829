"""Savings: energy and CO2e of finished nights, against the stated baseline; and as a report."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, QueryParameter

from api.documents import exchanges, file_answer
from api.problems import fails
from api.schemas.savings import SavingsTold
from lighting.energy.document_format import ReportFormat
from lighting.energy.plain import report_as_plain
from lighting.errors import RefusedError
from lighting.operations.controller import Office
from lighting.operations.nights import GROUPINGS
from lighting.operations.report_parts import PartsAsked, how_sure
from lighting.operations.savings_file import ReportAsked, savings_file, savings_sums

NIGHTS_MAX = 366
"""A leap year: a report is held in memory, lantern by lantern and night by night."""

By = Literal["policy", "ward", "road", "class", "lantern", "group", "model", "month"]
First = Annotated[date, QueryParameter(name="from")]
Last = Annotated[date, QueryParameter(name="to")]

SHOWN = exchanges("savings")
FILE = "The report; the same figures in every format."


@get("/savings", tags=["savings"], responses=fails(422))
async def show_savings(
    office: NamedDependency[Office],
    *,
    first: First,
    last: Last,
    by: FromQuery[By] = "policy",
    carry_forward: FromQuery[bool] = False,
) -> SavingsTold:
    """Return the report over the nights ``from`` to ``to`` (dates of the evening), both included.

    ``carry_forward`` lets the newest emission factor stand for years that have none yet; the report
    says so where it does.
    """
    asked = _asked(first, last, by, carry_forward=carry_forward)
    return msgspec.convert(report_as_plain(await savings_sums(office, asked)), SavingsTold)


def sums_asked(
    *,
    first: First,
    last: Last,
    by: FromQuery[By] = "policy",
    carry_forward: FromQuery[bool] = False,
) -> ReportAsked:
    """Return which nights a query asks for.

    Raises:
        RefusedError: they are none, or too many.
    """
    return _asked(first, last, by, carry_forward=carry_forward)


def more_asked(
    *, baseline: FromQuery[str | None] = None, uncertainty: FromQuery[str | None] = None
) -> PartsAsked:
    """Return what a query asks to be told besides the sums.

    Raises:
        RefusedError: the uncertainty cannot be read.
    """
    sure = None if uncertainty is None else how_sure(uncertainty)
    return PartsAsked(baseline=baseline, sure=sure)


@get(
    "/savings/report",
    tags=["savings"],
    dependencies={
        "sums": Provide(sums_asked, sync_to_thread=False),
        "more": Provide(more_asked, sync_to_thread=False),
    },
    responses=fails(404, 422),
    operation_class=file_answer(FILE, SHOWN["savings_report_file"]),
)
async def savings_report_file(
    office: NamedDependency[Office],
    sums: NamedDependency[ReportAsked],
    more: NamedDependency[PartsAsked],
    form: Annotated[ReportFormat, QueryParameter(name="format")] = ReportFormat.JSON,
) -> Response[bytes]:
    """Return the same as a report to hand on: JSON, CSV, XLSX, HTML or PDF (tagged, PDF/UA-1).

    ``baseline`` splits the saving by cause against that snapshot. ``uncertainty`` such as
    ``watts=10,hours=2,meter=2,count=1`` (relative half-widths at 90 %, in percent) gives its
    interval. Every format shows the same figures. Text that a spreadsheet would take for a formula
    begins with an apostrophe in CSV. The same nights give the same bytes.
    """
    name = f"savings-{sums.first}-{sums.last}.{form.value}"
    return Response(
        await savings_file(office, replace(sums, more=more), form),
        media_type=form.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _asked(first: date, last: date, by: By, *, carry_forward: bool) -> ReportAsked:
    nights = (last - first).days + 1
    if not 1 <= nights <= NIGHTS_MAX:
        raise RefusedError(
            f"from {first} to {last} is {nights} nights; allowed: 1 to {NIGHTS_MAX},"
            " from not after to"
        )
    return ReportAsked(first=first, last=last, by=GROUPINGS[by], carry_forward=carry_forward)


HANDLERS = (show_savings, savings_report_file)
