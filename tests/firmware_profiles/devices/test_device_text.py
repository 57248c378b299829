"""A description that cannot be used is refused with file, field and what is allowed.

There is no outside source for bad descriptions; the expectations are the promises of the module.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_profiles.devices.device import DeviceModel, PowerNeed, Supply, Use
from firmware_profiles.devices.device_text import device_from_text
from firmware_profiles.devices.errors import DeviceFileError

GOOD = """
device_id = "acme-thermometer"
title = "Thermometer"
vendor = "Acme"
uses = ["damp"]
codec = "javascript"
measures = [{ quantity = "air_temperature", field = "temp", scale = 0.1 }]
sources = ["made up"]

[power]
supply = "battery"
"""


def _refused(text: str) -> str:
    with pytest.raises(DeviceFileError) as caught:
        device_from_text(text, document="acme.toml")
    assert str(caught.value).startswith("acme.toml: ")
    assert all(problem.allowed for problem in caught.value.problems)
    return str(caught.value)


def test_a_description_says_what_it_says() -> None:
    model = device_from_text(GOOD, document="acme.toml")
    assert isinstance(model, DeviceModel)
    assert model.uses == (Use.DAMP,)
    assert model.power == PowerNeed(supply=Supply.BATTERY)
    assert (model.measures[0].field, model.measures[0].scale) == ("temp", 0.1)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "Thermometer"', "", "title: is missing; allowed: a value"),
        ('vendor = "Acme"', 'vendor = ""', "vendor: is ''"),
        ('vendor = "Acme"', 'vendor = "A"\ncolour = "red"', "colour: is no field; allowed: device"),
        ('"damp"', '"dampness"', "uses.0: is 'dampness'; allowed: Input should be 'lighting', "),
        ('uses = ["damp"]', "uses = []", "uses: is empty"),
        ('supply = "battery"', 'supply = "steam"', "power.supply: is 'steam'"),
        ('supply = "battery"', 'supply = "battery"\naverage_w = -1', "power.average_w: is -1"),
        ('supply = "battery"', 'supply = "battery"\naverage_w = "2"', "power.average_w: is '2'"),
        ('supply = "battery"', 'supply = "battery"\naverage_w = nan', "power.average_w: is nan"),
        ('sources = ["made up"]', "sources = []", "sources: is empty"),
        ('vendor = "Acme"', 'vendor = "A"\nfits = ["zhaga"]', "fits.0: is 'zhaga'; allowed: Input"),
        ('vendor = "Acme"', 'vendor = "A"\nmass_g = 0', "mass_g: is 0"),
        ('vendor = "Acme"', 'vendor = "A"\nd4i_type = "E"', "d4i_type: is 'E'"),
        ('vendor = "Acme"', 'vendor = "A"\npeople = "no"', "people: is 'no'"),
        ('"acme-thermometer"', '"Acme Thermometer"', "device_id: is 'Acme Thermometer'"),
        ('"air_temperature"', '"temp"', "measures.0.quantity: is 'temp'; allowed: air_temperature"),
        (
            'field = "temp", ',
            "",
            "measures.0.field: is ''; allowed: a path with codec 'javascript'",
        ),
        ("scale = 0.1", "scale = 0", "measures.0.scale: is 0"),
        ("scale = 0.1", "scale = inf", "measures.0.scale: is inf"),
        ('codec = "javascript"', 'codec = "acme"', "codec: is 'acme'; allowed: decentlab_pm, "),
        (
            'codec = "javascript"',
            'codec = "javascript"\nfirmware_profile = "nas_ul20xx_1_1"',
            "codec: both it and firmware_profile",
        ),
        (
            'codec = "javascript"',
            'firmware_profile = "nas_9"',
            "firmware_profile: is 'nas_9'; allowed: nas_ul20xx_1_1",
        ),
        ("measures = [{", "measures = []\nleft = [{", "left: is no field"),
        ('"air_temperature"', '"people_count"', "people: is false; allowed: true, for the device"),
        ('["damp"]', '["people presence"]', "people: is false"),
        (
            'vendor = "Acme"',
            'vendor = "A"\nunverified = ["weight"]',
            "unverified: 'weight' is no field; allowed: codec, ",
        ),
        ('vendor = "Acme"', 'vendor = "Acme', "document: is not valid TOML"),
        ('vendor = "Acme"', "# " + "x" * 70_000, "document: is too long"),
    ],
)
def test_what_cannot_be_used_is_told(old: str, new: str, told: str) -> None:
    assert old in GOOD
    assert told in _refused(GOOD.replace(old, new))


def test_a_codec_without_measures_is_refused() -> None:
    text = GOOD.replace('"javascript"', '"decentlab_pm"').replace("measures", "# measures")
    assert "measures: is empty" in _refused(text)


def test_a_quantity_of_one_channel_stands_once() -> None:
    row = '{ quantity = "air_temperature", field = "temp", scale = 0.1 }'
    text = GOOD.replace(row, f"{row}, {row}")
    assert "'air_temperature' of channel '' stands 2 times" in _refused(text)


def test_all_problems_are_told_at_once() -> None:
    text = GOOD.replace('title = "Thermometer"', "").replace('"damp"', '"dampness"')
    with pytest.raises(DeviceFileError) as caught:
        device_from_text(text, document="acme.toml")
    assert {problem.field for problem in caught.value.problems} == {"title", "uses.0"}


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_model_or_refused(text: str) -> None:
    with pytest.raises(DeviceFileError):
        device_from_text(text, document="any")
