"""A folder in the layout of The Things Network's lorawan-devices (its README names files, fields).

The folder is written here, with the faults that real ones have: a number given as ``1,`` (as in
Parametric's pcr2-codec.yaml), a null where the codec leaves a field out, an example of another
firmware. The payload and its counts are Parametric's published ones for PCR2.
"""

import contextlib
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_profiles.device_folder import read_device_folder
from firmware_profiles.device_folder.device import FaultKind, Layout, PublishedDevice
from firmware_profiles.device_folder.errors import DeviceFolderError
from firmware_profiles.errors import WireError
from firmware_profiles.javascript.errors import CodecSourceError

DEVICE = """
name: Footfall radar
description: Counts people left to right and right to left
hardwareVersions:
  - version: '1.0'
    numeric: 1
firmwareVersions:
  - version: '3.0'
    hardwareVersions: ['1.0']
    profiles:
      EU863-870: {id: radar-profile, codec: old-codec}
  - version: '4.0'
    profiles:
      EU863-870: {id: radar-profile, lorawanCertified: true, codec: radar-codec}
      US902-928: {id: radar-profile, codec: radar-codec}
sensors: [people, temperature]
productURL: https://radar.example/product
"""
PROFILE = """
macVersion: 1.0.2
regionalParametersVersion: RP001-1.0.2-RevB
supportsJoin: true
supportsClassB: false
supportsClassC: true
"""
CODEC = """
uplinkDecoder:
  fileName: radar.js
  examples:
    - description: counts
      input:
        fPort: 14
        bytes: [0xbe, 0x01, 0x04, 0x00, 0x01, 0x00, 0x02]
      output:
        data: {LTR: 1, RTL: 2, nested: {list: [1.5], gone: null}, on: off}
        warnings: []
    - description: a port that it does not know
      input: {fPort: 1, bytes: [1]}
      output:
        errors: [unknown port]
    - description: stray comma
      input: {fPort: 14, bytes: [190, 1, 4, 0, 1, 0, 2]}
      output:
        data:
          LTR: 1,
          RTL: 3
          nested: {list: [1.5]}
          on: 'off'
    - description: bytes as text
      input: {fPort: 14, bytes: be010400}
      output: {data: {}}
    - description: no output
      input: {fPort: 14, bytes: [190]}
    - description: throws
      input: {fPort: 99, bytes: [1]}
      output: {data: {}}
    - not an example
downlinkEncoder:
  fileName: radar.js
  examples:
    - description: interval
      input: {data: {interval: 10}}
      output: {bytes: [1, 10], fPort: 1}
"""
SCRIPT = """
function decodeUplink(input) {
  if (input.fPort === 99) throw new Error('no');
  if (input.fPort !== 14) return { errors: ['unknown port'] };
  var b = input.bytes;
  return { data: { LTR: (b[3] << 8) | b[4], RTL: (b[5] << 8) | b[6],
                   nested: { list: [0.1 + 1.4], gone: undefined }, on: 'off' } };
}
function encodeDownlink(input) { return { bytes: [1, input.data.interval], fPort: 1 }; }
"""
FILES = {
    "parametric/index.yaml": "endDevices:\n  - radar\n",
    "parametric/radar.yaml": DEVICE,
    "parametric/radar-profile.yaml": PROFILE,
    "parametric/radar-codec.yaml": CODEC,
    "parametric/old-codec.yaml": "uplinkDecoder: {fileName: radar.js}",
    "parametric/radar.js": SCRIPT,
}


def read(changes: Mapping[str, str] | None = None, *, device: str = "") -> PublishedDevice:
    files = FILES | {f"parametric/{name}": text for name, text in (changes or {}).items()}
    return read_device_folder(files, device=device)


def test_what_a_catalogue_entry_needs_is_found() -> None:
    found = read()
    contents = found.contents
    assert contents.layout is Layout.THINGS_NETWORK
    assert (contents.vendor, contents.device_id) == ("parametric", "radar")
    assert (contents.title, contents.sensors) == ("Footfall radar", ("people", "temperature"))
    assert contents.links == ("https://radar.example/product",)
    assert [profile.region for profile in contents.profiles] == ["EU863-870", "US902-928"]
    profile = contents.profiles[0]
    assert (profile.lorawan_version, profile.device_class, profile.joins) == ("1.0.2", "A, C", True)
    assert found.codec_source == SCRIPT
    assert found.functions == ("decodeUplink", "encodeDownlink")
    assert (found.f_ports, found.apart_because) == ((14,), "")
    assert contents.notes == ("firmware 3.0 has another codec: old-codec",)


def test_fields_are_told_with_their_path_and_a_value_for_a_person_to_map() -> None:
    fields = {each.path: (each.example, each.kind) for each in read().fields}
    assert fields == {
        "LTR": ("1", "number"),
        "RTL": ("2", "number"),
        "nested.list.0": ("1.5", "number"),
        "on": ('"off"', "text"),
    }


def test_its_own_examples_are_run_and_what_is_wrong_with_them_is_told() -> None:
    found = read()
    assert (found.examples_run, found.examples_passed) == (8, 3)
    told = {(f.kind, f.example.split("(")[-1].rstrip(")"), f.field, f.got) for f in found.faults}
    assert told == {
        (FaultKind.MALFORMED, "uplinkDecoder example 7", "", ""),
        (FaultKind.MALFORMED, "stray comma", "data.LTR", "1"),
        (FaultKind.MISMATCH, "stray comma", "data.RTL", "2"),
        (FaultKind.MALFORMED, "bytes as text", "", ""),
        (FaultKind.MALFORMED, "no output", "", ""),
        (FaultKind.FAILED, "throws", "", ""),
    }


def test_a_fault_is_one_line_with_file_example_field_expected_and_got() -> None:
    line = next(str(fault) for fault in read().faults if fault.field == "data.LTR")
    assert line == (
        "parametric/radar-codec.yaml, uplinkDecoder example 3 (stray comma), data.LTR: malformed:"
        " the example has a text where it means a number (a stray character after it):"
        ' expected "1,", got 1'
    )


def test_normalized_output_is_compared_where_the_codec_normalizes() -> None:
    script = """
    function decodeUplink(i) { return { data: { t: i.bytes[0] } }; }
    function normalizeUplink(i) { return { data: { air: { temperature: i.data.t } } }; }"""
    codec = """
    uplinkDecoder:
      fileName: radar.js
      examples:
        - input: {fPort: 1, bytes: [20]}
          output: {data: {t: 20}}
          normalizedOutput: {data: [{air: {temperature: 20}}]}
        - input: {fPort: 1, bytes: [20]}
          output: {data: {t: 20}}
          normalizedOutput: {data: [{air: {temperature: 21}}]}"""
    found = read({"radar.js": script, "radar-codec.yaml": codec})
    assert (found.examples_run, found.examples_passed) == (2, 1)
    assert found.faults[0].field == "normalized.0.air.temperature"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "'on'"),
        ("1:30", "'1:30'"),
        ("2023-07-19T07:51:31.598957793Z", "'2023-07-19T07:51:31.598957793Z'"),
        ("1e3", "1000"),
        ("0x1F", "31"),
        ("0o17", "15"),
        ("010", "10"),
        ("-.5", "-0.5"),
        ("~", "null"),
        ("True", "true"),
        ("'5'", "'5'"),
        ("", "null"),
    ],
)
def test_plain_values_are_read_by_the_core_schema_of_yaml_1_2(text: str, value: str) -> None:
    # YAML 1.2.2 section 10.3.2: the codec answers with JavaScript's value, the example with YAML's.
    script = f"function decodeUplink(i) {{ return {{ data: {{ v: {value} }} }}; }}"
    codec = f"""
    uplinkDecoder:
      fileName: radar.js
      examples:
        - input: {{fPort: 1, bytes: [20]}}
          output:
            data:
              v: {text}"""
    assert read({"radar.js": script, "radar-codec.yaml": codec}).faults == ()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"radar.yaml": "firmwareVersions: [x]"}, "a firmware version is not a mapping"),
        ({"radar.yaml": "firmwareVersions: {a: 1}"}, "firmwareVersions is not a list"),
        ({"radar.yaml": "firmwareVersions: []"}, "names no codec"),
        ({"radar.yaml": DEVICE.replace("radar-codec", "gone")}, r"'gone.yaml', which is not there"),
        ({"radar.yaml": DEVICE.replace("radar-profile", "../../x")}, "which is not there"),
        ({"radar.yaml": DEVICE + "name: twice"}, "the key 'name' twice"),
        ({"radar.yaml": "firmwareVersions:\n  - [unclosed"}, "radar.yaml: .*expected"),
        ({"radar-codec.yaml": "uplinkDecoder: {fileName: other.js}"}, "'other.js', which is not"),
        ({"radar-codec.yaml": "a: &a [1]\nb: [*a, *a]"}, "an alias"),
        ({"radar-codec.yaml": "a: !!python/object/apply:os.system [true]"}, "could not determine"),
        ({"radar-codec.yaml": "[" * 200_000}, "radar-codec.yaml: nested deeper than 50"),
        ({"radar-codec.yaml": "- " * 200_000}, "nested deeper than 50"),
        ({"radar-codec.yaml": "downlinkDecoder: {fileName: radar.js}"}, "no uplink decoder"),
    ],
)
def test_a_broken_folder_is_refused_with_file_and_cure(changes: dict[str, str], told: str) -> None:
    with pytest.raises(DeviceFolderError, match=told):
        read(changes)


def test_a_codec_that_does_not_load_is_refused() -> None:
    with pytest.raises(CodecSourceError, match="codec radar, loading: SyntaxError"):
        read({"radar.js": "function decodeUplink("})


def test_one_of_several_devices_is_chosen_by_name() -> None:
    with pytest.raises(DeviceFolderError, match="holds 2 devices; name one of: radar, second"):
        read({"second.yaml": DEVICE})
    with pytest.raises(DeviceFolderError, match="no device 'third'"):
        read(device="third")
    assert read({"second.yaml": DEVICE}, device="second").contents.device_id == "second"


def test_a_folder_of_another_layout_is_refused() -> None:
    with pytest.raises(DeviceFolderError, match="no device of The Things Network's or ChirpStack"):
        read_device_folder({"x/readme.toml": "", "x/a.js": SCRIPT})


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(["radar.yaml", "radar-codec.yaml", "radar-profile.yaml", "radar.js"]),
    cut=st.integers(0, 2000),
    put=st.text(max_size=20),
)
def test_a_damaged_folder_is_read_or_refused_never_a_crash(name: str, cut: int, put: str) -> None:
    text = FILES[f"parametric/{name}"]
    with contextlib.suppress(WireError):
        read({name: text[:cut] + put + text[cut + len(put) :]})
