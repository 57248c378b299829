"""A folder in the layout of chirpstack/lorawan-device-profiles (its vendors/example-vendor).

The folder is written here; the test files' form (JavaScript, with hexadecimal numbers) is
that of the Dragino test files there. The payload is Milesight's published one for EM300-TH.
"""

import json

import pytest

from firmware_profiles.device_folder import read_device_folder
from firmware_profiles.device_folder.device import FaultKind, Layout
from firmware_profiles.device_folder.errors import DeviceFolderError

DEVICE = """
[device]
id = "0155db6e-3c20-4f98-9f7f-8e1cc3545f17"
name = "Damp sensor"
description = "Temperature and humidity"
[[device.firmware]]
version = "1.22"
profiles = ["EU868.toml", "US915.toml"]
codec = "damp.js"
[[device.firmware]]
version = "1.8"
profiles = ["EU868.toml"]
codec = "damp-old.js"
[device.metadata]
product_url = "https://damp.example"
"""
PROFILE = """
[profile]
region = "{}"
mac_version = "1.0.3"
reg_params_revision = "A"
supports_otaa = true
supports_class_b = false
supports_class_c = false
"""
SCRIPT = """
function decodeUplink(input) {
  var b = input.bytes;
  return { data: { temperature: ((b[3] << 8) | b[2]) / 10, humidity: b[6] / 2 } };
}
function encodeDownlink(i) { return { bytes: [0xff, 0x03, i.data.interval, 0], fPort: 85 }; }
"""
DECODE = [
    {
        "name": "published",
        "input": {"fPort": 85, "bytes": list(bytes.fromhex("03672c00046817"))},
        "expected": {"data": {"temperature": 4.4, "humidity": 11.5}},
    }
]
ENCODE = [
    {
        "name": "interval",
        "input": {"data": {"interval": 10}},
        "expected": {"bytes": [255, 3, 10, 0]},
    }
]
FILES = {
    "milesight/vendor.toml": '[vendor]\nname = "Milesight"\nvendor_id = 1\n',
    "milesight/devices/damp.toml": DEVICE,
    "milesight/profiles/EU868.toml": PROFILE.format("EU868"),
    "milesight/profiles/US915.toml": PROFILE.format("US915"),
    "milesight/codecs/damp.js": SCRIPT,
    "milesight/codecs/test_decode_damp.json": json.dumps(DECODE),
    "milesight/codecs/test_encode_damp.json": json.dumps(ENCODE),
}


def test_the_device_its_profiles_and_its_tests_are_found() -> None:
    found = read_device_folder(FILES)
    contents = found.contents
    assert contents.layout is Layout.CHIRPSTACK
    assert (contents.vendor, contents.device_id) == ("Milesight", "damp")
    assert [(p.region, p.lorawan_version, p.device_class) for p in contents.profiles] == [
        ("EU868", "1.0.3", "A"),
        ("US915", "1.0.3", "A"),
    ]
    assert contents.notes == ("firmware 1.8 has another codec: damp-old.js",)
    assert (found.examples_run, found.examples_passed, found.faults) == (2, 2, ())
    assert [(field.path, field.example) for field in found.fields] == [
        ("temperature", "4.4"),
        ("humidity", "11.5"),
    ]


def test_tests_are_javascript_as_their_own_runner_takes_them() -> None:
    text = json.dumps(DECODE, indent=1).replace("3,", "0x03, // temperature\n", 1)
    found = read_device_folder(FILES | {"milesight/codecs/test_decode_damp.json": text})
    assert (found.examples_run, found.examples_passed, found.faults) == (2, 2, ())


def test_tests_that_are_neither_json_nor_javascript_are_told_with_their_line() -> None:
    text = json.dumps(DECODE, indent=1).replace("3,", "3 4,", 1)
    found = read_device_folder(FILES | {"milesight/codecs/test_decode_damp.json": text})
    assert (found.examples_run, found.examples_passed) == (2, 1)
    fault = found.faults[0]
    assert (fault.kind, fault.file) == (
        FaultKind.MALFORMED,
        "milesight/codecs/test_decode_damp.json",
    )
    assert "is neither JSON (" in fault.problem
    assert "line 7" in fault.problem


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("(() => { while (true); })()", "interrupted"),
        ("require('fs')", "'require' is not defined"),
        ("'x'.repeat(1e9)", "is neither JSON"),
        ("undefined", "has no value"),
        ("[], evil() ] ) ; (", "is neither JSON"),
    ],
)
def test_tests_that_are_code_run_shut_in(text: str, told: str) -> None:
    found = read_device_folder(FILES | {"milesight/codecs/test_decode_damp.json": text})
    (fault,) = found.faults
    assert fault.kind is FaultKind.MALFORMED
    assert told in fault.problem


@pytest.mark.parametrize("text", ["{}", "[1]", "[" * 100_000, '"x"', "nonsense"])
def test_tests_that_are_none_are_listed_not_fatal(text: str) -> None:
    found = read_device_folder(FILES | {"milesight/codecs/test_decode_damp.json": text})
    assert [fault.kind for fault in found.faults] == [FaultKind.MALFORMED]


def test_tests_may_be_absent_or_empty() -> None:
    files = {path: text for path, text in FILES.items() if "test_" not in path}
    assert read_device_folder(files).examples_run == 0
    empty = dict.fromkeys((path for path in FILES if "test_" in path), "")
    assert read_device_folder(FILES | empty).faults == ()


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("devices/damp.toml", "[device", "is not TOML"),
        ("devices/damp.toml", "a = " + "[" * 100_000, "is not TOML"),
        ("devices/damp.toml", "device = 1", "device is not a mapping"),
        ("devices/damp.toml", "[device]\nname = 'x'", "names no codec"),
        ("devices/damp.toml", DEVICE.replace("damp.js", "gone.js"), "'gone.js', which is not"),
        ("devices/damp.toml", DEVICE.replace("US915.toml", "x.toml"), "'x.toml', which is not"),
        ("profiles/EU868.toml", "profile = []", "profile is not a mapping"),
    ],
)
def test_a_broken_folder_is_refused_with_file_and_cure(path: str, text: str, told: str) -> None:
    with pytest.raises(DeviceFolderError, match=told):
        read_device_folder(FILES | {f"milesight/{path}": text})
