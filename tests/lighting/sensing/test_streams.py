"""The data register refuses what a record of processing activities (UK GDPR Art 30) must state."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lighting.sensing.stream import Dpia, LawfulBasis, Stream, what_is_missing
from lighting.sensing.stream_text import StreamTextError, parse_streams

GULLY = """
[gully-levels]
title = "Gully levels"
use = "gully level"
purpose = "Empty gullies before they flood the road"
lawful_basis = "not personal data"
owner = "Highways asset management"
stored_where = "the council's own server"
visible_to = ["asset", "engineer"]
retention_days = 1095
open_data = true
dpia = "not needed"
"""

FOOTFALL = """
[footfall]
title = "Footfall in the centre"
use = "footfall"
purpose = "Know when the centre is busy"
lawful_basis = "public task"
owner = "City centre management"
stored_where = "the council's own server"
visible_to = ["sustainability"]
retention_days = 730
open_data = true
dpia = "done"
people = true
interval_min = 15
"""


def the(text: str) -> Stream:
    (stream,) = parse_streams(text)
    return stream


@pytest.mark.parametrize("text", [GULLY, FOOTFALL])
def test_a_whole_row_can_be_switched_on_and_starts_off(text: str) -> None:
    assert what_is_missing(the(text)) == []
    assert not the(text).on


FIELDS = ("purpose", "lawful_basis", "owner", "stored_where", "visible_to", "retention_days")


@pytest.mark.parametrize("field", [*FIELDS, "open_data", "dpia"])
def test_a_row_without_one_of_its_fields_cannot_be_switched_on(field: str) -> None:
    lines = [line for line in GULLY.splitlines() if not line.startswith(field)]
    assert what_is_missing(the("\n".join(lines))) == [f"{field} is not stated"]


@pytest.mark.parametrize("state", [Dpia.NEEDED, Dpia.UNDER_WAY])
def test_a_dpia_that_is_not_done_keeps_a_stream_off(state: Dpia) -> None:
    (told,) = what_is_missing(replace(the(GULLY), dpia=state))
    assert str(state) in told


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"interval": timedelta(minutes=14)}, "interval_min"),
        ({"dpia": Dpia.NOT_NEEDED}, "dpia"),
        ({"lawful_basis": LawfulBasis.NOT_PERSONAL}, "lawful_basis"),
        ({"retention": timedelta(days=732)}, "retention_days"),
    ],
)
def test_streams_that_observe_people_have_rules_of_their_own(
    changed: dict[str, object], field: str
) -> None:
    stream = replace(the(FOOTFALL), **changed)  # type: ignore[arg-type]  # one case, one field
    (told,) = what_is_missing(stream)
    assert told.startswith(field)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('use = "gully level"', 'use = "gullies"', "'gully level'"),
        ('dpia = "not needed"', 'dpia = "later"', "'under way'"),
        ("retention_days = 1095", 'retention_days = "1095"', "integer"),
        ("retention_days = 1095", "retention_days = 0", "greater than or equal to 1"),
        ("retention_days = 1095", "retention = 1095", "retention_days"),
        ('title = "Gully levels"', "", "cannot be left out"),
        ("[gully-levels]", "[Gully]", "lower-case"),
        ("[gully-levels]", "[gully", "TOML"),
    ],
)
def test_a_fault_in_the_text_is_told_with_what_is_allowed(old: str, new: str, told: str) -> None:
    with pytest.raises(StreamTextError, match=r"allowed: ") as caught:
        parse_streams(GULLY.replace(old, new))
    assert told in str(caught.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(StreamTextError) as caught:
        parse_streams(GULLY.replace("gully level", "x") + FOOTFALL.replace("done", "y"))
    assert [(f.stream, f.field) for f in caught.value.faults] == [
        ("gully-levels", "use"),
        ("footfall", "dpia"),
    ]
