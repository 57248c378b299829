"""Every command says what it does, and takes a wrong command line without a traceback."""

from collections.abc import Iterator

import pytest
from typer import Typer
from typer.main import get_group

from tests.tools.shell import Cli
from tools.cli import app


def paths(group: Typer, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command and every group of commands."""
    yield before
    for command in group.registered_commands:
        name = str(command.name or getattr(command.callback, "__name__", ""))
        yield (*before, name.replace("_", "-"))
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from paths(inner.typer_instance, (*before, str(inner.name)))


COMMANDS = list(paths(app))

# The commands that the project promises, word for word.
PROMISED = """
demo; serve; import lanterns; policy check; policy show; policy assign; tonight; sun; prove;
rollout; override; status; report savings; profiles list; profiles decode; bench; config print
"""


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "lamplighter")
def test_every_command_explains_itself(cli: Cli, words: tuple[str, ...]) -> None:
    told = cli.text(*words, "--help")
    assert " ".join(("Usage: lamplighter", *words)) in told
    assert len(told.splitlines()) > 5


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "lamplighter")
def test_an_unknown_option_is_told_and_nothing_is_done(cli: Cli, words: tuple[str, ...]) -> None:
    assert "--frobnicate" in cli.misused(*words, "--frobnicate")


def test_all_promised_commands_are_there() -> None:
    there = {" ".join(words) for words in COMMANDS}
    assert {" ".join(words.split()) for words in PROMISED.split(";")} <= there


def test_the_program_and_its_groups_have_a_line_of_help_for_every_command() -> None:
    assert all(command.help for command in get_group(app).commands.values())


def test_without_a_command_the_list_of_commands_is_shown(cli: Cli) -> None:
    assert "Usage: lamplighter" in cli.run(code=2).output


@pytest.mark.parametrize(
    "words",
    [
        ["nosuch"],
        [""],
        ["sun"],
        ["sun", "--place", "53.8,-1.55", "--zone", "Europe/London", "--year", "MMXXVI"],
        ["sun", "--place", "53.8,-1.55", "--zone", "Europe/London", "--year", "1900"],
        ["sun", "--place", "53.8,-1.55", "--zone", "Europe/London", "--year", "99999"],
        ["sun", "--place", "53.8,-1.55", "--zone", "Europe/London", "--year", ""],
        ["tonight", "--policy", "hampshire"],
        ["prove", "--policy", "hampshire", "--nights", "0"],
        ["policy", "show", "hampshire", "--revision", "0"],
        ["policy", "show", "hampshire", "--revision", "9" * 30],
        ["profiles", "decode", "nas_ul20xx_1_1", "--port", "256", "--hex", "00"],
        ["profiles", "encode", "nas_ul20xx_1_1", "--level", "101"],
        ["override", "begin", "--level", "nan", "--until", "x", "--reason", "x", "--all"],
        ["override", "end", "one"],
        ["demo", "--lanterns", "0"],
        ["demo", "--speed", "nan"],
        ["demo", "--port", "0"],
        ["bench", "schedule", "--lanterns", "9"],
    ],
    ids=" ".join,
)
def test_a_command_line_that_cannot_be_read_is_refused(cli: Cli, words: list[str]) -> None:
    assert cli.misused(*words)
