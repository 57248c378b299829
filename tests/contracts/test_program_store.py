"""Programs: their frames, and the policies, cells and nights that they are good for."""

from dataclasses import replace
from datetime import date

import pytest

from lighting.identifiers import ProgramId
from tests.contracts.city import (
    City,
    frame,
    program,
)

P1 = program("p1", frame(1), frame(2))
P2 = program("p2", frame(1), frame(3))


async def test_a_program_comes_back_as_it_was_put_frames_in_order(city: City) -> None:
    odd = program("p9", replace(frame(9), confirmed=True), frame(3, echoed=False), frame(5))
    await city.nodes.put_programs([odd, P1])
    found = await city.nodes.programs([ProgramId("p9"), ProgramId("p1"), ProgramId("none")])
    assert found == {"p9": odd, "p1": P1}


async def test_a_program_that_exists_only_gets_its_later_last_night(city: City) -> None:
    longer = replace(P1, valid_until=date(2027, 4, 30))
    for put in (P1, longer, P1):
        await city.nodes.put_programs([put])
    assert await city.nodes.programs([P1.program_id]) == {P1.program_id: longer}
    await city.nodes.put_programs([replace(P2, valid_until=date(2027, 5, 1)), P2])
    found = await city.nodes.programs([P2.program_id])
    assert found[P2.program_id].valid_until == date(2027, 5, 1)


@pytest.mark.parametrize(
    ("night", "count"),
    [
        (date(2026, 11, 21), 0),
        (date(2026, 11, 22), 1),
        (date(2027, 3, 27), 1),
        (date(2027, 3, 28), 0),
    ],
)
async def test_a_program_is_in_force_from_its_first_night_to_its_last(
    city: City, night: date, count: int
) -> None:
    await city.nodes.put_programs([P1])
    assert await city.nodes.programs_in_force(night) == [P1] * count


async def test_one_programs_uses_by_revision_cell_and_season_are_kept_apart(city: City) -> None:
    # Two revisions may come to the same bytes, and the same winter comes again a year later.
    uses = [
        P1,
        replace(P1, revision=2),
        replace(P1, cell="53.9,-1.5"),
        replace(P1, valid_from=date(2027, 10, 31), valid_until=date(2028, 3, 25)),
    ]
    await city.nodes.put_programs(uses)
    in_force = await city.nodes.programs_in_force(date(2026, 12, 24))
    assert sorted((p.revision, p.cell) for p in in_force) == [
        (1, "53.8,-1.5"),
        (1, "53.9,-1.5"),
        (2, "53.8,-1.5"),
    ]
    assert await city.nodes.programs_in_force(date(2027, 7, 1)) == []
    assert await city.nodes.programs_in_force(date(2027, 12, 24)) == [uses[3]]


async def test_programs_in_force_come_with_the_later_season_last(city: City) -> None:
    later = replace(P2, valid_from=date(2026, 12, 1))
    await city.nodes.put_programs([later, P1])
    assert await city.nodes.programs_in_force(date(2026, 12, 24)) == [P1, later]
