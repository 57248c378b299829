"""Importing a council's file: twice is once, a dry run writes nothing, bad rows are told."""

from io import BytesIO

import pytest

from lighting.identifiers import LanternId
from lighting.inventory.errors import CouncilFileError
from lighting.inventory.mapping_text import shipped_mapping
from lighting.inventory.report import Change, ImportReport
from lighting.inventory.store import LanternFilter
from lighting.operations import import_lanterns as importing
from lighting.operations.import_lanterns import import_lanterns
from tests.lighting.operations.town import Town

CSV = """\
lantern_id,latitude_deg,longitude_deg,road,ward,power_w
leeds:1,53.8195,-1.5774,Otley Road,Headingley,28
leeds:2,53.8196,-1.5775,Otley Road,Headingley,28
leeds:3,53.7997,-1.5492,The Headrow,City,
"""
BAD = CSV + "leeds:4,north,-1.55,Back Lane,City,20\nleeds:1,53.82,-1.58,Otley Road,City,20\n"


async def read(town: Town, text: str = CSV, *, dry_run: bool = False) -> ImportReport:
    mapping, store = shipped_mapping("lamplighter"), town.office.stores.lanterns
    return await import_lanterns(store, BytesIO(text.encode()), mapping, dry_run=dry_run)


async def count(town: Town) -> int:
    return await town.office.stores.lanterns.count(LanternFilter())


async def test_every_row_becomes_a_lantern(town: Town) -> None:
    report = await read(town)
    assert (report.rows, report.added, report.unchanged, report.rejected) == (3, 3, 0, 0)
    assert report.unknown["power_w"] == 1
    found = await town.office.stores.lanterns.get([LanternId("leeds:3")])
    assert found[LanternId("leeds:3")].lantern.road == "The Headrow"


async def test_a_dry_run_tells_the_same_and_writes_nothing(town: Town) -> None:
    dry = await read(town, dry_run=True)
    assert await count(town) == 0
    assert dry == await read(town)


async def test_the_same_file_again_changes_nothing(town: Town) -> None:
    await read(town)
    report = await read(town)
    assert (report.added, report.changed, report.unchanged) == (0, (), 3)


async def test_what_a_file_gives_anew_is_told_by_field(town: Town) -> None:
    await read(town)
    changed = CSV.replace("The Headrow,City,", "The Headrow,Centre,35")
    dry = await read(town, changed, dry_run=True)
    assert dry.changed == (Change(lantern_id=LanternId("leeds:3"), fields=("ward", "power_w")),)
    assert await read(town, changed) == dry
    assert (await read(town, changed)).changed == ()


async def test_bad_rows_are_told_and_hold_up_no_other(town: Town) -> None:
    report = await read(town, BAD)
    assert (report.rows, report.accepted, report.rejected) == (5, 3, 2)
    assert await count(town) == 3
    told = "\n".join(str(problem) for problem in report.problems)
    assert "north" in told
    assert "leeds:1" in told  # the second row with this key is not taken for the first


async def test_a_file_that_cannot_be_read_as_a_whole_writes_nothing(town: Town) -> None:
    with pytest.raises(CouncilFileError):
        await read(town, "something,else\n1,2\n")
    assert await count(town) == 0


async def test_progress_is_told_batch_by_batch(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    told: list[int] = []
    mapping, store = shipped_mapping("lamplighter"), town.office.stores.lanterns
    report = await import_lanterns(store, BytesIO(BAD.encode()), mapping, progress=told.append)
    assert told == [2, 4, 5]
    assert (report.rows, report.rejected, await count(town)) == (5, 2, 3)
