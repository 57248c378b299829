"""The demo hangs add-ons of every use on its columns, and its rows of the register can be on."""

from datetime import UTC, datetime

import pytest

from firmware_profiles.devices.device import Use
from lighting.sensing.stream import what_is_missing
from lighting.sensing.stream_text import parse_streams
from lighting.testing.leeds import leeds_district
from schedules.night import night_of
from schedules.site import Site
from tools.demo_add_ons import ADD_ONS_MAX, hang_add_ons, streams_text

NIGHT = night_of(
    Site(latitude_deg=53.8, longitude_deg=-1.55, zone="Europe/London"),
    datetime(2026, 11, 23, 15, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("lanterns", "add_ons"), [(3, 3), (20, 8), (50, 8), (1000, 40), (6000, ADD_ONS_MAX)]
)
def test_there_is_about_one_for_25_lanterns_and_one_of_each_use(
    lanterns: int, add_ons: int
) -> None:
    hung = hang_add_ons(leeds_district(lanterns, 1), NIGHT, 1)
    assert len(hung) == add_ons
    assert len({each.lantern_id for each in hung}) == add_ons
    assert len({each.add_on.spec.dev_eui for each in hung}) == add_ons
    uses = {each.kind.use for each in hung}
    assert len(uses) == min(lanterns, len(set(Use) - {Use.LIGHTING}))


def test_every_row_of_its_register_answers_for_its_stream() -> None:
    streams = parse_streams(streams_text())
    assert {stream.use for stream in streams} == set(Use) - {Use.LIGHTING}
    assert [what_is_missing(stream) for stream in streams] == [[] for _ in streams]
