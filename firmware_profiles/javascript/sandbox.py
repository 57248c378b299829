"""Sandbox: one QuickJS context with limits and the host objects that codecs expect, nothing else.

The engine has no file, network or module access of its own, and none is given to it. A context
belongs to the thread that made it, because the engine remembers where that thread's stack begins.
"""

import threading
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import quickjs

TIME_LIMIT_S = 0.1
"""Of processor time, a call; ChirpStack allows the same. Other threads' work counts as well."""
MEMORY_LIMIT_BYTES = 8 * 1024 * 1024
"""Of one context with its codec: 0.4 MiB mostly, 3.3 MiB for the largest public one (321 kB)."""
STACK_LIMIT_BYTES = 256 * 1024
FUNCTIONS = ("decodeUplink", "encodeDownlink", "decodeDownlink", "normalizeUplink")
OLDER_FUNCTIONS = ("Decoder", "Decode", "Encoder", "Encode")

_LIMITS = {
    "InternalError: interrupted": "time",
    "InternalError: out of memory": "memory",
    "InternalError: stack overflow": "stack",
}
_FRAGMENTS = ("guards.js", "buffer.js", "recv_time.js", "harden.js", "run.js")
_HOST = """(function () {{ 'use strict';
{fragments}
removeUnneeded();
refuseLongArrays(); refuseLongTexts(); refuseSlowRegExps();
addHostObjects(); lendStringMethods();
const commands = {{ harden, sharedRunner, freshRunner, changeDetector }};
return (command, argument) => commands[command](argument);
}})()"""


Call = Callable[..., Any]
"""A function of the engine: takes and gives texts, numbers and objects of the same context."""


class SandboxError(Exception):
    """What went wrong inside, before it is known whose input it was; ``limit`` if one was hit."""

    def __init__(self, problem: str, limit: str = "") -> None:
        self.problem = problem
        self.limit = limit
        super().__init__(problem)


class WrongThreadError(Exception):
    """A context was used from a thread that did not make it."""


@cache
def _host_source() -> str:
    folder = files(__package__) / "host"
    fragments = "\n".join((folder / name).read_text(encoding="utf-8") for name in _FRAGMENTS)
    return _HOST.format(fragments=fragments)


class Sandbox:
    """One context. After a limit was hit it may be in any state: throw it away."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()
        self._context = quickjs.Context()
        self._context.set_memory_limit(MEMORY_LIMIT_BYTES)
        self._context.set_max_stack_size(STACK_LIMIT_BYTES)
        self._context.set_time_limit(TIME_LIMIT_S)
        self._host = self._context.eval(_host_source())

    def host(self, command: str, *arguments: object) -> Any:  # noqa: ANN401 - JavaScript has any
        """Return what one of the commands at the end of ``_HOST`` gives."""
        return self.call(self._host, command, *arguments)

    def evaluate(self, text: str) -> Any:  # noqa: ANN401 - JavaScript has any
        """Return the value of ``text``, run as a script.

        Raises:
            SandboxError: it does not parse, threw, or hit a limit.
            WrongThreadError: called from another thread.
        """
        return self.call(self._context.eval, text)

    def call(self, function: Call, *arguments: object) -> Any:  # noqa: ANN401 - JavaScript has any
        """Return what a function of this context returns.

        Raises:
            SandboxError: it threw or hit a limit.
            WrongThreadError: called from another thread.
        """
        if threading.get_ident() != self._thread:
            raise WrongThreadError
        try:
            return function(*arguments)
        except quickjs.StackOverflow:
            raise SandboxError("stack overflow", limit="stack") from None
        except quickjs.JSException as exc:
            problem = " ".join(str(exc).split())
            raise SandboxError(problem, limit=limit_of(problem)) from None
        except UnicodeDecodeError:
            raise SandboxError("threw a text that is not Unicode") from None


def limit_of(problem: str) -> str:
    """Return which limit an exception's text tells of, or an empty text.

    When the memory is used up there may be none left for the exception: it arrives as ``null``.
    """
    if problem == "null":
        return "memory"
    found = (limit for sign, limit in _LIMITS.items() if problem.startswith(sign))
    return next(found, "")
