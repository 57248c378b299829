"""recvTime, Buffer, atob, btoa and console: what codecs find around them.

Expected values: ECMAScript's definition of Date and String, RFC 4648 §10 for base64, Python's own
``struct`` and ``bytes`` for Buffer (Node's documentation names the methods).
"""

import json
import struct

import pytest

from firmware_profiles.javascript import run_codec

AT = "2023-07-19T07:51:31.598957793Z"
AT_MS = 1_689_753_091_598


def value_of(expression: str, *, recv_time: str = AT, strict: bool = False) -> object:
    head = '"use strict";' if strict else ""
    source = f"{head}function decodeUplink(input) {{ var t = input.recvTime;"
    source += f" return {{ data: {{ value: {expression} }} }}; }}"
    values = {"bytes": [1], "recvTime": recv_time}
    return run_codec(source, "decodeUplink", values)["data"]["value"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("t", AT),
        ("'' + t", AT),
        ("`${t}`", AT),
        ("String(t)", AT),
        ("JSON.stringify({ t: t })", json.dumps({"t": AT}, separators=(",", ":"))),
        ("t.slice(0, 10)", "2023-07-19"),
        ("t.split('T')[1]", "07:51:31.598957793Z"),
        ("t.replace('Z', '')", AT[:-1]),
        ("t.substring(11, 19)", "07:51:31"),
        ("/T(\\d+)/.exec(t)[1]", "07"),
        ("t.length", len(AT)),
        ("t instanceof Date", True),
        ("t.getUTCFullYear()", 2023),
        ("t.getUTCMonth() + 1", 7),
        ("new Date(t).getUTCMinutes()", 51),
        ("Date.parse(t) === t.getTime()", True),
        ("new Date(t.getTime() + 1000).toISOString().slice(0, 19)", "2023-07-19T07:51:32"),
        ("t - new Date(0) === t.getTime()", True),
        ("t < new Date()", True),
        ("Math.abs(t.valueOf() - 1689753091598) <= 1", True),
        ("Object.prototype.toString.call(t)", "[object Date]"),
        ("(t.setUTCFullYear(2024), '' + t).slice(0, 4)", "2024"),
    ],
)
def test_recv_time_is_a_date_and_a_text(expression: str, expected: object) -> None:
    assert value_of(expression) == expected
    assert value_of(expression, strict=True) == expected


def test_recv_time_keeps_an_offset_as_text_and_counts_it_as_time() -> None:
    told = value_of("[t + '', t.toISOString()]", recv_time="2025-03-01T13:04:27.000+02:00")
    assert told == ["2025-03-01T13:04:27.000+02:00", "2025-03-01T11:04:27.000Z"]


# RFC 4648 section 10.
BASE64 = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]


@pytest.mark.parametrize(("plain", "coded"), BASE64)
def test_base64_goes_both_ways(plain: str, coded: str) -> None:
    assert value_of(f"btoa({plain!r})") == coded
    assert value_of(f"atob({coded!r})") == plain
    assert value_of(f"Buffer.from({coded!r}, 'base64').toString()") == plain
    assert value_of(f"Buffer.from({plain!r}).toString('base64')") == coded


BYTES = bytes.fromhex("fe01807f00c5a9ff")


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("UInt8", "B"),
        ("Int8", "b"),
        ("UInt16LE", "<H"),
        ("UInt16BE", ">H"),
        ("Int16LE", "<h"),
        ("Int16BE", ">h"),
        ("UInt32LE", "<I"),
        ("UInt32BE", ">I"),
        ("Int32LE", "<i"),
        ("Int32BE", ">i"),
        ("FloatLE", "<f"),
        ("FloatBE", ">f"),
    ],
)
def test_a_buffer_reads_and_writes_numbers(method: str, code: str) -> None:
    number = struct.unpack_from(code, BYTES, 1)[0]
    buffer = f"Buffer.from('{BYTES.hex()}', 'hex')"
    assert value_of(f"{buffer}.read{method}(1)") == number
    width = struct.calcsize(code)
    written = f"(b => (b.write{method}({number!r}, 1), b.toString('hex')))(Buffer.alloc(8))"
    assert value_of(written) == (b"\0" + BYTES[1 : 1 + width]).ljust(8, b"\0").hex()


def test_a_buffer_reads_odd_widths_both_ways() -> None:
    buffer = f"Buffer.from('{BYTES.hex()}', 'hex')"
    for width in (1, 2, 3, 5, 6):
        part = BYTES[:width]
        for order, sign in (("LE", "little"), ("BE", "big")):
            plain = int.from_bytes(part, sign)  # type: ignore[arg-type]  # a literal by its tuple
            assert value_of(f"{buffer}.readUInt{order}(0, {width})") == plain


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Buffer.from([1, 257, -1]).toString('hex')", "0101ff"),
        ("Buffer.from(input.bytes).length", 1),
        ("Buffer.concat([Buffer.from([1]), Buffer.from([2, 3])]).toString('hex')", "010203"),
        ("Buffer.from('é€😀').toString('hex')", "é€😀".encode().hex()),
        ("Buffer.from('c3a9e282acf09f9880', 'hex').toString()", "é€😀"),
        ("Buffer.from('41c328', 'hex').toString('utf8')", "A\ufffd("),
        ("Buffer.from('0aZZ', 'hex').length", 1),
        ("Buffer.from('e9', 'hex').toString('latin1')", "é"),
        ("Buffer.isBuffer(Buffer.alloc(2)) && !Buffer.isBuffer(new Uint8Array(2))", True),
        ("(b => (b.slice(1)[0] = 9, b[1]))(Buffer.alloc(2))", 9),
        ("Buffer.from([1, 2]).equals(Buffer.from([1, 2]))", True),
        ("Buffer.from([1, 2])", [1, 2]),
        ("Array.from(Buffer.from([5, 6]).values())", [5, 6]),
    ],
)
def test_a_buffer_does_what_nodes_does(expression: str, expected: object) -> None:
    assert value_of(expression) == expected


@pytest.mark.parametrize("method", ["log", "info", "debug", "warn", "error", "trace"])
def test_console_is_there_and_silent(method: str) -> None:
    assert value_of(f"console.{method}('x', 1) === undefined") is True


@pytest.mark.parametrize(
    "name",
    [
        "std",
        "os",
        "require",
        "process",
        "fetch",
        "XMLHttpRequest",
        "setTimeout",
        "Atomics",
        "print",
    ],
)
def test_nothing_of_the_machine_is_there(name: str) -> None:
    assert value_of(f"typeof {name}") == "undefined"
