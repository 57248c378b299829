"""The report of an import: every row is counted once, and a change names its fields."""

import dataclasses
import json

from lighting.identifiers import LanternId
from lighting.inventory.lantern import Lantern
from lighting.inventory.report import Change, ImportTally, diff
from lighting.inventory.rows import Accepted, Rejected, RowProblem

KNOWN = Lantern(
    lantern_id=LanternId("t:1"),
    latitude_deg=53.8,
    longitude_deg=-1.55,
    lighting_class="P4",
    regime="35/18",
    power_w=20.0,
    height_m=6.0,
)
PROBLEM = RowProblem(row=3, field="W", value="x", problem="is not a number", cure="give one")


def test_the_same_lantern_does_not_differ() -> None:
    assert diff(KNOWN, dataclasses.replace(KNOWN)) == ()


def test_a_difference_names_its_fields_in_the_order_of_a_lantern() -> None:
    new = dataclasses.replace(KNOWN, tags=frozenset({"led"}), power_w=None, road="Taper Lane")
    assert diff(KNOWN, new) == ("road", "power_w", "tags")


def test_every_row_is_added_changed_unchanged_or_rejected() -> None:
    tally = ImportTally()
    brighter = dataclasses.replace(KNOWN, power_w=24.0)
    assert tally.accepted(Accepted(row=2, lantern=KNOWN), None)
    assert not tally.accepted(Accepted(row=3, lantern=KNOWN), KNOWN)
    assert tally.accepted(Accepted(row=4, lantern=brighter, warnings=(PROBLEM,)), KNOWN)
    tally.rejected(Rejected(row=5, problems=(PROBLEM, PROBLEM)))
    report = tally.report()
    assert (report.rows, report.accepted, report.rejected) == (4, 3, 1)
    assert (report.added, report.unchanged) == (1, 1)
    assert report.changed == (Change(lantern_id=LanternId("t:1"), fields=("power_w",)),)
    assert (len(report.problems), len(report.warnings)) == (2, 1)


def test_what_a_lantern_lacks_is_counted() -> None:
    tally = ImportTally()
    bare = Lantern(lantern_id=LanternId("t:2"), latitude_deg=53.8, longitude_deg=-1.55)
    for lantern in (KNOWN, bare, dataclasses.replace(bare, power_w=9.0)):
        tally.accepted(Accepted(row=2, lantern=lantern), None)
    unknown = {"power_w": 1, "height_m": 2, "lighting_class": 2, "regime": 2}
    assert tally.report().unknown == unknown


def test_the_printed_report_is_capped_and_says_so_while_the_json_has_everything() -> None:
    tally = ImportTally()
    for row in range(2, 102):
        tally.rejected(Rejected(row=row, problems=(dataclasses.replace(PROBLEM, row=row),)))
    report = tally.report()
    lines = report.lines(limit=3)
    assert lines[0] == "100 rows: 0 accepted, 100 rejected"
    assert lines[3] == "rejected: row 2, W 'x': is not a number; give one"
    assert lines[-1] == "rejected: … and 97 more (all are in the JSON report)"
    as_read = json.loads(json.dumps(report.as_json()))
    assert len(as_read["problems"]) == 100
    assert as_read["problems"][0]["cure"] == "give one"
