"""The Carbon Intensity API, played by a transport that answers in its recorded shapes."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from lighting.adapters.carbon_intensity import (
    CHUNK,
    CarbonIntensityApi,
    Manners,
    open_carbon_intensity,
)
from lighting.adapters.carbon_intensity_messages import parse_blocks
from lighting.energy.carbon_errors import IntensityAwayError, IntensityRefusedError
from lighting.energy.half_hours import half_hour_of, start_of
from lighting.energy.intensity import IntensityRow, Region
from lighting.energy.intensity_store import Answer
from lighting.errors import MessageError
from lighting.testing.clock import SteppedClock

START = datetime(2023, 1, 1, tzinfo=UTC)
FIRST = half_hour_of(START)
TIME = "%Y-%m-%dT%H:%MZ"


class Waits(SteppedClock):
    """A clock on which waiting takes no time; ``waited_s`` tells the waits."""

    def __init__(self) -> None:
        super().__init__(START)
        self.waited_s: list[float] = []

    async def sleep(self, delay_s: float) -> None:
        """Note the wait, and be there."""
        self.waited_s.append(delay_s)
        self.advance(timedelta(seconds=delay_s))
        await asyncio.sleep(0)


def block(half_hour: int, **intensity: object) -> dict[str, object]:
    """Return a half-hour in the national form (reference energy.md 3)."""
    start, end = (f"{start_of(each):{TIME}}" for each in (half_hour, half_hour + 1))
    told = {"forecast": 266, "actual": 263, "index": "moderate"} | intensity
    return {"from": start, "to": end, "intensity": told}


def regional(region: int, half_hours: list[int]) -> dict[str, object]:
    """Return the single-region form: ``data.data``, forecasts alone, with the generation mix."""
    blocks = []
    for each in half_hours:
        told = block(each)
        told["intensity"] = {"forecast": 120, "index": "low"}
        told["generationmix"] = [{"fuel": "gas", "perc": 43.6}]
        blocks.append(told)
    names = {"dnoregion": "NPG Yorkshire", "shortname": "Yorkshire"}
    return {"data": {"regionid": region, **names, "data": blocks}}


class Service:
    """Answers from ``half_hours`` in either form, the first block half an hour early."""

    def __init__(self, *, lacking: Callable[[int, int], set[int]] = lambda _a, _b: set()) -> None:
        self.paths: list[str] = []
        self.lacking = lacking
        self.first_answers: list[httpx.Response | Exception] = []
        self.clock = Waits()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one question."""
        self.paths.append(request.url.path)
        assert request.headers["user-agent"] == "lamplighter"
        if self.first_answers:
            answer = self.first_answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        words = request.url.path.strip("/").split("/")
        times = [word for word in words if word.endswith("Z")]
        first, end = (half_hour_of(datetime.fromisoformat(word)) for word in times)
        there = [n for n in range(first - 1, end) if n not in self.lacking(first, end)]
        if words[0] == "regional":
            return httpx.Response(200, json=regional(int(words[-1]), there))
        return httpx.Response(200, json={"data": [block(n) for n in there]})

    async def ask(self, region: Region, first: int, end: int) -> list[Answer]:
        """Ask it through the adapter."""
        async with httpx.AsyncClient(
            transport=httpx.MockTransport(self),
            base_url="http://service.test",
            headers={"User-Agent": "lamplighter"},
        ) as client:
            api = CarbonIntensityApi(client, self.clock, Manners(tries=4))
            return [each async for each in api.answers(region, first=first, end=end)]


async def test_the_early_first_block_is_left_out_and_actuals_and_forecasts_are_read() -> None:
    service = Service()
    (answer,) = await service.ask(Region.NATIONAL, FIRST, FIRST + 2)
    assert service.paths == ["/intensity/2023-01-01T00:00Z/2023-01-01T01:00Z"]
    assert answer == Answer(
        first=FIRST,
        end=FIRST + 2,
        rows=(IntensityRow(FIRST, 266, 263), IntensityRow(FIRST + 1, 266, 263)),
    )


async def test_yorkshire_is_region_5_in_the_nested_form_with_forecasts_alone() -> None:
    service = Service()
    (answer,) = await service.ask(Region.YORKSHIRE, FIRST, FIRST + 1)
    path = "/regional/intensity/2023-01-01T00:00Z/2023-01-01T00:30Z/regionid/5"
    assert service.paths == [path]
    assert answer.rows == (IntensityRow(FIRST, 120, None),)


async def test_a_question_covers_14_days_at_most_and_questions_keep_their_distance() -> None:
    service = Service()
    answers = await service.ask(Region.NATIONAL, FIRST, FIRST + 2 * CHUNK + 1)
    assert CHUNK == 14 * 48
    assert [each.end - each.first for each in answers] == [CHUNK, CHUNK, 1]
    assert [len(each.rows) for each in answers] == [CHUNK, CHUNK, 1]
    assert service.paths[1] == "/intensity/2023-01-15T00:00Z/2023-01-29T00:00Z"
    assert service.clock.waited_s == [1.0, 1.0]


async def test_days_that_lack_half_hours_are_asked_for_again_one_by_one() -> None:
    holes = {FIRST + 50, FIRST + 51, FIRST + 200}

    def lacking(first: int, end: int) -> set[int]:
        return holes if end - first > 48 else {FIRST + 200}

    service = Service(lacking=lacking)
    (answer,) = await service.ask(Region.YORKSHIRE, FIRST, FIRST + CHUNK)
    assert [path.split("/")[3] for path in service.paths] == [
        "2023-01-01T00:00Z",
        "2023-01-02T00:00Z",
        "2023-01-05T00:00Z",
    ]
    assert {*range(FIRST, FIRST + CHUNK)} - {row.half_hour for row in answer.rows} == {FIRST + 200}


async def test_a_day_that_lacks_half_hours_is_not_asked_for_twice() -> None:
    service = Service(lacking=lambda _a, _b: {FIRST})
    (answer,) = await service.ask(Region.NATIONAL, FIRST, FIRST + 4)
    assert (len(service.paths), len(answer.rows)) == (1, 3)


async def test_an_open_half_hours_actual_is_null_and_so_not_known() -> None:
    body = json.dumps({"data": [block(FIRST, actual=None), block(FIRST + 1, actual=0)]}).encode()
    rows = parse_blocks(body, Region.NATIONAL, "/")
    assert rows == [IntensityRow(FIRST, 266, None), IntensityRow(FIRST + 1, 266, 0)]


@pytest.mark.parametrize(
    "busy",
    [
        httpx.Response(429),
        httpx.Response(500, text="oops"),
        httpx.Response(503, json={"error": {"code": "503", "message": "later"}}),
        httpx.ReadTimeout("too long"),
        httpx.ConnectError("no route"),
    ],
)
async def test_a_busy_service_is_asked_again_after_waits_that_double(
    busy: httpx.Response | Exception,
) -> None:
    service = Service()
    service.first_answers = [busy, busy, busy]
    (answer,) = await service.ask(Region.NATIONAL, FIRST, FIRST + 1)
    assert len(answer.rows) == 1
    assert service.clock.waited_s == [2.0, 4.0, 8.0]


async def test_after_all_tries_the_trouble_is_told_and_not_before() -> None:
    service = Service()
    service.first_answers = [httpx.Response(429), *[httpx.ReadTimeout("slow")] * 3]
    with pytest.raises(
        IntensityAwayError, match=r"after 4 tries \(ReadTimeout slow\); .*again later"
    ):
        await service.ask(Region.NATIONAL, FIRST, FIRST + 1)
    assert len(service.paths) == 4


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            httpx.Response(400, json={"error": {"code": "400 Bad Request", "message": "too long"}}),
            "status 400: too long",
        ),
        (httpx.Response(404, text="<html>"), "status 404$"),
        (httpx.Response(302, headers={"location": "http://elsewhere.test/"}), "status 302"),
    ],
)
async def test_a_question_that_is_refused_is_not_asked_again(
    answer: httpx.Response, told: str
) -> None:
    service = Service()
    service.first_answers = [answer]
    with pytest.raises(IntensityRefusedError, match=told):
        await service.ask(Region.NATIONAL, FIRST, FIRST + 1)
    assert (len(service.paths), service.clock.waited_s) == (1, [])


GOOD: dict[str, Any] = {"data": [block(FIRST)]}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<html>", "JSON"),
        ({"data": None}, "Expected `array`"),
        (regional(5, [FIRST]), "Expected `array`"),
        ({"data": [{"from": "2023-01-01T00:00Z"}]}, "missing required field"),
        ({"data": [block(FIRST, actual="263")]}, "Expected `float | null`, got `str`"),
        ({"data": [block(FIRST, forecast=-5)]}, "forecast_g_per_kwh is -5"),
        ({"data": [GOOD["data"][0] | {"from": "2023-01-01T00:00"}]}, "not in UTC"),
        ({"data": [GOOD["data"][0] | {"to": "2023-01-01T01:00Z"}]}, "no half-hour"),
        ({"data": [GOOD["data"][0] | {"from": "soon"}]}, "soon"),
    ],
)
def test_an_answer_that_cannot_be_understood_is_no_data(body: object, told: str) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    with pytest.raises(MessageError, match=f"/path: the answer cannot be understood: .*{told}"):
        parse_blocks(text.encode(), Region.NATIONAL, "/path")


def test_an_answer_about_another_region_is_no_data() -> None:
    body = json.dumps(regional(6, [FIRST])).encode()
    with pytest.raises(MessageError, match="is about region 6"):
        parse_blocks(body, Region.YORKSHIRE, "/path")


@asynccontextmanager
async def _listening() -> AsyncIterator[int]:
    """Listen on loopback, answer all questions alike; yield the port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = json.dumps(GOOD).encode()
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@pytest.mark.enable_socket
async def test_it_speaks_over_a_real_connection() -> None:
    async with (
        _listening() as port,
        open_carbon_intensity(f"http://127.0.0.1:{port}/", Waits()) as api,
    ):
        answers = [each async for each in api.answers(Region.NATIONAL, first=FIRST, end=FIRST + 1)]
    assert answers[0].rows == (IntensityRow(FIRST, 266, 263),)
    assert "CC BY 4.0" in api.name
