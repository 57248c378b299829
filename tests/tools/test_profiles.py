"""`lamplighter profiles`: list, decode and encode, with vectors that their vendor published."""

import pytest

from tests.tools.shell import Cli

NAS = "nas_ul20xx_1_1"


def test_the_list_says_what_a_firmware_can_hold(cli: Cli) -> None:
    (profile,) = cli.json("profiles", "list")
    assert profile["profile_id"] == NAS
    # NAS: ten-minute steps; its own encoder takes at most 9 of them, in 8 profiles.
    assert (profile["target"]["clock_grid_min"], profile["target"]["clock_steps_max"]) == (10, 9)
    assert profile["target"]["profiles_max"] == 8
    assert NAS in cli.text("profiles", "list")


def test_a_status_decodes_as_its_vendor_states(cli: Cli) -> None:
    """nasys/nas-codecs, commit 4691977, tests: status packet."""
    payload = "01F37F205E8244320916200701D20294550401FE50190012501900"
    reading = cli.json("profiles", "decode", NAS, "--port", 23, "--hex", payload)
    assert reading["kind"] == "StatusReading"
    assert reading["at"] == "2020-01-16T15:23:31Z"
    assert (reading["relay_closed"], reading["temperature_c"]) == (True, 22)
    assert [lamp["level"] for lamp in reading["lamps"]] == [25, 25]


def test_a_rejection_decodes_to_its_port_and_reason(cli: Cli) -> None:
    reading = cli.json("profiles", "decode", NAS, "--port", 99, "--hex", "13320a")
    assert reading["kind"] == "RejectionReading"
    assert (reading["f_port"], reading["reason"]) == (50, "unsupported header")
    assert "unsupported header" in cli.text(
        "profiles", "decode", NAS, "--port", 99, "--hex", "13320A"
    )


@pytest.mark.parametrize(
    ("options", "port", "payload"),
    # Timed dim: header 09, address FF (all), level, minutes; manual dim 01 with FF ends it; clock:
    # header 09 with Unix seconds, little-endian (NAS "Downlink", 2.1.8 and 2.1.9 of the device
    # reference). 2026-11-22T16:00Z is 1795363200 = 0x6B031180.
    [
        (["--level", "50", "--minutes", "30"], 60, "09ff321e"),
        (["--resume"], 60, "01ffff"),
        (["--clock", "2026-11-22T16:00Z"], 50, "098011036b"),
        (["--clock", "2026-11-22T17:00+01:00"], 50, "098011036b"),
    ],
    ids=str,
)
def test_a_command_encodes_to_the_bytes_of_the_manual(
    cli: Cli, options: list[str], port: int, payload: str
) -> None:
    frame = cli.json("profiles", "encode", NAS, *options)
    assert (frame["f_port"], frame["payload_hex"]) == (port, payload)
    assert f"port {port}  {payload}" in cli.text("profiles", "encode", NAS, *options)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["decode", "nosuch", "--port", "23", "--hex", "00"], "known: nas_ul20xx_1_1"),
        (["decode", "", "--port", "23", "--hex", "00"], "known: nas_ul20xx_1_1"),
        (["decode", NAS, "--port", "23", "--hex", "0"], "pairs of hex digits"),
        (["decode", NAS, "--port", "23", "--hex", "zz"], "pairs of hex digits"),
        (["decode", NAS, "--port", "23", "--hex", ""], "a payload has 1 to 242 bytes"),
        (["decode", NAS, "--port", "23", "--hex", "00" * 243], "a payload has 1 to 242 bytes"),
        (["decode", NAS, "--port", "23", "--hex", "01"], "port 23, byte"),
        (["decode", NAS, "--port", "1", "--hex", "00"], "nodes speak on the ports"),
        (["decode", NAS, "--port", "50", "--hex", "99", "--downlink"], "no packet is known"),
        (["encode", "nosuch", "--resume"], "known: nas_ul20xx_1_1"),
        (["encode", NAS], "exactly one of"),
        (["encode", NAS, "--level", "5", "--resume"], "exactly one of"),
        (["encode", NAS, "--level", "50", "--minutes", "256"], "from 1 to 255"),
        (["encode", NAS, "--level", "50", "--minutes", "-1"], "from 1 to 255"),
        (["encode", NAS, "--clock", ""], "not a time such as"),
        (["encode", NAS, "--clock", "2026-11-22T16:00"], "has no zone"),
        (["encode", NAS, "--clock", "1970-01-01T00:00Z"], "2015-01-01 to 2106-02-07"),
        (["encode", NAS, "--clock", "0001-01-01T00:00+14:00"], "not a time such as"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_what_cannot_be_read_or_said_is_told_in_one_line(
    cli: Cli, words: list[str], told: str
) -> None:
    assert told in cli.refused("profiles", *words)
    assert told in cli.refused("profiles", *words, "--json")
