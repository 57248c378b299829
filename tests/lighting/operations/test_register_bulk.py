"""Bulk registration: each bad row is told, the good ones are done, twice is once, no key shows."""

import csv
import json
from io import StringIO
from random import Random
from typing import Any

import pytest

from lighting.errors import StoreError
from lighting.inventory.errors import CouncilFileError
from lighting.inventory.occupancy import Acceptance
from lighting.inventory.socket_store import HistoryFilter
from lighting.operations.commissionings import Begun
from lighting.operations.controller import Office
from lighting.operations.register_bulk import BulkRun
from lighting.operations.register_report import WAITING, BulkReport, Outcome
from lighting.registration.commissioning import State
from tests.contracts.device_desk import APP_KEY, STREET, Desk, dev, lantern_id

HEADER = "dev_eui,device_id,lantern_id,position,join_eui,app_key,serial,owner"
ROWS, BAD = 30, 13
"""The issue speaks of 10,000 rows with 137 bad ones; these are enough to have each fault once."""


@pytest.fixture
async def desk(office: Office) -> Desk:
    desk = Desk(office.stores.database)  # type: ignore[arg-type]  # it is the one of the adapter
    await desk.hang(40)
    return desk


def row(number: int, **changes: str) -> str:
    cells = {
        "dev_eui": dev(number).upper(),
        "device_id": "nas-ul2020",
        "lantern_id": lantern_id(number),
        "position": "",
        "join_eui": "1122334455667788",
        "app_key": f"{number + 1:032x}",
        "serial": f"S{number}",
        "owner": "Leeds",
    }
    return ",".join((cells | changes).values())


def file(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join((header, *rows, "")).encode()


async def run(desk: Desk, data: bytes, *, dry_run: bool = False) -> BulkReport:
    bulk = BulkRun(registration=desk.office.registration, dry_run=dry_run)
    return await bulk.run(data, by="ann")


FAULTS: list[tuple[dict[str, str], str]] = [
    ({"dev_eui": "70B3D57ED00000G1"}, "dev_eui"),
    ({"dev_eui": ""}, "dev_eui"),
    ({"dev_eui": "https://maker.example/"}, "dev_eui"),
    ({"device_id": "nosuch"}, "device_id"),
    ({"device_id": ""}, "device_id"),
    ({"lantern_id": "leeds:99999"}, "lantern_id"),
    ({"lantern_id": "leeds:0"}, "lantern_id"),
    ({"position": "upside down"}, "position"),
    ({"join_eui": "12"}, "join_eui"),
    ({"app_key": "12"}, "app_key"),
    ({"app_key": "0" * 32}, "app_key"),
    ({"serial": "x" * 600}, "serial"),
]


def mixed() -> tuple[bytes, dict[int, str]]:
    """Return a file of ROWS rows, BAD of them bad, and the field of each bad row by its line."""
    rng = Random(7)
    bad = sorted(rng.sample(range(1, ROWS), BAD))
    rows, wrong = [], {}
    for number in range(ROWS):
        changes: dict[str, str] = {}
        if number in bad:
            changes, wrong[number + 2] = FAULTS[bad.index(number) % len(FAULTS)]
        rows.append(row(number, **changes))
    return file(*rows), wrong


async def test_every_bad_row_is_told_with_field_value_and_cure_and_the_good_ones_are_done(
    desk: Desk,
) -> None:
    data, wrong = mixed()
    report = await run(desk, data)
    assert report.counts["rejected"] == BAD
    assert report.counts["registered"] == ROWS - BAD
    assert {problem.row: problem.field for problem in report.problems} == wrong
    assert all(problem.problem and problem.cure for problem in report.problems)
    assert len(desk.server.devices) == ROWS - BAD
    assert [each.row for each in report.rows] == list(range(2, ROWS + 2))


async def test_a_second_run_changes_nothing(desk: Desk) -> None:
    data, _ = mixed()
    await run(desk, data)
    before = dict(desk.server.devices)
    waiting = await desk.store.waiting(limit=1000)
    report = await run(desk, data)
    assert report.counts["unchanged"] == ROWS - BAD
    assert report.counts["rejected"] == BAD
    assert await desk.store.waiting(limit=1000) == waiting
    assert desk.server.devices == before


async def test_a_dry_run_says_the_same_and_writes_nothing(desk: Desk) -> None:
    data, _ = mixed()
    dry = await run(desk, data, dry_run=True)
    assert await desk.store.waiting() == []
    assert desk.server.devices == {}
    real = await run(desk, data)
    assert dry.counts == real.counts
    assert dry.problems == real.problems


async def test_two_rows_for_one_lantern_are_seen_in_a_dry_run_too(desk: Desk) -> None:
    data = file(row(1), row(3), row(2, lantern_id=lantern_id(1)), row(1))
    dry = await run(desk, data, dry_run=True)
    told = [(p.row, p.field, p.problem.partition(" ")[0]) for p in dry.problems]
    assert told == [(4, "lantern_id", "lantern"), (5, "dev_eui", "row")]
    assert (await run(desk, data)).problems == dry.problems


@pytest.mark.parametrize("column", ["dev_eui", "device_id", "lantern_id", "position", "join_eui"])
async def test_a_key_in_the_wrong_column_is_nowhere_in_the_report(desk: Desk, column: str) -> None:
    report = await run(desk, file(row(1, **{column: APP_KEY})))
    assert report.counts["rejected"] == 1
    _nowhere(report, APP_KEY[:12])


@pytest.mark.parametrize(
    "text",
    [
        row(1, app_key=APP_KEY[:-1]),
        row(1, app_key=f"{APP_KEY}\x01"),
        row(1, app_key=APP_KEY * 20),
        f"{row(1)},{APP_KEY}",
        f'"{APP_KEY}',
        row(1, app_key=APP_KEY),
    ],
)
async def test_no_key_is_repeated_whatever_is_wrong_with_its_row(
    desk: Desk, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk.server.hidden.add(dev(1))
    report = await run(desk, file(text))
    assert report.problems
    _nowhere(report, APP_KEY[:12])
    assert APP_KEY[:12] not in caplog.text


def _nowhere(report: BulkReport, secret: str) -> None:
    printed = report.as_csv() + "\n".join(report.lines()) + json.dumps(repr(report))
    assert secret.lower() not in printed.lower()


async def test_a_column_that_is_not_known_is_refused_it_may_be_a_key_by_another_name(
    desk: Desk,
) -> None:
    with pytest.raises(CouncilFileError, match="columns not known: AppKey"):
        await run(desk, file(row(1), header=HEADER.replace("app_key", "AppKey")))
    with pytest.raises(CouncilFileError, match="columns not known: eui"):
        await run(desk, file(row(1), header=HEADER.replace("dev_eui", "eui")))
    with pytest.raises(CouncilFileError, match="is a spreadsheet"):
        await run(desk, b"PK\x03\x04...")


async def test_a_server_that_is_away_is_asked_once_and_told_later(desk: Desk) -> None:
    desk.server.down = True
    report = await run(desk, file(*(row(number) for number in range(40))))
    assert report.counts["waiting"] == 40
    assert report.all_well
    assert report.lines() == ["40 rows: 40 waiting", WAITING]
    desk.server.down = False
    again = await run(desk, file(*(row(number) for number in range(40))))
    assert again.counts["registered"] == 40
    assert len(desk.server.devices) == 40


async def test_a_server_that_goes_away_in_the_middle_is_told_the_rest_later(desk: Desk) -> None:
    desk.server.down_at = 3
    report = await run(desk, file(*(row(number) for number in range(40))))
    assert report.counts["registered"] == len(desk.server.devices)
    assert report.counts["waiting"] == 40 - len(desk.server.devices) > 0
    assert {each.cure for each in report.problems} == {
        "nothing is to be done: it is told when it answers again"
    }


async def test_what_the_server_refuses_is_kept_as_failed_and_told(desk: Desk) -> None:
    desk.server.hidden.add(dev(1))
    report = await run(desk, file(row(1), row(2)))
    assert [each.outcome for each in report.rows] == [Outcome.FAILED, Outcome.REGISTERED]
    assert "another tenant" in report.problems[0].problem
    there = await desk.store.find(dev(1))
    assert there is not None
    assert there.state is State.FAILED
    assert not report.all_well


async def test_a_person_answers_in_the_file_for_what_no_figure_proves(desk: Desk) -> None:
    """The NEMA socket is on record, and no maker's document states the node's mass."""
    await desk.hang(2, sockets=True)
    header = f"{HEADER},accept"
    rows = (f"{row(0)},", f"{row(1)},weighed: 210 g")
    report = await run(desk, file(*rows, header=header))
    assert [each.outcome for each in report.rows] == [Outcome.REJECTED, Outcome.REGISTERED]
    assert "a column of a file: accept" in str(report.problems[0])
    (kept,) = await desk.sockets.history(HistoryFilter(dev_eui=dev(1)))
    assert kept.fitting.acceptance == Acceptance(by="ann", reason="weighed: 210 g")


async def test_a_database_that_fails_in_the_middle_says_how_far_it_came(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = desk.store.begin
    begun: list[Begun] = []

    async def full(*asked: Any, **more: Any) -> Begun:  # noqa: ANN401 - as the store's
        if len(begun) == 3:
            raise StoreError("the disk is full")
        begun.append(await begin(*asked, **more))
        return begun[-1]

    monkeypatch.setattr(desk.store, "begin", full)
    data = file(*(row(number) for number in range(5)))
    with pytest.raises(StoreError, match=r"disk is full\. 3 rows of the file were done before"):
        await run(desk, data)
    monkeypatch.undo()
    assert (await run(desk, data)).counts["registered"] == 5  # three had their errand still due


async def test_a_misread_code_in_a_file_is_told_with_what_is_wrong(desk: Desk) -> None:
    code = "LW:D0:1122334455667788:70B3D57ED0000001:02590001:OABC12:CFFFF"
    (problem,) = (await run(desk, file(row(1, dev_eui=code, join_eui="")))).problems
    assert "the checksum FFFF does not fit" in problem.problem
    assert problem.value == code.replace("ABC12", "(hidden)")


async def test_a_list_of_keys_alone_prepares_devices(desk: Desk) -> None:
    header = "dev_eui,device_id,app_key"
    report = await run(desk, file(f"{dev(1)},nas-ul2020,{APP_KEY}", header=header))
    assert report.counts["registered"] == 1
    there = await desk.store.find(dev(1))
    assert there is not None
    assert there.state is State.PREPARED
    assert desk.server.devices[dev(1)].application_id == STREET


async def test_the_result_opens_in_a_spreadsheet_and_runs_no_formula(desk: Desk) -> None:
    report = await run(desk, file(row(1, lantern_id="=cmd|' /C calc'!A0"), row(2)))
    read = list(csv.DictReader(StringIO(report.as_csv())))
    assert [(each["row"], each["outcome"]) for each in read] == [
        ("2", "rejected"),
        ("3", "registered"),
    ]
    assert not any(cell.startswith("=") for each in read for cell in each.values())
