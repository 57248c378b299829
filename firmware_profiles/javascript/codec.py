"""Codec: one vendor's JavaScript, loaded once and run many times, nothing kept between calls."""

import json
from collections.abc import Mapping
from typing import Any

from firmware_profiles.javascript.errors import (
    CodecError,
    CodecLimitError,
    CodecSourceError,
    CodecThreadError,
    CodecThrewError,
)
from firmware_profiles.javascript.exchange import request_text, result_of, subject
from firmware_profiles.javascript.isolation import Isolation, intent_of, is_polyfill
from firmware_profiles.javascript.sandbox import (
    FUNCTIONS,
    OLDER_FUNCTIONS,
    Call,
    Sandbox,
    SandboxError,
    WrongThreadError,
)

SOURCE_CHARACTERS_MAX = 1024 * 1024
"""The largest public codec is 321 kB (Abeeway)."""

_MODULE = "globalThis.module = { exports: {} }; globalThis.exports = module.exports;"
_NAMES = FUNCTIONS + OLDER_FUNCTIONS
_SCOPE = ", ".join(f"{name}: typeof {name} === 'function' ? {name} : undefined" for name in _NAMES)
_PRESENT = f"""((inner, outer) =>
{json.dumps(_NAMES)}.filter((name) => inner[name] || typeof outer[name] === 'function').join(' ')
)({{ {_SCOPE} }}, module.exports || {{}})"""


class Codec:
    """A codec that is ready to run, in the thread that made it.

    ``functions`` are those of TS013 and older that it has. ``isolation`` tells how calls are kept
    apart, ``apart_because`` why it needs a fresh context for each (slower by some milliseconds),
    empty if it does not.
    """

    def __init__(self, source: str, name: str) -> None:
        """Load the codec.

        Raises:
            CodecSourceError: the source is too long or no text, does not parse, or its top level
                throws.
            CodecLimitError: its top level used up its time, memory or stack.
        """
        if problem := _not_text(source):
            raise CodecSourceError(name, "loading", "", problem)
        self.name = name
        self._source = source
        self._shared: tuple[Sandbox, Call] | None = None
        intent = intent_of(source)
        touched = self._try_alone() + intent.changes
        harmful = [place for place in touched if not is_polyfill(place)]
        self.apart_because = intent.apart_because or (f"it changes {harmful[0]}" if harmful else "")
        self._polyfills = json.dumps(sorted(set(touched)))
        if not self.apart_because:
            self._share()

    @property
    def isolation(self) -> Isolation:
        """Return how calls are kept apart."""
        return Isolation.FRESH if self.apart_because else Isolation.SHARED

    def run(self, function: str, values: Mapping[str, object]) -> dict[str, Any]:
        """Return the answer of one function of the codec, as JSON gives it.

        Raises:
            CodecError: one of its kinds, naming codec and input; see ``errors``.
        """
        request = request_text(self.name, function, values)
        try:
            if self._shared is None and not self.apart_because:
                self._share()
            sandbox, runner = self._shared or self._fresh()
            reply = str(sandbox.call(runner, function, request))
        except SandboxError as exc:
            self._shared = None  # whatever state it is in, nobody meets it again
            raise self._error(exc, function, subject(values)) from None
        except WrongThreadError:
            problem = "used from a thread that did not make it"
            raise CodecThreadError(self.name, function, subject(values), problem) from None
        if reply.startswith("!"):  # it left something that cannot be swept away
            self._shared = None
            reply = reply[1:]
        try:
            return result_of(self.name, function, values, reply)
        except CodecLimitError:
            self._shared = None
            raise

    def _try_alone(self) -> tuple[str, ...]:
        """Run the top level in a context of its own; return which built-ins it changed.

        It also proves that the source is a whole script, so that it cannot close the function that
        ``_share`` puts around it.
        """
        try:
            sandbox = Sandbox()
            changes = sandbox.host("changeDetector")
            sandbox.evaluate(_MODULE)
            sandbox.evaluate(self._source)
            changed = str(sandbox.call(changes)).split()
            self.functions = tuple(str(sandbox.evaluate(_PRESENT)).split())
        except SandboxError as exc:
            raise self._error(exc, "loading", "") from None
        return tuple(changed)

    def _share(self) -> None:
        """Compile once; each call runs the top level anew, inside a function of its own."""
        body = f"{{{self._source}\n;return {{{_SCOPE}}};}}"
        wrapped = f"Object.freeze((module, exports) => (() => {body})())"
        try:
            sandbox = Sandbox()
            start = sandbox.evaluate(wrapped)
            sandbox.host("harden", self._polyfills)
            runner = sandbox.host("sharedRunner", start)
            reply = str(sandbox.call(runner, "", "{}"))
        except SandboxError as exc:
            self.apart_because = f"it cannot run inside a function: {exc.problem}"
            return
        if "missing" not in reply:
            self.apart_because = f"its top level fails where built-ins are fixed: {reply[:200]}"
            return
        self._shared = (sandbox, runner)

    def _fresh(self) -> tuple[Sandbox, Call]:
        sandbox = Sandbox()
        sandbox.evaluate(_MODULE)
        sandbox.evaluate(self._source)
        start = sandbox.evaluate(
            f"(given) => {{ given.exports = module.exports; return {{ {_SCOPE} }}; }}"
        )
        return sandbox, sandbox.host("freshRunner", start)

    def _error(self, exc: SandboxError, function: str, about: str) -> CodecError:
        if exc.limit:
            return CodecLimitError(self.name, function, about, exc.limit)
        kind = CodecThrewError if about else CodecSourceError
        return kind(self.name, function, about, exc.problem)


def _not_text(source: str) -> str:
    """Return why the engine cannot be given a source, or an empty text."""
    if len(source) > SOURCE_CHARACTERS_MAX:
        return f"{len(source)} characters; at most {SOURCE_CHARACTERS_MAX}"
    if "\0" in source:
        return f"a NUL character on line {source[: source.index(chr(0))].count(chr(10)) + 1}"
    try:
        source.encode()
    except UnicodeEncodeError as exc:
        return f"no Unicode text at character {exc.start} (half a surrogate pair)"
    return ""
