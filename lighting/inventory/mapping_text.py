"""Read a mapping from TOML: a shipped one by its name, or a user's own text."""

import tomllib
from importlib.resources import files

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lighting.inventory.errors import MappingError, MappingFault
from lighting.inventory.mapping import (
    MISFIT,
    CsvPart,
    FileMapping,
    KeptTag,
    KeyPart,
    NumberPart,
    PositionPart,
    TagRule,
)

_PARTS: dict[str, type[BaseModel]] = {
    "csv": CsvPart,
    "key": KeyPart,
    "position": PositionPart,
    "number": NumberPart,
    "tags": TagRule,
    "kept_tags": KeptTag,
}
_SUFFIX = ".toml"
_SHOWN_CHARACTERS = 60


def parse_mapping(text: str, *, name: str) -> FileMapping:
    """Return the mapping written in ``text``; ``name`` says which file errors speak of.

    Raises:
        MappingError: not TOML, or not a mapping; carries every fault with what is allowed.
    """
    try:
        return FileMapping.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        fault = MappingFault(field="the text", problem=str(exc), allowed="TOML 1.0")
        raise MappingError(name, [fault]) from exc
    except ValidationError as exc:
        raise MappingError(name, [_fault(error) for error in exc.errors()]) from exc


def shipped_mappings() -> tuple[str, ...]:
    """Return the names of the mappings that come with Lamplighter."""
    entries = (files("lighting.inventory") / "mappings").iterdir()
    return tuple(sorted(e.name.removesuffix(_SUFFIX) for e in entries if e.name.endswith(_SUFFIX)))


def shipped_mapping(name: str) -> FileMapping:
    """Return the shipped mapping called ``name``.

    Raises:
        MappingError: there is none of that name; the names there are is what is allowed.
    """
    names = shipped_mappings()
    if name not in names:
        fault = MappingFault(
            field="name", problem="no such mapping is shipped", allowed=", ".join(names)
        )
        raise MappingError(name, [fault])
    folder = files("lighting.inventory") / "mappings"
    return parse_mapping((folder / f"{name}{_SUFFIX}").read_text("utf-8"), name=name)


def _fault(error: ErrorDetails) -> MappingFault:
    if error["type"] == MISFIT:
        return MappingFault(**error["ctx"])
    place = ".".join(str(step) for step in error["loc"] if step != "[key]")
    return MappingFault(field=place, problem=_problem(error), allowed=_allowed(error))


def _problem(error: ErrorDetails) -> str:
    if error["type"] == "extra_forbidden":
        return "is not an entry of a mapping"
    if error["type"] == "missing":
        return "is missing"
    return f"{repr(error['input'])[:_SHOWN_CHARACTERS]} does not fit"


def _allowed(error: ErrorDetails) -> str:
    if error["type"] == "extra_forbidden":
        place = error["loc"]
        part = _PARTS.get(str(place[0])) if len(place) > 1 else None
        return ", ".join((part or FileMapping).model_fields)
    if error["type"] == "missing":
        return "a value: it cannot be left out"
    context = error.get("ctx", {})
    return str(context.get("expected") or context.get("pattern") or error["msg"])
