"""Savings: energy and CO2e of finished nights, against the stated baseline."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from api.problems import fails
from api.schemas.savings import SavingsTold
from lighting.energy.plain import report_as_plain
from lighting.errors import RefusedError
from lighting.operations.controller import Office
from lighting.operations.nights import GROUPINGS

NIGHTS_MAX = 366
"""A leap year: a report is held in memory, lantern by lantern and night by night."""

By = Literal["policy", "ward", "road", "class", "lantern"]


@get("/savings", tags=["savings"], responses=fails(422))
async def show_savings(
    office: NamedDependency[Office],
    *,
    first: Annotated[date, QueryParameter(name="from")],
    last: Annotated[date, QueryParameter(name="to")],
    by: FromQuery[By] = "policy",
    carry_forward: FromQuery[bool] = False,
) -> SavingsTold:
    """Return the report over the nights ``from`` to ``to`` (dates of the evening), both included.

    ``carry_forward`` lets the newest emission factor stand for years that have none yet; the report
    says so where it does.
    """
    nights = (last - first).days + 1
    if not 1 <= nights <= NIGHTS_MAX:
        raise RefusedError(
            f"from {first} to {last} is {nights} nights; allowed: 1 to {NIGHTS_MAX},"
            " from not after to"
        )
    counts = await office.stores.nodes.evidence_counts()
    report = await office.energy.nights.report(
        first,
        last,
        by=GROUPINGS[by],
        carry_forward=carry_forward,
        evidence={level.words: count for level, count in counts.items()},
    )
    return msgspec.convert(report_as_plain(report), SavingsTold)


HANDLERS = (show_savings,)
