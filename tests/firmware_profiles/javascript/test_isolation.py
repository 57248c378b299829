"""No call sees anything of another: every way that we know to leave something behind is tried."""

import threading

import pytest

from firmware_profiles.javascript import cache, load_codec, run_codec
from firmware_profiles.javascript.codec import Codec
from firmware_profiles.javascript.errors import CodecError, CodecThreadError, CodecThrewError
from firmware_profiles.javascript.isolation import Isolation, is_polyfill

# Each expression counts calls in some place that could outlive the call, and gives the count.
PLACES = {
    "a variable of the top level": "++counter",
    "an object of the top level": "table.n = (table.n || 0) + 1",
    "a let in a closure": "next()",
    "a global made without var": "(typeof stray === 'undefined' ? (stray = 1) : ++stray)",
    "a property of this": "(function () { return this.n = (this.n || 0) + 1; })()",
    "a global defined for good": (
        "(typeof fixed === 'undefined' ? Object.defineProperty(globalThis, 'fixed',"
        " { value: 1, writable: true }).fixed : ++fixed)"
    ),
    "the codec's own function": "(decodeUplink.n = (decodeUplink.n || 0) + 1)",
    "what the module gives out": "(exports.n = (exports.n || 0) + 1)",
    "the module": "(module.n = (module.n || 0) + 1)",
    "a prototype, by an alias": (
        "(function (p) { p.n = (p.n || 0) + 1; return p.n || 1; })([].__proto__)"
    ),
    "the prototype of all": (
        "(function (p) { p.n = (p.n || 0) + 1; return p.n || 1; })(({}).__proto__)"
    ),
    "a built-in, by an alias": "(function (m) { m.n = (m.n || 0) + 1; return m.n || 1; })(Math)",
    "a method of a built-in": "(function (f) { f.n = (f.n || 0) + 1; return f.n || 1; })([].push)",
    "Buffer": "(function (b) { b.n = (b.n || 0) + 1; return b.n || 1; })(Buffer.prototype)",
    "console": "(function (c) { c.n = (c.n || 0) + 1; return c.n || 1; })(console)",
    "the class of recvTime": (
        "(function (c) { c.n = (c.n || 0) + 1; return c.n || 1; })(input.recvTime.constructor)"
    ),
    "a hidden prototype": (
        "(function (p) { p.n = (p.n || 0) + 1; return p.n || 1; })("
        "Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())))"
    ),
    "the prototype of generators": (
        "(function (p) { p.n = (p.n || 0) + 1; return p.n || 1; })("
        "Object.getPrototypeOf((function* () {}).prototype))"
    ),
    "the getter of a built-in": (
        "(function (f) { f.n = (f.n || 0) + 1; return f.n || 1; })("
        "Object.getOwnPropertyDescriptor(RegExp.prototype, 'flags').get)"
    ),
    "a regular expression": "(re.exec('aaa'), re.lastIndex)",
    "the prototype of globalThis": (
        "(function () { var n = (globalThis.__proto__.n || 0) + 1;"
        " try { Object.setPrototypeOf(globalThis, { n: n }); } catch (e) {} return n; })()"
    ),
    "globals that can no longer be added": (
        "(function () { var n = Object.isExtensible(globalThis) ? 1 : 2;"
        " Object.preventExtensions(globalThis); return n; })()"
    ),
    "a symbol on the global object": (
        "(function (s) { globalThis[s] = (globalThis[s] || 0) + 1; return globalThis[s]; })("
        "Symbol.for('n'))"
    ),
    "the input": "(input.n = (input.n || 0) + 1)",
}
COUNTING = """
var counter = 0, table = {}, re = /a/g;
let n = 0;
const next = () => ++n;
function decodeUplink(input) { return { data: { count: %s } }; }
"""
VALUES = {"bytes": [1], "fPort": 1, "recvTime": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize("expression", PLACES.values(), ids=PLACES.keys())
def test_nothing_is_left_behind_for_the_next_call(expression: str) -> None:
    source = COUNTING % expression
    counts = [run_codec(source, "decodeUplink", VALUES)["data"]["count"] for _ in range(3)]
    assert counts == [1, 1, 1]
    assert load_codec(source).isolation is Isolation.SHARED


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("Object.prototype.readUInt8 = function (i) { return this[i]; };", "Object.prototype.read"),
        ("String.prototype['half'] = function () {};", "line 2 assigns to a built-in"),
        ("var s = Number.prototype; s.toFixed = function () {};", "Number.prototype.toFixed"),
        ("Object.defineProperty(Array.prototype, 'last', { value: 1 });", "Array.prototype.last"),
        ("var one = eval('1');", "makes code from text"),
        ("var f = new Function('return 1');", "makes code from text"),
        ("async function later() {}", "promises"),
        ("let decodeDownlink = 1, globalNaN = NaN; var NaN;", ""),
    ],
)
def test_a_codec_that_counts_on_changing_built_ins_gets_a_fresh_context(
    head: str, reason: str
) -> None:
    codec = load_codec("\n" + head + COUNTING % "++counter")
    assert reason in codec.apart_because
    assert codec.isolation is (Isolation.FRESH if reason else Isolation.SHARED)
    counts = [codec.run("decodeUplink", VALUES)["data"]["count"] for _ in range(2)]
    assert counts == [1, 1]


def test_a_fresh_context_has_what_the_codec_added() -> None:
    source = """Object.prototype.readUInt8 = function (at) { return this[at]; };
    function decodeUplink(input) { return { data: { first: input.bytes.readUInt8(0) } }; }"""
    assert run_codec(source, "decodeUplink", {"bytes": [7]}) == {"data": {"first": 7}}


@pytest.mark.parametrize(
    "polyfill",
    [
        "Math.trunc = Math.trunc || function (x) { return x < 0 ? Math.ceil(x) : Math.floor(x); };",
        "Object.defineProperty(Object, 'assign', { value: function (to, from) { return to; } });",
        "if (!String.prototype.padStart) { String.prototype.padStart = function () {}; }",
        "Array.prototype.includes = function () { return false; };",
    ],
)
@pytest.mark.parametrize("strict", ["", '"use strict";'])
def test_a_codecs_own_standard_functions_give_way_to_the_engines(
    polyfill: str, strict: str
) -> None:
    decoder = """
    function decodeUplink(input) { return { data: Object.assign({ a: Math.trunc(-1.5) },
      { b: '7'.padStart(3, '0'), c: [1].includes(1) }) }; }"""
    source = f"{strict}{polyfill}{decoder}"
    assert load_codec(source).isolation is Isolation.SHARED
    told = run_codec(source, "decodeUplink", {"bytes": []})
    assert told == {"data": {"a": -1, "b": "007", "c": True}}


def test_only_standard_functions_count_as_polyfills() -> None:
    assert is_polyfill("String.prototype.padStart")
    assert not is_polyfill("Number.prototype.toFixed")
    assert not is_polyfill("JSON.stringify")


@pytest.mark.parametrize("strict", ["", '"use strict";'])
def test_own_objects_may_take_the_names_of_fixed_properties(strict: str) -> None:
    # The "override mistake" of frozen prototypes (ECMAScript, OrdinarySetWithOwnDescriptor).
    source = (
        strict
        + """
    function Sensor() {}
    Sensor.prototype.toString = function () { return 'sensor'; };
    class Odd extends Error { constructor(m) { super(m); this.name = 'Odd'; } }
    function decodeUplink(input) {
      var d = {}; d.toString = 1; d.constructor = 2; d.valueOf = 3; d.hasOwnProperty = 4;
      var e = new Odd('x'); e.message = 'y';
      return { data: { d: d, s: '' + new Sensor(), e: e.name + e.message } };
    }"""
    )
    told = run_codec(source, "decodeUplink", {"bytes": []})["data"]
    assert told["d"] == {"toString": 1, "constructor": 2, "valueOf": 3, "hasOwnProperty": 4}
    assert (told["s"], told["e"]) == ("sensor", "Oddy")
    assert load_codec(source).isolation is Isolation.SHARED


def test_a_source_cannot_close_the_function_that_is_put_around_it() -> None:
    with pytest.raises(CodecError, match="SyntaxError"):
        run_codec("}; leak = 1; {", "decodeUplink", VALUES)


def test_two_codecs_do_not_see_each_other() -> None:
    first = "function decodeUplink(i) { shared = 1; return { data: {} }; }"
    second = "function decodeUplink(i) { return { data: { seen: typeof shared } }; }"
    run_codec(first, "decodeUplink", VALUES)
    assert run_codec(second, "decodeUplink", VALUES) == {"data": {"seen": "undefined"}}


def test_a_codec_of_one_thread_is_refused_in_another() -> None:
    source = COUNTING % "++counter"
    codec = load_codec(source)
    caught: list[BaseException] = []
    told: list[object] = []

    def elsewhere() -> None:
        try:
            codec.run("decodeUplink", VALUES)
        except CodecThreadError as exc:
            caught.append(exc)
        told.append(run_codec(source, "decodeUplink", VALUES))  # its own context

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert len(caught) == 1
    assert told == [{"data": {"count": 1}}]


def test_a_codec_is_loaded_once_and_the_one_unused_for_longest_goes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cache, "CODECS_KEPT", 2)
    monkeypatch.setattr(cache, "_KEPT", cache._Kept())  # noqa: SLF001 - a cache of its own
    sources = [f"function decodeUplink(i) {{ return {{ data: {{ n: {n} }} }}; }}" for n in range(3)]
    first, second = load_codec(sources[0]), load_codec(sources[1])
    assert load_codec(sources[0]) is first
    load_codec(sources[2])
    assert load_codec(sources[0]) is first
    assert load_codec(sources[1]) is not second


def test_a_broken_source_is_not_loaded_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    class Counting(Codec):
        def __init__(self, source: str, name: str) -> None:
            loaded.append(name)
            super().__init__(source, name)

    monkeypatch.setattr(cache, "Codec", Counting)
    for _ in range(3):
        with pytest.raises(CodecError, match="broken"):
            run_codec("function (", "decodeUplink", VALUES, name="broken")
    assert loaded == ["broken"]


def test_code_from_text_is_refused_where_it_hides() -> None:
    source = COUNTING % "(function () {}).constructor('return 1')()"
    with pytest.raises(CodecThrewError, match="making code from text"):
        run_codec(source, "decodeUplink", VALUES)
