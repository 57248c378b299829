"""TOML text: the few shapes of our documents, written the way an engineer would write them.

Values first, then ``[tables]``, then ``[[lists of tables]]``; a table inside a list stands on one
line. (The standard library reads TOML but does not write it.)
"""

import json
from collections.abc import Mapping


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _inline(value: object) -> str:
    """Return a value on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_inline(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def _entry(key: str, value: object) -> str:
    if isinstance(value, list) and _is_tables(value):
        items = "".join(f"    {_inline(item)},\n" for item in value)
        return f"{key} = [\n{items}]\n"
    return f"{key} = {_inline(value)}\n"


def _entries(table: Mapping[str, object]) -> str:
    return "".join(_entry(key, value) for key, value in table.items())


def toml_text(document: Mapping[str, object]) -> str:
    """Return a document of tables, lists, texts, truths and finite numbers as TOML.

    Texts must hold no control characters; keys must be bare.
    """
    plain: dict[str, object] = {}
    blocks: list[str] = []
    for key, value in document.items():
        if isinstance(value, dict):
            blocks.append(f"[{key}]\n{_entries(value)}")
        elif isinstance(value, list) and _is_tables(value):
            blocks += [f"[[{key}]]\n{_entries(item)}" for item in value]
        else:
            plain[key] = value
    return "\n".join([_entries(plain), *blocks])
