"""JavaScript literals in files that are called JSON, read by the engine as their publishers do."""

import json
from typing import Any

from firmware_profiles.javascript.sandbox import Sandbox, SandboxError


def read_literal(text: str) -> Any:  # noqa: ANN401 - a document of any shape
    """Return what a literal says, as JSON has it: it may hold comments and hexadecimal numbers.

    The text is run shut in, as codecs are, in a context of its own.

    Raises:
        ValueError: it does not parse, throws, uses up a limit or has no value; says where.
    """
    try:
        told = Sandbox().evaluate(f"JSON.stringify({text}\n)")
    except SandboxError as exc:
        raise ValueError(exc.problem) from None
    if not isinstance(told, str):
        raise ValueError("has no value")  # noqa: TRY004 - the text is at fault, not its caller
    return json.loads(told)
