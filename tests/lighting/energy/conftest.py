"""Spans and samples by hand, for every test of energy."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from lighting.energy.metering import MeterSample
from schedules.level import level
from schedules.timeline import Span

NOON = datetime(2025, 12, 1, 12, tzinfo=UTC)

MakeSpans = Callable[..., tuple[Span, ...]]
MakeSamples = Callable[..., tuple[MeterSample, ...]]


@pytest.fixture
def noon() -> datetime:
    """Return the start of the night of 1 December 2025 in Leeds: noon UTC."""
    return NOON


@pytest.fixture
def make_spans() -> MakeSpans:
    """Return a builder: (hours, level) pairs, end to end from noon."""

    def build(*parts: tuple[float, int], start: datetime = NOON) -> tuple[Span, ...]:
        spans = []
        for hours, percent in parts:
            end = start + timedelta(hours=hours)
            spans.append(Span(start=start, end=end, level=level(percent)))
            start = end
        return tuple(spans)

    return build


@pytest.fixture
def make_samples() -> MakeSamples:
    """Return a builder: (hours after noon, counter Wh) pairs."""

    def build(*parts: tuple[float, int], serial: str | None = None) -> tuple[MeterSample, ...]:
        return tuple(
            MeterSample(at=NOON + timedelta(hours=hours), energy_wh=count, serial=serial)
            for hours, count in parts
        )

    return build
