"""Codecs in the shapes that vendors write them, on payloads that vendors published.

The codecs are written here. Payloads and what they mean: Milesight EM500-UDL from akenza
``types/milesight/EM500-UDL``, Milesight EM300-TH from chirpstack ``codecs/em300-th.js``, PMX TCR
from akenza ``types/pmx/tcr``; the functions' forms from LoRa Alliance TS013-1.0.0, The Things Stack
v2 (``Decoder(bytes, port)``) and ChirpStack v3 (``Decode(fPort, bytes, variables)``).
"""

from datetime import UTC, datetime

import pytest

from firmware_profiles.javascript import load_codec, run_codec
from firmware_profiles.javascript.errors import CodecFunctionError, CodecInputError

CHANNELS = """
function decodeUplink(input) { return { data: channels(input.bytes) }; }
var KNOWN = { 0x75: ['battery', 1, 1], 0x67: ['temperature', 2, 0.1], 0x68: ['humidity', 1, 0.5],
              0x82: ['distance', 2, 1] };
function channels(bytes) {
  var decoded = {};
  for (var i = 0; i < bytes.length;) {
    i++;
    var known = KNOWN[bytes[i++]];
    var raw = known[1] === 1 ? bytes[i] : bytes[i] | (bytes[i + 1] << 24 >> 16);
    decoded[known[0]] = Math.round(raw * known[2] * 10) / 10;
    i += known[1];
  }
  return decoded;
}
"""
COUNTER = """
"use strict";
const be16 = (bytes, at) => (bytes[at] << 8) | bytes[at + 1];
class Counter {
  constructor(bytes) { Object.assign(this, { bytes }); }
  get directions() {
    return [['l2r', 4], ['r2l', 7]].map(([name, at]) => ({
      name, count: be16(this.bytes, at), speed: this.bytes[at + 2],
    }));
  }
}
exports.decodeUplink = ({ bytes }) => ({
  data: { directions: new Counter(bytes).directions, voltage: bytes[3] / 10 },
});
"""


def test_a_codec_of_channels_decodes_a_published_gully_level() -> None:
    values = {"fPort": 85, "bytes": bytes.fromhex("01756403821E00")}
    assert run_codec(CHANNELS, "decodeUplink", values) == {"data": {"battery": 100, "distance": 30}}


def test_the_same_codec_decodes_a_published_damp_reading() -> None:
    values = {"fPort": 85, "bytes": list(bytes.fromhex("03672c00046817"))}
    told = run_codec(CHANNELS, "decodeUplink", values)
    assert told == {"data": {"temperature": 4.4, "humidity": 11.5}}


def test_modern_strict_code_given_out_as_a_module_works() -> None:
    # 1000 at 50 left to right, 1100 at 52 right to left, as akenza has it.
    values = {"fPort": 13, "bytes": bytes([0xA2, 0x14, 0x0A, 51]) + bytes.fromhex("03e832044c34")}
    told = run_codec(COUNTER, "decodeUplink", values)
    assert told["data"]["voltage"] == 5.1
    assert told["data"]["directions"][1] == {"name": "r2l", "count": 1100, "speed": 52}


@pytest.mark.parametrize(
    "source",
    [
        "function Decoder(bytes, port) { return { sum: bytes[0] + bytes[1], port: port }; }",
        "function Decode(port, bytes, vars) { return { sum: bytes[0] + bytes[1], port }; }",
        "module.exports = { Decoder: (bytes, port) => ({ sum: bytes[0] + bytes[1], port }) };",
    ],
    ids=["The Things Stack v2", "ChirpStack v3", "module"],
)
def test_older_decoders_answer_as_decode_uplink(source: str) -> None:
    told = run_codec(source, "decodeUplink", {"bytes": [2, 3], "fPort": 7})
    assert told == {"data": {"sum": 5, "port": 7}}


@pytest.mark.parametrize(
    "source",
    [
        "function encodeDownlink(input) { return { bytes: [1, input.data.level], fPort: 50 }; }",
        "var encodeDownlink = (i) => ({ bytes: Buffer.from([1, i.data.level]), fPort: 50 });",
        "function Encoder(object, port) { return [1, object.level]; }",
        "function Encode(fPort, obj, variables) { return [1, obj.level]; }",
    ],
    ids=["TS013", "TS013 with a Buffer", "The Things Stack v2", "ChirpStack v3"],
)
def test_encoders_of_all_forms_give_bytes_and_port(source: str) -> None:
    told = run_codec(source, "encodeDownlink", {"data": {"level": 40}, "fPort": 50})
    assert told == {"bytes": [1, 40], "fPort": 50}


def test_older_forms_can_be_asked_by_their_own_names() -> None:
    """As issue 3 lists them; the answers are TS013's."""
    source = """
    function Decoder(bytes, port) { return { old: bytes[0], port: port }; }
    function Decode(fPort, bytes, variables) { return { older: bytes[0], k: variables.k }; }
    function Encoder(object, port) { return [object.level, port]; }
    function Encode(fPort, object, variables) { return [fPort, object.level]; }
    """
    values = {"bytes": [2], "fPort": 7, "variables": {"k": "v"}}
    assert run_codec(source, "Decoder", values) == {"data": {"old": 2, "port": 7}}
    assert run_codec(source, "Decode", values) == {"data": {"older": 2, "k": "v"}}
    values = {"data": {"level": 40}, "fPort": 7}
    assert run_codec(source, "Encoder", values) == {"bytes": [40, 7], "fPort": 7}
    assert run_codec(source, "Encode", values) == {"bytes": [7, 40], "fPort": 7}


@pytest.mark.parametrize("name", ["constructor", "__proto__", "channels", ""])
def test_only_a_codecs_own_functions_can_be_asked(name: str) -> None:
    with pytest.raises(CodecFunctionError, match=r"is none of decodeUplink, encodeDownlink, "):
        run_codec(CHANNELS, name, {"bytes": [1]})


def test_a_downlink_can_be_decoded_and_an_uplink_normalized() -> None:
    source = """
    var decodeDownlink = function (input) { return { data: { level: input.bytes[1] } }; };
    function normalizeUplink(input) { return { data: [{ air: { temperature: input.data.t } }] }; }
    """
    assert run_codec(source, "decodeDownlink", {"bytes": [1, 40]}) == {"data": {"level": 40}}
    told = run_codec(source, "normalizeUplink", {"data": {"t": 21.5}})
    assert told == {"data": [{"air": {"temperature": 21.5}}]}
    assert load_codec(source).functions == ("decodeDownlink", "normalizeUplink")


def test_variables_reach_a_codec_as_chirpstack_passes_them() -> None:
    source = "function decodeUplink(i) { return { data: { k: i.variables.key } }; }"
    values = {"bytes": [], "variables": {"key": "5"}}
    assert run_codec(source, "decodeUplink", values) == {"data": {"k": "5"}}


def test_a_function_that_the_codec_lacks_is_said_to_be_missing() -> None:
    with pytest.raises(CodecFunctionError, match=r"codec em300, encodeDownlink\(data .*neither"):
        run_codec(CHANNELS, "encodeDownlink", {"data": {}}, name="em300")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"fPort": 1}, "there are no bytes"),
        ({"bytes": [256]}, "range"),
        ({"bytes": "0102"}, "encoding"),
        ({"bytes": 3}, "are a number"),
        ({"bytes": [1], "x": float("nan")}, "not JSON compliant"),
        ({"bytes": [1], "recvTime": datetime(2026, 1, 1)}, "is not JSON"),  # noqa: DTZ001 - naive
        ({"bytes": [1], "recvTime": "yesterday"}, "'yesterday' is not an ISO 8601 time"),
    ],
)
def test_an_input_that_no_codec_can_be_asked_is_our_fault(
    values: dict[str, object], told: str
) -> None:
    with pytest.raises(CodecInputError, match=told):
        run_codec(CHANNELS, "decodeUplink", values)


def test_an_aware_time_is_passed_on() -> None:
    source = "function decodeUplink(i) { return { data: { at: i.recvTime.toISOString() } }; }"
    values = {"bytes": [], "recvTime": datetime(2026, 11, 22, 17, 4, tzinfo=UTC)}
    told = run_codec(source, "decodeUplink", values)
    assert told["data"]["at"] == "2026-11-22T17:04:00.000Z"
