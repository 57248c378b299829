"""Rollout, overrides, status and report on the command line, in a city of three lanterns."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lighting.config import Settings
from lighting.identifiers import DevEui, LanternId
from lighting.inventory.lantern import NodeLink
from lighting.wiring import open_office
from tests.tools.shell import Cli

LANTERNS = """\
lantern_id,latitude_deg,longitude_deg,road,ward,lighting_class,power_w,tags
leeds:1,53.8195,-1.5774,Otley Road,Headingley,P4,28,led
leeds:[/],53.8196,-1.5775,Otley Road,Headingley,P4,28,led
leeds:3,53.7997,-1.5492,The Headrow,[/red],M3,,
"""
"""The odd id and ward are legal; a terminal must not take them for markup."""

RULES = """\
lamplighter_rules = 1
[[rules]]
name = "Homes"
match = { classes = ["P*"] }
policy = "hampshire"
"""
ALL = '[[rules]]\nname = "Others"\npolicy = "hampshire"\n'
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()  # noqa: TID251 - the CLI's own clock
BEGIN = ("override", "begin", "--level", 100, "--until", TOMORROW, "--reason", "Incident 4711")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Return a rules file under which the lantern on The Headrow matches nothing."""
    path = tmp_path / "rules.toml"
    path.write_text(RULES, encoding="utf-8")
    return path


@pytest.fixture
def city(cli: Cli, tmp_path: Path, url: str) -> Cli:
    """Return a shell whose city has three lanterns, two nodes and a saved policy."""
    file = tmp_path / "lanterns.csv"
    file.write_text(LANTERNS, encoding="utf-8")
    cli.run("import", "lanterns", file, "--mapping", "lamplighter")
    cli.run("policy", "save", "hampshire")
    asyncio.run(fit_nodes(url))
    return cli


async def fit_nodes(url: str) -> None:
    async with open_office(Settings(database_url=url)) as office:
        await office.stores.lanterns.fit_nodes(
            [
                NodeLink(
                    lantern_id=LanternId(lantern_id),
                    dev_eui=DevEui(f"70b3d57ed000000{number}"),
                    profile_id="nas_ul20xx_1_1",
                    application_id="lights",
                )
                for number, lantern_id in enumerate(["leeds:1", "leeds:[/]"])
            ]
        )


@pytest.fixture
def rolled_out(city: Cli, rules: Path) -> Cli:
    """Return a shell whose city has been rolled out to."""
    city.run("policy", "assign", rules, code=1)
    city.run("rollout")
    return city


def test_a_lantern_that_matches_no_rule_is_reported(city: Cli, rules: Path) -> None:
    report = city.json("policy", "assign", rules, code=1)
    assert (report["lanterns"], report["by_rule"], report["unmatched"]) == (3, {"Homes": 2}, 1)
    assert report["unmatched_ids"] == ["leeds:3"]
    assert "1 match no rule: leeds:3" in city.text("policy", "assign", rules, code=1)
    rules.write_text(RULES.replace("P*", "M*"), encoding="utf-8")
    assert "leeds:[/]" in city.text("policy", "assign", rules, code=1)


def test_when_every_lantern_matches_assign_ends_well(city: Cli, rules: Path) -> None:
    rules.write_text(RULES + ALL, encoding="utf-8")
    assert city.json("policy", "assign", rules)["unmatched"] == 0
    assert "3 lanterns, 0 changed, 0 exempt" in city.text("policy", "assign", rules)


def test_a_rollout_proves_the_policy_and_orders_what_nodes_lack(city: Cli, rules: Path) -> None:
    city.run("policy", "assign", rules, code=1)
    done = city.json("rollout")
    assert (done["nodes"], done["changed"], done["ordered"]) == (2, 2, 2)
    assert done["unmatched"] == 1
    (proof,) = done["proofs"]
    assert (proof["policy"], proof["revision"], proof["proof"]["holds"]) == ("hampshire", 1, True)
    again = city.json("rollout", "--policy", "hampshire")
    assert (again["changed"], again["ordered"]) == (0, 0)
    told = city.text("rollout")
    assert "hampshire revision 1 holds for nas_ul20xx_1_1" in told
    assert "1 lanterns match no rule." in told


@pytest.mark.parametrize(("policy", "told"), [("nosuch", "no rule gives"), ("", "no rule gives")])
def test_a_rollout_of_a_policy_that_no_rule_gives_is_refused(
    rolled_out: Cli, policy: str, told: str
) -> None:
    assert told in rolled_out.refused("rollout", "--policy", policy)


def test_a_rollout_without_rules_is_refused(city: Cli) -> None:
    assert "rules" in city.refused("rollout")
    assert "rules" in city.refused("rollout", "--json")


def test_status_counts_lanterns_evidence_and_orders(rolled_out: Cli) -> None:
    plain = rolled_out.json("status")
    assert (plain["lanterns"], plain["with_node"], plain["programs_wanted"]) == (3, 2, 2)
    assert plain["evidence"]["intended"] == 2
    assert plain["orders"]["waiting"] >= 2
    told = rolled_out.text("status")
    assert "lanterns: 3" in told
    assert "evidence: intended 2" in told
    assert rolled_out.json("status", "--drift")["drift"] == []  # their orders are on the way
    assert rolled_out.text("status", "--drift").endswith("drift: none\n")


def test_an_override_begins_is_listed_and_ends(city: Cli) -> None:
    begun = city.json(*BEGIN, "--ward", "Headingley", "--emergency")
    assert begun == {"override_id": 1, "nodes": 2}
    (listed,) = city.json("status")["overrides"]
    assert (listed["level"], listed["reason"], listed["selection"]) == (
        100,
        "Incident 4711",
        "ward Headingley",
    )
    assert "Incident 4711" in city.text("status")
    assert city.json("override", "end", 1) == {"override_id": 1, "ended": True}
    assert city.json("status")["overrides"] == []
    assert "no open override '1'" in city.refused("override", "end", 1)


def test_an_override_can_be_for_every_lantern_and_start_later(city: Cli) -> None:
    soon = (datetime.fromisoformat(TOMORROW) - timedelta(hours=1)).isoformat()
    told = city.text(*BEGIN, "--all", "--from", soon)
    assert "Override 1: 2 lanterns at 100 %" in told
    assert "Override 1 is ended" in city.text("override", "end", 1)


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "say which lanterns"),
        ({"--ward": ""}, "say which lanterns"),
        ({"--ward": "Headingley", "--road": ""}, "say which lanterns"),
        ({"--ward": "Nowhere"}, "no lantern with a node matches ward Nowhere"),
        ({"--tag": "led", "--until": "tomorrow"}, "--until 'tomorrow' is not a time"),
        ({"--tag": "led", "--until": ""}, "--until '' is not a time"),
        ({"--tag": "led", "--until": "2099-01-01T00:00"}, "has no zone"),
        ({"--tag": "led", "--until": "2020-01-01T00:00Z"}, "in the future"),
        ({"--tag": "led", "--until": "2099-01-01T00:00Z"}, "may last 7 days"),
        ({"--tag": "led", "--until": "9999-12-31T23:59-14:00"}, "is not a time"),
        ({"--tag": "led", "--from": "noon"}, "--from 'noon' is not a time"),
        ({"--tag": "led", "--reason": " "}, "without a reason"),
    ],
    ids=str,
)
def test_an_override_that_cannot_be_is_refused_in_one_line(
    city: Cli, form: list[str], changed: dict[str, str], told: str
) -> None:
    asked = {"--level": "100", "--until": TOMORROW, "--reason": "Incident"} | changed
    words = [f"{name}={value}" for name, value in asked.items()]
    assert told in city.refused("override", "begin", *words, *form)
    assert city.json("status")["overrides"] == []


def test_an_emergency_is_full_light_only(city: Cli) -> None:
    words = ("--level", 50, "--until", TOMORROW, "--reason", "Incident", "--all", "--emergency")
    assert "lights at 100 %" in city.refused("override", "begin", *words)


@pytest.mark.parametrize("number", ["0", "99999999999999999999999999"])
def test_an_override_that_is_not_there_cannot_be_ended(cli: Cli, number: str) -> None:
    assert f"no open override '{number}'" in cli.refused("override", "end", number)


async def close_a_night(url: str, evening: str) -> None:
    async with open_office(Settings(database_url=url)) as office:
        night = {"night": evening, "policy": "hampshire", "revision": 1}
        metered = {"metered_kwh": 0.25, "metered_hours": 14, "power_basis": "inventory"}
        rest = {"modelled_kwh": 0.0, "modelled_hours": 0, "baseline_kwh": 0.4, "findings": []}
        await office.stores.nights.put_nights(
            [night | metered | rest | {"lantern_id": lantern} for lantern in ("leeds:1", "leeds:3")]
        )


def test_savings_are_summed_by_any_group_with_their_carbon(city: Cli, url: str) -> None:
    """DESNZ 2025, generation 0.17700 plus transmission and distribution 0.01853 kg a kWh."""
    asyncio.run(close_a_night(url, "2025-11-22"))
    where = ("report", "savings", "--from", "2025-11-22", "--to", "2025-11-22")
    total = city.json(*where)["total"]
    assert (total["metered_kwh"], total["baseline_kwh"]) == (0.5, 0.8)
    assert total["kg_co2e"] == pytest.approx(0.5 * 0.19553)
    for by in ("policy", "ward", "road", "class", "lantern"):
        told = city.text(*where, "--by", by)
        assert "0.500" in told
    assert "[/red]" in city.text(*where, "--by", "ward")


def test_a_year_without_a_factor_needs_a_word_to_carry_one_forward(city: Cli, url: str) -> None:
    """The newest factor here is of 2025; a report on 2099 cannot have one of its own."""
    asyncio.run(close_a_night(url, "2099-11-22"))
    where = ("report", "savings", "--from", "2099-11-22", "--to", "2099-11-22")
    assert "2099" in city.refused(*where)
    (factor,) = city.json(*where, "--carry-forward")["factors"]
    assert "carried forward" in factor["note"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"--from": "2025-11-31"}, "--from '2025-11-31' is not a date"),
        ({"--to": ""}, "--to '' is not a date"),
        ({"--from": "0001-01-01"}, "1901 to 2099"),
        ({"--from": "2025-11-23"}, "is after --to 2025-11-22"),
        ({"--by": "colour"}, "--by 'colour' is not one of policy, ward"),
        ({"--by": ""}, "--by '' is not one of policy, ward"),
    ],
    ids=str,
)
def test_a_report_that_cannot_be_is_refused_in_one_line(
    cli: Cli, changed: dict[str, str], told: str
) -> None:
    asked = {"--from": "2025-11-22", "--to": "2025-11-22"} | changed
    words = [f"{name}={value}" for name, value in asked.items()]
    assert told in cli.refused("report", "savings", *words)
    assert told in cli.refused("report", "savings", *words, "--json")
