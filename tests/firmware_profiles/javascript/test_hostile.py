"""Codecs that never end, eat memory, answer nonsense or throw: a typed error, and life goes on."""

import pytest

from firmware_profiles.errors import WireError
from firmware_profiles.javascript import load_codec, run_codec
from firmware_profiles.javascript.codec import SOURCE_CHARACTERS_MAX
from firmware_profiles.javascript.errors import (
    CodecError,
    CodecLimitError,
    CodecReportedError,
    CodecResultError,
    CodecSourceError,
    CodecThrewError,
)

BODY = "function decodeUplink(input) { if (input.fPort === 1) return { data: { ok: true } }; %s }"
GOOD, BAD = {"bytes": [1, 2], "fPort": 1}, {"bytes": [1, 2], "fPort": 2}


def after(body: str) -> CodecError:
    """Return how ``body`` fails, having seen that the codec still works before and after it."""
    source = BODY % body
    assert run_codec(source, "decodeUplink", GOOD) == {"data": {"ok": True}}
    with pytest.raises(CodecError) as error:
        run_codec(source, "decodeUplink", BAD, name="hostile")
    assert run_codec(source, "decodeUplink", GOOD) == {"data": {"ok": True}}
    assert isinstance(error.value, WireError)
    assert str(error.value).startswith("codec hostile, decodeUplink(port 2, 0102): ")
    assert str(error.value).isprintable()
    return error.value


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        ("while (true);", "time"),
        ("try { while (true); } catch (e) { return { data: {} }; }", "time"),
        ("return { data: { toJSON() { while (true); } } };", "time"),
        ("throw { get message() { while (true); } };", "time"),
        ("var a = []; while (true) a.push({});", "memory"),
        ("var s = 'x'; while (true) s += s;", "memory"),
        ("return { data: { n: new Uint8Array(1e9).length } };", "memory"),
        ("function f() { return f() + 1; } return { data: { n: f() } };", "stack"),
    ],
)
def test_a_codec_is_stopped_at_its_limits(body: str, limit: str) -> None:
    error = after(body)
    assert isinstance(error, CodecLimitError)
    assert error.limit == limit


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return /(a+)+$/.test('a'.repeat(40) + 'b');", "repeats a repeat"),
        ("return /^(a|a)*$/.test('a'.repeat(40) + 'b');", "repeats a repeat"),
        ("return 'a'.repeat(40).match('(?:a?b?){30}c');", "repeats a repeat"),
        ("return /a*a*a*a*a*c/.test('a'.repeat(4000));", "may take too long"),
        ("return new RegExp('a?'.repeat(40) + 'a'.repeat(40)).test('a');", "may take too long"),
        ("return [].indexOf.call({ length: 2 ** 53 - 1 }, 1);", "indexOf over"),
        ("return [].sort.call({ get length() { return 1; } });", "length is computed"),
        ("var a = []; a[4e9] = 1; return a.reverse();", "reverse over 4000000001 elements"),
        ("return 'a'.repeat(4e5).indexOf('a'.repeat(2e5) + 'b');", "too long"),
        ("return 'a'.padEnd(1e9);", "text too long"),
    ],
)
def test_what_the_engine_could_not_stop_is_refused_before_it_begins(body: str, told: str) -> None:
    error = after(body)
    assert isinstance(error, CodecThrewError)
    assert told in error.problem


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(\d{4})-(\d\d)$",
        "(?:^|_)([a-z])",
        ".{1,2}",
        "([0-9A-F]{2})+",
        r"a+?b",
        r"[+*]?\+?",
        "(?=x)y",
    ],
)
def test_harmless_patterns_match_as_ever(pattern: str) -> None:
    source = (
        f"function decodeUplink(i) {{ return {{ data: {{ m: /{pattern}/.test('2026-01') }} }}; }}"
    )
    assert isinstance(run_codec(source, "decodeUplink", GOOD)["data"]["m"], bool)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return null;", "answers with null, not an object"),
        ("return [{ data: {} }];", "answers with a list"),
        ("return 'data';", "answers with a string"),
        ("", "answers with a undefined"),
        ("return {};", "data is missing"),
        ("return { data: [1] };", "data is a list"),
        ("return { data: 'x' };", "data is a text"),
        ("return { data: {}, warnings: 'x' };", "warnings is a text, not a list"),
        ("return { data: { a: { b: [1, NaN] } } };", "data.a.b.1 is NaN"),
        ("return { data: { a: 1 / 0 } };", "data.a is Infinity"),
        ("return { data: { a: 1n } };", "data.a is a bigint"),
        ("return { data: { a: function () {} } };", "data.a is a function"),
        ("return { data: { a: Symbol() } };", "data.a is a symbol"),
        ("return { data: { a: new Map() } };", "data.a is a Map"),
        ("return { data: { a: new Date('x') } };", "data.a is an invalid date"),
        ("return { data: { a: new Float32Array([NaN]) } };", "data.a.0 is NaN"),
        ("var o = {}; o.o = o; return { data: o };", "nested deeper than 32 levels"),
        ("return { data: { a: new Array(20000).fill(1) } };", "more than 10000 values"),
        ("return { data: { a: 'x'.repeat(300000) } };", "answers with 300"),
        ("return { data: { a: '\\ud800' } };", "not Unicode"),
        ("return { then() {} };", "which JSON cannot hold"),
    ],
)
def test_an_answer_of_the_wrong_shape_names_the_place(body: str, told: str) -> None:
    error = after(body)
    assert isinstance(error, CodecResultError)
    assert told in error.problem


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("{ bytes: 'AQ==' }", "bytes is a text"),
        ("{ bytes: [1, 256] }", r"bytes\[1\] is 256"),
        ("{ bytes: [1.5] }", r"bytes\[0\] is 1.5"),
        ("{ bytes: [-1] }", r"bytes\[0\] is -1"),
        ("{ bytes: [true] }", r"bytes\[0\] is True"),
        ("{ bytes: [1], fPort: '50' }", "fPort is '50'"),
        ("{ fPort: 50 }", "bytes is missing"),
    ],
)
def test_a_downlink_that_no_radio_can_send_is_refused(answer: str, told: str) -> None:
    source = f"function encodeDownlink(input) {{ return {answer}; }}"
    with pytest.raises(CodecResultError, match=told):
        run_codec(source, "encodeDownlink", {"data": {"a": 1}})


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("throw new RangeError('bad length');", "RangeError: bad length at decodeUplink"),
        ("throw 'plain';", "threw plain"),
        ("throw new Error('\\ud800\\u0000\\n');", "Error: \ufffd\ufffd"),
        ("return missing.field;", "ReferenceError: 'missing' is not defined"),
    ],
)
def test_what_a_codec_throws_is_told(body: str, told: str) -> None:
    error = after(body)
    assert isinstance(error, CodecThrewError)
    assert told in error.problem


def test_errors_that_a_codec_reports_fail_the_decoding() -> None:
    error = after("return { data: { a: 1 }, errors: ['unknown port', 'x'] };")
    assert isinstance(error, CodecReportedError)
    assert error.errors == ("unknown port", "x")
    assert isinstance(after("return { errors: 'no' };"), CodecReportedError)


def test_undefined_is_left_out_and_dates_are_texts_as_in_json() -> None:
    body = "var data = { a: undefined, d: new Date(0), z: -0, n: null };"
    body += "return { data: data, warnings: [], errors: [] };"
    told = run_codec(BODY % body, "decodeUplink", BAD)
    data = {"d": "1970-01-01T00:00:00.000Z", "z": 0, "n": None}
    assert told == {"data": data, "warnings": [], "errors": []}


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("function decodeUplink(", "SyntaxError"),
        ("import x from 'y';", "SyntaxError"),
        ("var fs = require('fs');", "ReferenceError: 'require' is not defined"),
        ("\\", "SyntaxError"),
        ("x" * (SOURCE_CHARACTERS_MAX + 1), "at most"),
        ("var a;\nvar b = '\0';", "a NUL character on line 2"),
        ("// \ud800", "no Unicode text at character 3"),
    ],
)
def test_a_source_that_is_no_codec_is_refused_as_it_is_loaded(source: str, told: str) -> None:
    with pytest.raises(CodecSourceError, match=told):
        load_codec(source, name="no codec")


def test_a_top_level_that_never_ends_is_stopped() -> None:
    with pytest.raises(CodecLimitError, match="loading: stopped: its time is used up"):
        load_codec("while (true);")
