"""A file of sockets: every row a socket, or refused with row, field, value and cure."""

from io import BytesIO

import pytest

from firmware_profiles.devices.device import SocketStandard
from lighting.inventory.errors import CouncilFileError
from lighting.inventory.rows import Rejected
from lighting.inventory.socket_rows import NO_SOURCE, SocketRow, read_sockets
from lighting.inventory.sockets import Figure, Limit, Position, Wire

HEADER = "lantern_id,position,standard,wiring"


def read(text: str) -> list[SocketRow | Rejected]:
    return list(read_sockets(BytesIO(text.encode())))


def test_rows_become_sockets_with_the_limits_of_their_data_sheet() -> None:
    first, second = read(
        f"{HEADER},number,aux_average_w,mass_g,limits_source\n"
        "leeds:1,Bottom,ZHAGA-2,24 V auxiliary; DALI bus,,2.5,,sheet 7\n"
        "leeds:1,top,nema7,permanent mains;io,2,,900,\n"
    )
    assert isinstance(first, SocketRow)
    assert isinstance(second, SocketRow)
    assert first.socket.socket_id == "leeds:1/bottom"
    assert first.socket.standard is SocketStandard.ZHAGA_2
    assert first.socket.wiring == {Wire.AUX_24V, Wire.DALI}
    assert first.socket.limits == {Figure.AUX_AVERAGE: Limit(value=2.5, source="sheet 7")}
    assert second.socket.socket_id == "leeds:1/top-2"
    assert second.socket.position is Position.TOP
    assert second.socket.limits == {Figure.MASS: Limit(value=900.0, unverified=NO_SOURCE)}


@pytest.mark.parametrize(
    ("row", "field", "problem"),
    [
        (",bottom,zhaga-2,dali", "lantern_id", "is missing"),
        ("leeds:1,,zhaga-2,dali", "position", "is missing"),
        ("leeds:1,left,zhaga-2,dali", "position", "is no position"),
        ("leeds:1,bottom,zhaga,dali", "standard", "is no standard"),
        ("leeds:1,bottom,zhaga-2,", "wiring", "it is wired to nothing"),
        ("leeds:1,bottom,zhaga-2,steam", "wiring", "'steam' is no wire"),
        ("leeds:1,bottom,nema3,permanent mains;dali", "wiring", "mains contacts only"),
        ("leeds:1,bottom,zhaga-2", "(the row)", "has 3 cells where the header has 4"),
    ],
)
def test_a_bad_row_says_field_and_cure(row: str, field: str, problem: str) -> None:
    (outcome,) = read(f"{HEADER}\n{row}\n")
    assert isinstance(outcome, Rejected)
    found = outcome.problems[0]
    assert (found.row, found.field) == (2, field)
    assert problem in found.problem
    assert found.cure


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("aux_average_w", "much"),
        ("mass_g", "-1"),
        ("bus_ma", "nan"),
        ("mass_g", "400g"),
        ("mass_g", "1,000"),
        ("mass_g", "400000"),
        ("aux_average_w", "2500"),
        ("mains_w", "inf"),
        ("number", "0"),
        ("number", "²"),
    ],
)
def test_a_number_that_is_none_is_refused(column: str, value: str) -> None:
    (outcome,) = read(f'{HEADER},{column}\nleeds:1,bottom,zhaga-2,dali,"{value}"\n')
    assert isinstance(outcome, Rejected)
    assert [(p.field, p.value) for p in outcome.problems] == [(column, value)]


def test_a_peak_below_the_average_is_refused() -> None:
    (outcome,) = read(f"{HEADER},aux_average_w,aux_peak_w\nleeds:1,bottom,zhaga-2,aux,6,3\n")
    assert isinstance(outcome, Rejected)
    (found,) = outcome.problems
    assert (found.field, found.problem) == ("aux_peak_w", "is less than the average, 6 W")


def test_every_problem_of_a_row_is_told_and_a_socket_is_there_once() -> None:
    _, again, bad = read(
        f"{HEADER}\nleeds:1,bottom,zhaga-2,dali\nleeds:1,bottom,zhaga-3,dali\nleeds:2,x,y,z\n"
    )
    assert isinstance(again, Rejected)
    assert again.problems[0].problem == "row 2 has the same socket"
    assert isinstance(bad, Rejected)
    assert [problem.field for problem in bad.problems] == ["standard", "position", "wiring"]


def test_a_file_without_its_columns_is_refused_as_a_whole() -> None:
    with pytest.raises(CouncilFileError, match="columns missing: wiring"):
        read("lantern_id,position,standard\n")


def test_of_10_000_rows_with_137_bad_ones_each_bad_one_is_named_and_no_other() -> None:
    bad = set(range(5, 10_000, 73))
    assert len(bad) == 137
    rows = [
        f"leeds:{n},bottom,{'nonsense' if n in bad else 'zhaga-2'},dali; 24 V"
        for n in range(10_000)
    ]
    outcomes = read("\n".join([HEADER, *rows]) + "\n")
    refused = [outcome for outcome in outcomes if isinstance(outcome, Rejected)]
    assert [each.row for each in refused] == [n + 2 for n in sorted(bad)]
    assert len(outcomes) == 10_000
