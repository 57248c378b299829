"""`lamplighter devices`: the catalogue as a person sees it."""

from tests.tools.shell import Cli


def test_the_list_names_every_device_and_who_reads_it(cli: Cli) -> None:
    printed = cli.text("devices", "list")
    assert "decentlab-dl-cws" in printed
    assert "nas_ul20xx_1_1" in printed
    assert "not public" in printed


def test_the_list_can_be_of_one_use(cli: Cli) -> None:
    found = cli.json("devices", "list", "--use", "vehicle counting")
    assert [model["device_id"] for model in found] == ["pmx-tcr-s"]
    assert "milesight-ws202" not in cli.text("devices", "list", "--use", "damp")


def test_a_device_is_shown_with_units_sources_and_what_is_unverified(cli: Cli) -> None:
    shown = cli.json("devices", "show", "nas-ul2030")
    assert shown["unverified"] == ["fits", "power.supply"]
    printed = cli.text("devices", "show", "decentlab-dl-cws")
    assert 'codec = "decentlab_cws"' in printed
    assert "# surface_temperature [°C]" in printed
    assert "lorawan-devices" in printed


def test_what_there_is_not_is_refused(cli: Cli) -> None:
    assert "known: acrios-acr-slc-100l-zhaga, " in cli.refused("devices", "show", "nosuch")
    assert "lighting" in cli.misused("devices", "list", "--use", "coffee")
