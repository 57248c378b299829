"""Where devices belong on the network server: what a file may say, and what it is told it lacks."""

from dataclasses import replace

import pytest

from firmware_profiles.devices.library import device_for
from lighting.errors import RefusedError
from lighting.registration.device_server import DeviceClass
from lighting.registration.eui import JoinEui
from lighting.registration.server_plan import NO_JOIN_EUI, ServerKind, parse_plan

CHIRPSTACK = """\
kind = "chirpstack"
address = "chirpstack.example:8080"
tenant_id = "52f14cd4-c6f1-4fbd-8f87-4025e1d49242"
[applications]
lighting = "lights"
other = "others"
[profiles]
nas-ul2020 = "ul2020"
"class A" = "battery"
"class C" = "always"
"""
THINGS_STACK = """\
kind = "things-stack"
address = "https://eu1.cloud.thethings.network"
[applications]
"gully level" = "gullies"
[profiles]
"class A" = "battery"
[[kinds]]
profile_id = "battery"
name = "Battery add-on"
lorawan_version = "MAC_V1_0_3"
phy_version = "PHY_V1_0_3_REV_A"
supports_class_c = false
"""


def test_a_model_belongs_where_its_use_and_its_name_or_class_say() -> None:
    plan = parse_plan(CHIRPSTACK, source="plan.toml")
    node = plan.place(device_for("nas-ul2020"))
    assert (node.application_id, node.profile_id, node.device_class) == (
        "lights",
        "ul2020",
        DeviceClass.C,
    )
    assert plan.place(device_for("nas-ul2021")).profile_id == "always"
    add_on = plan.place(device_for("milesight-em500-udl"))
    assert (add_on.application_id, add_on.profile_id) == ("others", "battery")


def test_a_line_that_is_missing_is_told_as_it_should_be_written() -> None:
    plan = parse_plan(THINGS_STACK, source="plan.toml")
    assert plan.kind is ServerKind.THINGS_STACK
    with pytest.raises(RefusedError, match=r'plan.toml names no application for lighting.*"light'):
        plan.place(device_for("nas-ul2020"))
    light = replace(plan, applications={"lighting": "lights"})
    with pytest.raises(RefusedError, match=r'\[profiles\]: nas-ul2020 = "…", or "class C"'):
        light.place(device_for("nas-ul2020"))


def test_the_things_stack_needs_a_join_eui_and_chirpstack_does_not() -> None:
    join_eui = JoinEui("1122334455667788")
    things, chirpstack = (parse_plan(text, source="p") for text in (THINGS_STACK, CHIRPSTACK))
    assert chirpstack.join_eui(None) == NO_JOIN_EUI
    assert things.join_eui(join_eui) == chirpstack.join_eui(join_eui) == join_eui
    with pytest.raises(RefusedError, match="scan the label"):
        things.join_eui(None)


@pytest.mark.parametrize("phy", ["PHY_V1_0_3_REV_A", "RP001_V1_1_REV_B", "RP002_V1_0_4"])
def test_regional_parameters_have_the_things_stacks_names(phy: str) -> None:
    plan = parse_plan(THINGS_STACK.replace("PHY_V1_0_3_REV_A", phy), source="p")
    assert plan.kinds[0].phy_version == phy


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind =", "is not TOML"),
        (CHIRPSTACK.replace("chirpstack", "loriot", 1), "kind:"),
        (CHIRPSTACK.replace("tenant_id", "tenant"), "tenant:"),
        (
            CHIRPSTACK.replace('lighting = "lights"', 'lights = "lights"'),
            "applications has 'lights'",
        ),
        (CHIRPSTACK.replace("lighting =", "# ").replace("other =", "# "), "applications is empty"),
        (CHIRPSTACK.replace('tenant_id = "5', '# "'), "tenant_id is missing"),
        (THINGS_STACK.replace("https://", ""), "address is no URL"),
        (
            THINGS_STACK.replace('"battery"\n[[', '"other"\n[['),
            "which is none of [[kinds]]: battery",
        ),
        (THINGS_STACK.replace("MAC_V1_0_3", "1.0.3"), "kinds.0.lorawan_version"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_the_field(text: str, told: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse_plan(text, source="plan.toml")
    assert told in str(refused.value)
    assert "plan.toml" in str(refused.value)
