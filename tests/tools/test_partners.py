"""`lamplighter partners`: add, agree, hand out a token, revoke it, end a trial, list; refusals."""

import pytest

from tests.tools.shell import Cli

LANTERNS = """\
lantern_id,latitude_deg,longitude_deg
leeds:1,53.8195,-1.5774
leeds:2,53.8196,-1.5775
"""
BY = ("--by", "Ann")
TRIAL = (
    "--lantern", "leeds:1", "--lantern", "leeds:2", "--until", "2099-12-14",
    "--devices-max", 3, "--permit", "P/12", *BY,
)  # fmt: skip
FROM = ("--from", "2026-03-29")


@pytest.fixture
def air(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """Return a shell whose city has two lanterns and a partner."""
    path = tmp_path_factory.mktemp("partners") / "lanterns.csv"
    path.write_text(LANTERNS)
    cli.json("import", "lanterns", path, "--mapping", "lamplighter")
    words = ("leeds-air", "--name", "Leeds Air", "--contact", "Jo, 0113 496 0000")
    assert "is added" in cli.text("partners", "add", *words, *BY)
    return cli


def test_a_trial_is_agreed_its_token_shown_once_revoked_and_the_trial_ended(air: Cli) -> None:
    made = air.json("partners", "trial", "leeds-air", *FROM, *TRIAL)
    # gov.uk/when-do-the-clocks-change: on 29 March 2026 midnight in Leeds was 00:00 UTC
    assert (made["trial_id"], made["starts_at"]) == (1, "2026-03-29T00:00:00Z")
    assert made["ends_at"] == "2099-12-15T00:00:00Z"
    token = air.json("partners", "token", 1, *BY)
    assert token["token"].startswith("lamplighter-trial_")
    listed = air.text("partners", "list", "--json")
    assert token["token"] not in listed
    assert "live" in air.text("partners", "list")
    assert air.json("partners", "revoke", token["number"], *BY)["revoked_at"]
    over = air.json("partners", "end", 1, *BY, "--reason", "noise")
    assert over["to_remove"] == []
    told = air.json("partners", "list")
    assert [each["state"] for each in told["trials"]] == ["over"]
    assert [each["partner_id"] for each in told["partners"]] == ["leeds-air"]
    assert told["tokens"][0]["revoked_at"] is not None
    assert "was over at" in air.refused("partners", "token", 1, *BY)
    assert "Trial 1 was over" in air.text("partners", "end", 1, *BY, "--reason", "again")
    assert "Devices" in air.text("partners", "list", "--overdue")


def test_what_cannot_be_is_refused(air: Cli) -> None:
    agree = ("partners", "trial", "leeds-air")
    assert "no lantern leeds:9" in air.refused(*agree, *FROM, *TRIAL, "--lantern", "leeds:9")
    assert "no stream nosuch" in air.refused(*agree, *FROM, *TRIAL, "--stream", "nosuch")
    assert "controls a lantern" in air.refused(*agree, *FROM, *TRIAL, "--model", "nas-ul2030")
    assert "no device" in air.refused(*agree, *FROM, *TRIAL, "--model", "nosuch")
    assert "before from" in air.refused(*agree, "--from", "2100-01-01", *TRIAL)
    assert "is not a day" in air.refused(*agree, "--from", "1 May", *TRIAL)
    assert "no partner" in air.refused("partners", "trial", "nobody", *FROM, *TRIAL)
    assert "no trial" in air.refused("partners", "token", 7, *BY)
    assert "no token" in air.refused("partners", "revoke", 7, *BY)
    assert "say who" in air.refused("partners", "revoke", 7, "--by", " ")
    assert "say why" in air.refused("partners", "end", 1, *BY, "--reason", " ")
    words = ("--name", "Again", "--contact", "x", *BY)
    assert "choose another id" in air.refused("partners", "add", "leeds-air", *words)
    assert "cannot be used" in air.refused("partners", "add", "Leeds Air", *words)
