"""CarbonIntensityApi: the NESO Carbon Intensity API over HTTP, asked politely.

Paths, limits and pitfalls: reference energy.md 3 (carbon-intensity/api-definitions). A question
covers at most 14 days; the first block may start half an hour early; answers over several days may
lack half-hours, which are asked for again day by day.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from lighting.adapters.carbon_intensity_messages import parse_blocks, refusal
from lighting.clock import Clock
from lighting.energy.carbon_errors import IntensityAwayError, IntensityRefusedError
from lighting.energy.half_hours import start_of
from lighting.energy.intensity import IntensityRow, Region
from lighting.energy.intensity_store import Answer

SOURCE = "NESO Carbon Intensity API (CC BY 4.0)"
DAY = 48
CHUNK = 14 * DAY
"""Half-hours that one question may cover."""

_TIME = "%Y-%m-%dT%H:%MZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the service is asked; it publishes no rate, so these are our own choice."""

    tries: int = 5
    first_wait_s: float = 2.0
    """Before the second try; each further wait is twice as long."""
    pause_s: float = 1.0
    """Between one question and the next."""
    deadline_s: float = 30.0
    """For one answer: 14 days of a region come with their generation mix."""


MANNERS = Manners()


class CarbonIntensityApi:
    """An ``IntensitySource``; see ``lighting.energy.intensity_store``."""

    def __init__(self, client: httpx.AsyncClient, clock: Clock, manners: Manners = MANNERS) -> None:
        self._client = client
        self._clock = clock
        self._manners = manners
        self._asked_before = False

    @property
    def name(self) -> str:
        """What it is called, with its licence."""
        return SOURCE

    async def answers(self, region: Region, *, first: int, end: int) -> AsyncIterator[Answer]:
        """Ask about half-hours ``first`` to before ``end``, 14 days at a time.

        Raises:
            IntensityAwayError: no usable answer after several tries.
            IntensityRefusedError: the service refuses the question.
            MessageError: an answer that cannot be understood.
        """
        for start in range(first, end, CHUNK):
            stop = min(start + CHUNK, end)
            found = await self._blocks(region, start, stop)
            for day, night in _days_that_lack(found, start, stop):
                found |= await self._blocks(region, day, night)
            rows = tuple(found[number] for number in sorted(found))
            yield Answer(first=start, end=stop, rows=rows)

    async def _blocks(self, region: Region, first: int, end: int) -> dict[int, IntensityRow]:
        """Return the half-hours that the service has of ``first`` to before ``end``."""
        path = f"/intensity/{start_of(first):{_TIME}}/{start_of(end):{_TIME}}"
        if region is not Region.NATIONAL:
            path = f"/regional{path}/regionid/{region.value}"
        rows = parse_blocks(await self._body(path), region, path)
        return {row.half_hour: row for row in rows if first <= row.half_hour < end}

    async def _body(self, path: str) -> bytes:
        """Return the body of a good answer; wait and ask again while the service is busy."""
        wait_s, problem = self._manners.first_wait_s, ""
        for again in range(self._manners.tries):
            if again:
                await self._clock.sleep(wait_s)
                wait_s *= 2
            elif self._asked_before:
                await self._clock.sleep(self._manners.pause_s)
            self._asked_before = True
            try:
                answer = await self._client.get(path)
            except (httpx.HTTPError, OSError) as exc:
                problem = f"{type(exc).__name__} {exc}".strip()
                continue
            if answer.is_success:
                return answer.content
            problem = refusal(answer.status_code, answer.content)
            if not _is_busy(answer.status_code):
                raise IntensityRefusedError(
                    f"the carbon intensity service refuses {path}: {problem}"
                )
        raise IntensityAwayError(
            f"the carbon intensity service does not answer {path} after {self._manners.tries} "
            f"tries ({problem}); what came before is kept: try again later"
        )


@asynccontextmanager
async def open_carbon_intensity(url: str, clock: Clock) -> AsyncIterator[CarbonIntensityApi]:
    """Open a client of the service at ``url``; it is the first question that connects."""
    async with httpx.AsyncClient(
        base_url=url.rstrip("/"),
        headers={"User-Agent": "lamplighter", "Accept": "application/json"},
        timeout=MANNERS.deadline_s,
    ) as client:
        yield CarbonIntensityApi(client, clock)


def _is_busy(status: int) -> bool:
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _days_that_lack(found: dict[int, IntensityRow], first: int, end: int) -> list[tuple[int, int]]:
    """Return the UTC days, cut to the question, that lack a half-hour; none if it was one day."""
    days = sorted({number // DAY for number in range(first, end) if number not in found})
    cut = [(max(day * DAY, first), min((day + 1) * DAY, end)) for day in days]
    return [] if cut == [(first, end)] else cut
