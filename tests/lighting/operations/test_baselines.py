"""A baseline file is taken whole or not at all; every bad row is told with all that is wrong."""

from io import BytesIO

import pytest

from lighting.energy.baseline_errors import BaselineHeaderError
from lighting.energy.burning import parse_burning
from lighting.energy.snapshot import FigureEvidence
from lighting.errors import RefusedError
from lighting.inventory.errors import CouncilFileError
from lighting.inventory.rows import Rejected
from lighting.operations.baseline_header import parse_header
from lighting.operations.baseline_rows import BaselineRow, read_baseline
from lighting.operations.baselines import BaselineImport
from tests.lighting.operations.test_savings_by_cause import HEADER, ROWS
from tests.lighting.operations.town import Town

HEAD = "lantern_id,lamp,circuit_watts,quantity,hours,watts_evidence,watts_source\n"


def read(rows: str, *, indicative: bool = False) -> list[BaselineRow | Rejected]:
    head = parse_header(HEADER, document="header")
    return list(read_baseline(BytesIO((HEAD + rows).encode()), head, indicative=indicative))


def problem(rows: str) -> tuple[int, str, str, str]:
    """Return the only problem of the last row: row, field, value, what is wrong and the cure."""
    last = read(rows)[-1]
    assert isinstance(last, Rejected)
    (only,) = last.problems
    return only.row, only.field, only.value, f"{only.problem}; {only.cure}"


async def bring_in(
    town: Town, rows: str = ROWS, *, by: str = "Ann", dry_run: bool = False
) -> BaselineImport:
    head = parse_header(HEADER, document="header")
    stream = BytesIO(rows.encode())
    return await town.office.energy.baselines.bring_in(stream, head, by=by, dry_run=dry_run)


def test_a_row_says_what_it_says_and_the_header_the_rest() -> None:
    (row,) = read("leeds:1,SON 70,84.5,2,sun -3 off 00:00-05:30,measured,meter 7\n")
    assert isinstance(row, BaselineRow)
    entry = row.entry
    assert (entry.lantern_id, entry.lamp) == ("leeds:1", "SON 70")
    assert entry.full_w == pytest.approx(2 * 84.5)
    assert entry.burning == parse_burning("sun -3 off 00:00-05:30")
    assert (entry.watts_known.evidence, entry.watts_known.source) == ("measured", "meter 7")
    assert (entry.hours_known.evidence, entry.hours_known.source) == (
        "stated",
        "engineer's letter",
    )


@pytest.mark.parametrize(
    ("row", "field", "value", "told"),
    [
        (",SON 70,84,,,,", "lantern_id", "", "is missing"),
        ("leeds:1,,84,,,,", "lamp", "", "is missing"),
        ("leeds:1,SON 70,,,,,", "circuit_watts", "", "charge code of the old inventory, or ask"),
        ("leeds:1,SON 99,,,,,", "circuit_watts", "", "no indicative watts of 'SON 99'"),
        ("leeds:1,SON 70,0,,,,", "circuit_watts", "0", "above 0"),
        ("leeds:1,SON 70,84 W,,,,", "circuit_watts", "84 W", "is not a number"),
        ("leeds:1,SON 70,84,0,,,", "quantity", "0", "from 1 to 100"),
        ("leeds:1,SON 70,84,,dusk,,", "hours", "dusk", "is no rule of burning hours"),
        ("leeds:1,SON 70,84,,,guess,x", "watts_evidence", "guess", "use one of measured"),
        ("leeds:1,SON 70,84,,,measured,", "watts_source", "", "name the document"),
        ("leeds:0,SON 70,84,,,,", "lantern_id", "leeds:0", "row 2 has the same lantern"),
    ],
)
def test_a_bad_figure_is_told_with_its_place_and_cure(
    row: str, field: str, value: str, told: str
) -> None:
    number, where, found, text = problem(f"leeds:0,SON 70,84,,,,\n{row}\n")
    assert (number, where, found) == (3, field, value)
    assert told in text


def test_all_that_is_wrong_with_a_row_is_told() -> None:
    (row,) = read(",,x,0,dusk,guess,\n")
    assert isinstance(row, Rejected)
    assert [each.field for each in row.problems] == [
        "lantern_id",
        "lamp",
        "watts_evidence",
        "circuit_watts",
        "quantity",
        "hours",
    ]


def test_indicative_watts_are_given_only_when_asked_for_and_say_that_they_are() -> None:
    # energy.md 4.5: SON 70 about 83 to 86 W, general knowledge.
    (row,) = read("leeds:1,SON 70,,,,,\n", indicative=True)
    assert isinstance(row, BaselineRow)
    assert row.entry.circuit_w == 84.5
    assert row.entry.watts_known.evidence is FigureEvidence.INDICATIVE
    assert "unverified" in row.entry.watts_known.source
    assert "83 to 86 W" in row.entry.watts_known.source


def test_a_file_without_our_columns_is_refused_as_a_whole() -> None:
    head = parse_header(HEADER, document="header")
    with pytest.raises(CouncilFileError, match="columns missing: circuit_watts"):
        read_baseline(BytesIO(b"lantern_id,lamp,watts\n"), head)


async def test_a_file_with_one_bad_row_makes_no_snapshot(town: Town) -> None:
    told = await bring_in(town, ROWS + "leeds:0010,SON 70,-1\n")
    assert (told.rows, told.rejected, told.saved) == (5, 1, "")
    assert told.lines()[0] == "5 rows: 1 rejected; nothing was saved"
    assert await town.office.energy.baselines.store.headers() == []


async def test_a_dry_run_saves_nothing_and_says_the_same(town: Town) -> None:
    dry = await bring_in(town, dry_run=True)
    assert await town.office.energy.baselines.store.headers() == []
    wet = await bring_in(town)
    assert (dry.rows, dry.evidence) == (wet.rows, wet.evidence)
    assert wet.saved.startswith("before-led version 1 (")
    assert dict(wet.evidence["watts"]) == {"charge code": 4}


async def test_a_baseline_of_nothing_or_of_nobody_is_refused(town: Town) -> None:
    with pytest.raises(RefusedError, match="no rows"):
        await bring_in(town, ROWS.splitlines()[0])
    with pytest.raises(RefusedError, match="the name of who brings it in"):
        await bring_in(town, by=" ")


def test_every_fault_of_a_header_is_told() -> None:
    text = HEADER.replace('name = "before-led"', 'name = "Before LED"\ncolour = "red"')
    text = text.replace('kind = "before"\n', "").replace('"charge code"', '"a hunch"')
    with pytest.raises(BaselineHeaderError) as caught:
        parse_header(text, document="old.toml")
    places = sorted(fault.split(":")[0] for fault in caught.value.faults)
    assert places == ["colour", "kind", "name", "watts.evidence"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Europe/London", "Mars/London", "place and zone"),
        ("[53.80, -1.55]", "[153.80, -1.55]", "place and zone"),
        ("sun -0.833", "dusk", "hours.rule: 'dusk' is not a rule"),
        ('"before"', '"earlier policy"', "policy NAME@REVISION"),
        ("place =", "place ==", "is not TOML 1.0"),
    ],
)
def test_a_header_that_cannot_be_is_refused_with_its_place(
    before: str, after: str, told: str
) -> None:
    with pytest.raises(BaselineHeaderError) as caught:
        parse_header(HEADER.replace(before, after), document="old.toml")
    assert told in str(caught.value)
    assert str(caught.value).startswith("old.toml: ")
