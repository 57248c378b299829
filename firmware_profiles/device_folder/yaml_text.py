"""Read YAML as the repositories' own tools do: the 1.2 core schema, and nothing that can run away.

PyYAML follows YAML 1.1, where ``on`` is true, ``1:30`` is ninety, ``1e3`` is a text and a bare
timestamp is a date. The folders are written for js-yaml, where they are not.
"""

import re
from collections.abc import Hashable
from typing import Any

import yaml

from firmware_profiles.device_folder.errors import DeviceFolderError

DEPTH_MAX = 50
"""Real files nest about ten deep."""
_CURE = "correct the file"
_INTEGER = re.compile(r"[-+]?(?:0b[01]+|0o[0-7]+|0x[0-9a-fA-F]+|[0-9]+)$")
_FLOAT = re.compile(
    r"(?:[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
)


class _CoreLoader(yaml.CSafeLoader):  # type: ignore[misc]  # PyYAML has no types
    """Safe tags, the core schema's plain values, no repeated keys."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own class attribute


def _mapping(loader: _CoreLoader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    for key in keys:
        if keys.count(key) > 1:
            line = node.start_mark.line + 1
            raise yaml.YAMLError(f"the mapping at line {line} has the key {key!r} twice")
    return {
        key: loader.construct_object(value, deep=True)
        for key, (_, value) in zip(keys, node.value, strict=True)
    }


def _integer(loader: _CoreLoader, node: yaml.ScalarNode) -> int:
    text = str(loader.construct_scalar(node))
    return int(text, 10 if text.lstrip("+-").isdigit() else 0)


def _number(loader: _CoreLoader, node: yaml.ScalarNode) -> float:
    return float(
        str(loader.construct_scalar(node)).lower().replace(".inf", "inf").replace(".nan", "nan")
    )


_CoreLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_CoreLoader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
_CoreLoader.add_implicit_resolver("tag:yaml.org,2002:int", _INTEGER, list("-+0123456789"))
_CoreLoader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+0123456789."))
_CoreLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
_CoreLoader.add_constructor("tag:yaml.org,2002:int", _integer)
_CoreLoader.add_constructor("tag:yaml.org,2002:float", _number)


def load_yaml(text: str, file: str) -> object:
    """Return the document in ``text``.

    Raises:
        DeviceFolderError: it is not YAML, repeats a key, is nested too deep, or has aliases or
            tags of its own.
    """
    try:
        _check_events(text)
        return yaml.load(text, Loader=_CoreLoader)  # noqa: S506 - a subclass of the safe loader
    except (yaml.YAMLError, ValueError, TypeError) as exc:
        raise DeviceFolderError(file, " ".join(str(exc).split()), _CURE) from None


def _check_events(text: str) -> None:
    """Refuse what makes a small file endless, or overflows the C stack of the loader (a crash)."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError(f"an alias (*{event.anchor}) at line {event.start_mark.line + 1}")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH_MAX:
                raise yaml.YAMLError(f"nested deeper than {DEPTH_MAX}")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
