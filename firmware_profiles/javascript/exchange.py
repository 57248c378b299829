"""Exchange: what a codec is given and what it may answer, as JSON with checked shapes."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from firmware_profiles.javascript.errors import (
    CodecFunctionError,
    CodecInputError,
    CodecLimitError,
    CodecReportedError,
    CodecResultError,
    CodecThrewError,
)
from firmware_profiles.javascript.sandbox import FUNCTIONS, OLDER_FUNCTIONS, limit_of

RESULT_CHARACTERS_MAX = 256 * 1024
_SHOWN_BYTES = 32
_SHOWN_CHARACTERS = 120
_BYTE_MAX = 255
_DECODERS = ("decodeUplink", "decodeDownlink", "Decoder", "Decode")
_ENCODERS = ("encodeDownlink", "Encoder", "Encode")


def request_text(codec: str, function: str, values: Mapping[str, object]) -> str:
    """Return the codec's input as JSON; bytes become a list, an aware datetime ISO 8601.

    Raises:
        CodecFunctionError: there is no function of this name in any form of codec.
        CodecInputError: it is no JSON, or a decoder's ``bytes`` are not bytes.
    """
    if function not in FUNCTIONS + OLDER_FUNCTIONS:
        problem = f"is none of {', '.join(FUNCTIONS + OLDER_FUNCTIONS)}"
        raise CodecFunctionError(codec, function[:_SHOWN_CHARACTERS], "", problem)
    try:
        if function in _DECODERS:
            _bytes_of(values["bytes"])
        return json.dumps(values, allow_nan=False, default=_plain)
    except KeyError:
        problem = "there are no bytes"
    except (TypeError, ValueError, RecursionError) as exc:
        problem = str(exc)
    raise CodecInputError(codec, function, subject(values), problem)


def _bytes_of(given: object) -> bytes:
    """Return a payload. A number is none, though ``bytes`` would make that many zeros of it."""
    if isinstance(given, int):
        raise TypeError("bytes are a number, not a list of numbers")
    payload: bytes = bytes(given)  # type: ignore[call-overload]  # anything else: it raises
    return payload


def _plain(value: object) -> object:
    if isinstance(value, bytes | bytearray):
        return list(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} {value!r} is not JSON")


def subject(values: Mapping[str, object]) -> str:
    """Return an input in short, for messages: port and first bytes, or the start of its data."""
    parts = []
    if "fPort" in values:
        parts.append(f"port {str(values['fPort'])[:20]}")
    if "bytes" in values:
        parts.append(_shown_bytes(values["bytes"]))
    if "data" in values:
        parts.append(f"data {str(values['data'])[:_SHOWN_CHARACTERS]}")
    return ", ".join(parts)


def _shown_bytes(given: object) -> str:
    try:
        payload = _bytes_of(given)
    except (TypeError, ValueError):
        return f"bytes {str(given)[:_SHOWN_CHARACTERS]}"
    more = "…" if len(payload) > _SHOWN_BYTES else ""
    return f"{payload[:_SHOWN_BYTES].hex() or 'no bytes'}{more}"


def result_of(
    codec: str, function: str, values: Mapping[str, object], reply: str
) -> dict[str, Any]:
    """Return the codec's answer, checked.

    Raises:
        CodecFunctionError: the codec has no such function.
        CodecInputError: ``recvTime`` is no time.
        CodecThrewError: it threw.
        CodecLimitError: it used up its memory or stack.
        CodecReportedError: its ``errors`` are not empty.
        CodecResultError: the answer has the wrong shape, is too long or is not JSON.
    """
    if len(reply) > RESULT_CHARACTERS_MAX:
        problem = f"answers with {len(reply)} characters; at most {RESULT_CHARACTERS_MAX}"
        raise CodecResultError(codec, function, subject(values), problem)
    told = json.loads(reply)
    if "result" not in told:
        _raise_failure(codec, function, values, told)
    result: dict[str, Any] = told["result"]
    problem = _text_problem(reply, result) or _shape_problem(function, result)
    errors = _reported(result.get("errors"))
    if errors:
        raise CodecReportedError(codec, function, subject(values), errors)
    if problem:
        raise CodecResultError(codec, function, subject(values), problem)
    return result


def _raise_failure(
    codec: str, function: str, values: Mapping[str, object], told: Mapping[str, str]
) -> None:
    about = (codec, function, subject(values))
    if "missing" in told:
        raise CodecFunctionError(*about, "the codec has neither this function nor an older form")
    if "recvTime" in told:
        raise CodecInputError(*about, f"recvTime {values['recvTime']!r} is not an ISO 8601 time")
    if "shape" in told:
        raise CodecResultError(*about, f"answers with {told['shape']}, not an object")
    if "fault" in told:
        where = printable(told["path"]) or "the answer"
        raise CodecResultError(*about, f"{where} {told['fault']}, which JSON cannot hold")
    if "limit" in told:
        raise CodecLimitError(*about, limit_of(told["limit"]) or told["limit"])
    raise CodecThrewError(*about, printable(f"{told['threw']} {told['at']}"))


def printable(text: str) -> str:
    """Return a codec's own words fit for a message: one line, nothing that cannot be shown."""
    return " ".join(
        "".join(c if c.isprintable() or c.isspace() else "\ufffd" for c in text).split()
    )


def _reported(errors: object) -> tuple[str, ...]:
    if isinstance(errors, list):
        return tuple(printable(str(each)) for each in errors)
    return (printable(str(errors)),) if errors else ()


def _text_problem(reply: str, result: object) -> str:
    """Find half a surrogate pair: JSON escapes it, but no database takes it."""
    if "\\ud" not in reply:
        return ""
    try:
        json.dumps(result, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "holds a text that is not Unicode (half a surrogate pair)"
    return ""


def _shape_problem(function: str, result: Mapping[str, Any]) -> str:
    warnings = result.get("warnings")
    if warnings is not None and not isinstance(warnings, list):
        return f"warnings is {_kind(warnings)}, not a list"
    if function in _ENCODERS:
        return _downlink_problem(result)
    data = result.get("data")
    if isinstance(data, dict):
        return ""
    if function == "normalizeUplink" and isinstance(data, list):
        return "" if all(isinstance(each, dict) for each in data) else "data has no objects"
    return f"data is {_kind(data)}, not an object"


def _downlink_problem(result: Mapping[str, Any]) -> str:
    payload = result.get("bytes")
    if not isinstance(payload, list):
        return f"bytes is {_kind(payload)}, not a list"
    for place, byte in enumerate(payload):
        if type(byte) is not int or not 0 <= byte <= _BYTE_MAX:
            return f"bytes[{place}] is {byte!r}; a byte is a whole number from 0 to {_BYTE_MAX}"
    f_port = result.get("fPort")
    if f_port is not None and (type(f_port) is not int or not 0 <= f_port <= _BYTE_MAX):
        return f"fPort is {f_port!r}; a port is a whole number from 1 to {_BYTE_MAX}"
    return ""


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return "missing" if value is None else names.get(type(value), "a number")
