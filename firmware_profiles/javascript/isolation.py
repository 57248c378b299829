"""Isolation: which codecs may share a context over many calls, and which need a fresh one for each.

Sharing is safe for every codec, because nothing shared can be changed. But a codec that counts on
changing it (adds ``Object.prototype.readUInt8``) or on what was taken away (``eval``, ``Promise``)
would give other answers there than on its vendor's server. Such codecs are found here by their
text; what the text hides is found by watching the top level run.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_BUILT_IN = (
    r"(?<![\w.$])(?P<owner>(?:Object|Function|Array|String|Number|Boolean|Symbol|Date|RegExp|Math"
    r"|JSON|Map|Set|Reflect|BigInt|Buffer|ArrayBuffer|DataView|(?:Big)?(?:Int|Uint)\d+(?:Clamped)?"
    r"Array|Float\d+Array|[A-Z]\w*Error|Error|console)(?:\s*\.\s*prototype)?)\s*"
)
_NAMED = re.compile(_BUILT_IN + r"\.\s*(?P<key>\w+)\s*=(?![=>])")
_COMPUTED = re.compile(_BUILT_IN + r"\[[^\]\n]{1,80}\]\s*=(?![=>])")
_DEFINED = re.compile(
    r"\bObject\s*\.\s*defineProperty\s*\(\s*"
    + _BUILT_IN
    + r",\s*(?P<quote>['\"])(?P<key>\w+)(?P=quote)"
)
_APART = (
    (_COMPUTED, "assigns to a built-in"),
    (re.compile(r"\beval\s*\(|\bFunction\s*\("), "makes code from text"),
    (re.compile(r"\b(?:async|await|Promise|Proxy)\b|\bimport\s*\("), "uses promises or proxies"),
)

POLYFILLS = {
    "Array": "from isArray of",
    "Array.prototype": "every fill filter find findIndex flat flatMap forEach includes indexOf"
    " lastIndexOf map reduce reduceRight some",
    "ArrayBuffer": "isView",
    "Math": "acosh asinh atanh cbrt clz32 cosh expm1 fround hypot imul log10 log1p log2 sign sinh"
    " tanh trunc",
    "Number": "isFinite isInteger isNaN isSafeInteger parseFloat parseInt",
    "Object": "assign entries fromEntries is keys values",
    "String": "fromCodePoint",
    "String.prototype": "codePointAt endsWith includes padEnd padStart repeat replaceAll startsWith"
    " trim trimEnd trimStart",
}
"""Standard functions (ECMAScript 5 to 2019) that codecs bring along for older engines.

A codec's own version of one of them is not used: the engine has it, and it is the same function.
"""


class Isolation(StrEnum):
    """How a codec is kept from leaving anything behind for its next call."""

    SHARED = "one context, its top level run anew for each call"
    FRESH = "a fresh context for each call"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a codec's text says that it does to built-ins.

    ``apart_because`` is why it cannot share a context, empty if it may; ``changes`` are the
    properties of built-ins that it assigns to, as ``Math.trunc``.
    """

    apart_because: str
    changes: tuple[str, ...]


def intent_of(source: str) -> Intent:
    """Read a codec's text for signs; one inside a comment costs speed, never a right answer."""
    for sign, reason in _APART:
        found = sign.search(source)
        if found:
            line = source.count("\n", 0, found.start()) + 1
            return Intent(apart_because=f"line {line} {reason}", changes=())
    places = {
        f"{''.join(found['owner'].split())}.{found['key']}"
        for sign in (_NAMED, _DEFINED)
        for found in sign.finditer(source)
    }
    return Intent(apart_because="", changes=tuple(sorted(places)))


def is_polyfill(place: str) -> bool:
    """Return whether ``String.prototype.padStart`` and the like is one of ``POLYFILLS``."""
    owner, _, key = place.rpartition(".")
    return key in POLYFILLS.get(owner, "").split()
