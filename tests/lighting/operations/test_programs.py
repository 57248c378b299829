"""From a policy to frames with their proof, and the cells of the map that share a program."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_profiles.registry import profile_for
from lighting.operations.programs import (
    CELL_DEG,
    CELL_ERROR_S,
    Cell,
    ProofFailedError,
    cell_of,
    compile_program,
    program_id,
    prove_policy,
    require,
)
from schedules.library import library_names, library_text
from schedules.night import Night
from schedules.policy import Policy
from schedules.policy_text import parse_policy
from schedules.site import Site
from schedules.sun import night_sun
from tests.lighting.operations.town import DIM_LATE, FRIDAYS, PROFILE_ID, TONIGHT

PROFILE = profile_for(PROFILE_ID)
LEEDS = cell_of(53.82, -1.58).site("Europe/London")


def policy(text: str) -> Policy:
    return parse_policy(text, document="policy")


@pytest.mark.parametrize("text", [DIM_LATE, FRIDAYS, library_text("leeds-part-night")])
def test_the_frames_mean_the_program_that_they_were_made_of(text: str) -> None:
    compiled = compile_program(policy(text), LEEDS, TONIGHT, PROFILE)
    assert PROFILE.decode_program(compiled.frames) == compiled.season.program
    assert compiled.season.first == TONIGHT
    assert compiled.proof.holds
    assert compiled.proof.nights == (compiled.season.last - TONIGHT).days + 1


def test_a_neighbours_season_as_a_hint_changes_nothing() -> None:
    found = compile_program(policy(DIM_LATE), LEEDS, TONIGHT, PROFILE)
    for hint in (1, 100, found.proof.nights, 366, 1000):
        assert compile_program(policy(DIM_LATE), LEEDS, TONIGHT, PROFILE, hint=hint) == found


def test_equal_programs_have_equal_ids_and_others_do_not() -> None:
    compiled = compile_program(policy(DIM_LATE), LEEDS, TONIGHT, PROFILE)
    again = compile_program(policy(DIM_LATE), LEEDS, TONIGHT + timedelta(days=1), PROFILE)
    assert compiled.program_id == again.program_id == program_id(PROFILE_ID, compiled.frames)
    assert len(compiled.program_id) == 16
    ids = {
        compiled.program_id,
        program_id("another", compiled.frames),
        program_id(PROFILE_ID, compiled.frames[:-1]),
        program_id(PROFILE_ID, tuple(reversed(compiled.frames))),
        compile_program(policy(FRIDAYS), LEEDS, TONIGHT, PROFILE).program_id,
    }
    assert len(ids) == 5


def test_a_proof_that_fails_names_policy_firmware_worst_night_and_minutes() -> None:
    # Half a minute is less than the rounding of a position to 0.01 degrees and of the node's sun.
    strict = policy(DIM_LATE.replace("[switching]", "tolerance_min = 0.5\n[switching]"))
    proof, _ = prove_policy(strict, LEEDS, TONIGHT, PROFILE, nights=30)
    assert not proof.holds
    with pytest.raises(ProofFailedError) as refused:
        require(strict, PROFILE, proof)
    worst = proof.worst[0]
    for part in (
        "'dim-late'",
        PROFILE_ID,
        worst.night.isoformat(),
        f"{worst.deviation.minutes_wrong:.1f} minutes",
        f"{worst.deviation.percent_wrong} %",
        "0.5 minutes",
    ):
        assert part in str(refused.value)
    assert (refused.value.policy, refused.value.profile_id) == ("dim-late", PROFILE_ID)


def test_a_proof_that_holds_refuses_nothing() -> None:
    proof, seasons = prove_policy(policy(DIM_LATE), LEEDS, TONIGHT, PROFILE, nights=30)
    require(policy(DIM_LATE), PROFILE, proof)
    assert [season.first for season in seasons] == list(proof.uploads) == [TONIGHT]


@pytest.mark.parametrize(
    ("latitude_deg", "longitude_deg", "cell"),
    [
        # Leeds town hall (53.80, -1.55, rounded): the cell from 53.8 N and 1.6 W on.
        (53.82, -1.58, Cell(538, -16)),
        (53.82, -0.01, Cell(538, -1)),
        (53.82, 0.01, Cell(538, 0)),
        (-33.87, 151.21, Cell(-339, 1512)),
        (-0.05, -0.05, Cell(-1, -1)),
    ],
)
def test_a_cell_is_named_by_its_south_west_corner(
    latitude_deg: float, longitude_deg: float, cell: Cell
) -> None:
    assert cell_of(latitude_deg, longitude_deg) == cell
    assert cell.key == f"{cell.south}:{cell.west}"


@given(
    st.integers(-8999, 8999).map(lambda n: n / 100),
    st.integers(-17999, 18000).map(lambda n: n / 100),
)
def test_no_place_is_further_from_its_cells_centre_than_half_a_cell_even_on_a_border(
    latitude_deg: float, longitude_deg: float
) -> None:
    site = cell_of(latitude_deg, longitude_deg).site("UTC")
    half = CELL_DEG / 2 + 1e-9
    assert abs(site.latitude_deg - latitude_deg) <= half
    assert abs(site.longitude_deg - longitude_deg) <= half


def test_a_city_on_the_equator_and_the_meridian_has_four_cells() -> None:
    corners = {cell_of(lat, lon) for lat, lon in product((-0.01, 0.01), (-0.01, 0.01))}
    assert len(corners) == 4


CORNERS = list(product((-CELL_DEG / 2, CELL_DEG / 2), repeat=2))


@pytest.mark.parametrize(
    ("latitude_deg", "events", "error_s"),
    [
        *((north, ("sunset", "sunrise"), CELL_ERROR_S) for north in (-33.85, 0.05, 45.05, 59.95)),
        (53.85, ("sunset", "sunrise"), 32.0),  # Leeds; the sum in the module's head
        (54.95, ("civil_dusk", "civil_dawn"), 46.0),
        (59.95, ("civil_dusk", "civil_dawn"), 141.0),
    ],
)
def test_the_sun_of_a_cells_centre_is_that_of_its_corners_within_the_stated_error(
    latitude_deg: float, events: tuple[str, ...], error_s: float
) -> None:
    """The sun of astral, every fifth night of a year, at the four corners of a cell."""
    found_s = []
    for day in range(2, 366, 5):  # 21 June is one of them
        evening = date(2026, 1, 1) + timedelta(days=day - 1)
        suns = [
            night_sun(Night(site=_site(latitude_deg + north, east), evening=evening))
            for north, east in [(0.0, 0.0), *CORNERS]
        ]
        for name in events:
            centre, *corners = [getattr(sun, name) for sun in suns]
            found_s += [abs((corner - centre).total_seconds()) for corner in corners]
    assert max(found_s) <= error_s


def _site(latitude_deg: float, east_deg: float) -> Site:
    return Site(latitude_deg=latitude_deg, longitude_deg=-1.55 + east_deg, zone="Etc/GMT")


@pytest.mark.parametrize("name", library_names())
def test_every_policy_of_the_library_can_be_sent_tonight(name: str) -> None:
    compiled = compile_program(policy(library_text(name)), LEEDS, TONIGHT, PROFILE)
    assert compiled.proof.holds
    assert all(len(frame.payload) <= 51 for frame in compiled.frames)
