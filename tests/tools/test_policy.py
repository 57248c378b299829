"""`lamplighter policy`: check, show, save and assign; what is wrong is told so it can be cured."""

import tomllib
from pathlib import Path

import pytest

from schedules.library import library_names, library_text
from tests.tools.shell import Cli

BAD = """\
lamplighter_policy = 1
name = "bad"
title = "Two mistakes"
[switching]
on = "sunset"
off = "sunrise"
[[nights]]
steps = [
    { at = "on", level = 150 },
    { at = "25:00", level = 50 },
]
"""
TOUGH = ("--place", "69.65,18.95", "--zone", "Europe/Oslo", "--from", "2026-01-01")
"""Tromsø: where the sun hardly passes, ten minutes are many nights too coarse."""


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """Return a file whose lines 9 and 10 are wrong; its name must not be read as markup."""
    path = tmp_path / "bad [bold].toml"
    path.write_text(BAD, encoding="utf-8")
    return path


def test_a_bad_document_is_refused_with_line_field_and_what_is_allowed(cli: Cli, bad: Path) -> None:
    result = cli.run("policy", "check", bad, code=1)
    head, first, second = result.stderr.splitlines()
    assert result.stdout == ""
    assert head == f"error: {bad} cannot be used:"
    assert first.startswith("  line 9: nights[0].steps[0].level: 150 ")
    assert "Allowed: whole percent" in first
    assert second.startswith('  line 10: nights[0].steps[1].at: "25:00" ')
    assert 'Allowed: "on", a clock time' in second


def test_a_bad_document_is_refused_in_json_too(cli: Cli, bad: Path) -> None:
    answer = cli.json("policy", "check", bad, code=1)
    assert (answer["ok"], answer["document"]) == (False, str(bad))
    assert [(p["line"], p["field"]) for p in answer["problems"]] == [
        (9, "nights[0].steps[0].level"),
        (10, "nights[0].steps[1].at"),
    ]
    assert all(problem["message"] and problem["allowed"] for problem in answer["problems"])


@pytest.mark.parametrize("command", ["check", "save"])
@pytest.mark.parametrize(
    "text", ["", "= = =", '{"lamplighter_policy": ', "\0", "[[nights]]\n" * 99]
)
def test_what_is_no_policy_at_all_is_refused(
    cli: Cli, tmp_path: Path, command: str, text: str
) -> None:
    path = tmp_path / "rubbish.toml"
    path.write_text(text, encoding="utf-8")
    result = cli.run("policy", command, path, code=1)
    assert result.stderr.startswith(f"error: {path} cannot be used:\n  ")
    assert result.stdout == ""


def test_a_file_that_is_not_text_is_refused(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "photo.toml"
    path.write_bytes(bytes(range(256)))
    assert "cannot be read as UTF-8 text" in cli.refused("policy", "check", path)


@pytest.mark.parametrize("name", library_names())
def test_every_policy_of_the_library_passes_its_check(cli: Cli, name: str) -> None:
    answer = cli.json("policy", "check", name)
    assert answer["ok"] is True
    assert answer["policy"]["name"] == name


def test_a_check_with_a_place_proves_a_year(cli: Cli) -> None:
    where = ("--place", "53.8,-1.55", "--from", "2026-01-01")
    assert "is well formed" in cli.text("policy", "check", "hampshire", *where)
    assert cli.json("policy", "check", "hampshire", "--place", "53.8,-1.55")["ok"] is True


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_a_policy_that_a_node_would_not_follow_is_refused_with_its_worst_night(
    cli: Cli, form: list[str]
) -> None:
    told = cli.refused("policy", "check", "hampshire", *TOUGH, *form)
    assert "on the night of 2026-" in told
    assert "its tolerance is 12 minutes" in told


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nosuch"], "neither a file nor a library policy"),
        ([""], "neither a file nor a library policy"),
        (["hampshire", "--place", "nan,0"], "latitude_deg nan"),
        (["hampshire", "--place", "53.8,-1.55", "--zone", ""], "not a known time zone"),
        (["hampshire", "--place", "53.8,-1.55", "--from", "soon"], "--from 'soon' is not a date"),
        (["hampshire", "--place", "53.8,-1.55", "--from", "9999-12-31"], "1901 to 2099"),
        (["hampshire", "--place", "53.8,-1.55", "--profile", "x"], "no firmware profile 'x'"),
    ],
    ids=str,
)
def test_bad_arguments_are_refused_in_one_line(
    cli: Cli, form: list[str], words: list[str], told: str
) -> None:
    assert told in cli.refused("policy", "check", *words, *form)


def test_show_prints_a_policy_as_it_is_written_or_as_json(cli: Cli) -> None:
    assert cli.text("policy", "show", "hampshire") == library_text("hampshire")
    written = tomllib.loads(library_text("hampshire"))
    assert written.items() <= cli.json("policy", "show", "hampshire").items()


def test_a_saved_policy_gets_revisions_and_the_same_text_none(cli: Cli, tmp_path: Path) -> None:
    first = cli.json("policy", "save", "hampshire", "--by", "A. Engineer")
    again = cli.json("policy", "save", "hampshire", "--by", "someone else")
    assert (first["revision"], first["saved_by"]) == (1, "A. Engineer")
    assert again == first
    changed = tmp_path / "changed.toml"
    changed.write_text(library_text("hampshire").replace("level = 50", "level = 40"), "utf-8")
    assert cli.text("policy", "save", changed) == "Saved hampshire revision 2.\n"
    assert cli.text("policy", "show", "hampshire", "--saved") == changed.read_text("utf-8")
    assert cli.text("policy", "show", "hampshire", "--revision", 1) == library_text("hampshire")


def test_the_list_has_the_library_and_what_was_saved(cli: Cli) -> None:
    assert cli.json("policy", "show") == {"library": list(library_names()), "saved": []}
    cli.run("policy", "save", "hampshire")
    (saved,) = cli.json("policy", "show")["saved"]
    assert (saved["name"], saved["revision"]) == ("hampshire", 1)
    told = cli.text("policy", "show")
    assert "swindon" in told
    assert "Saved: hampshire revision 1" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nosuch"], "neither a file nor a library policy"),
        (["hampshire", "--saved"], "no policy 'hampshire'"),
        (["hampshire", "--revision", "7"], "no policy 'hampshire revision 7'"),
        (["--revision", "1"], "need the name of a policy"),
        (["--saved"], "need the name of a policy"),
    ],
    ids=str,
)
def test_what_is_not_there_cannot_be_shown(cli: Cli, words: list[str], told: str) -> None:
    assert told in cli.refused("policy", "show", *words)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ('[[rules]]\nname = "All"\npolicy = "hampshire"', "not saved: hampshire; saved are: none"),
        ("", "[[rules]] tables"),
        ('[[rules]]\nname = "All"\npolicy = "x"\nexempt = "y"', "line 5: rules[0].exempt"),
    ],
    ids=["a policy that is not saved", "no rules", "policy and exemption"],
)
def test_rules_that_cannot_be_used_are_refused(
    cli: Cli, tmp_path: Path, rules: str, told: str
) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(f"lamplighter_rules = 1\n{rules}\n", encoding="utf-8")
    result = cli.run("policy", "assign", path, code=1)
    assert result.stdout == ""
    assert told in result.stderr


@pytest.mark.parametrize("path", ["", "nosuch.toml", "/"])
def test_rules_that_cannot_be_read_are_refused(cli: Cli, path: str) -> None:
    assert "cannot be read as UTF-8 text" in cli.refused("policy", "assign", path)
