"""What sockets allow, by standard: configuration, each figure with its source or unverified."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from firmware_profiles.devices.device import SocketStandard
from lighting.inventory.errors import LimitsError, MappingFault
from lighting.inventory.sockets import Figure, Limit, Position, Socket, Wire, wiring_fault

SHIPPED = "socket_limits.toml"


class _Figure(BaseModel):
    """A value with its source, or with why it is unverified: exactly one of the two."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    source: str = ""
    unverified: str = ""

    @model_validator(mode="after")
    def _says_whence(self) -> Self:
        if bool(self.source.strip()) == bool(self.unverified.strip()):
            raise ValueError("needs source or unverified, one of the two, with some words")
        return self


class _Standard(BaseModel):
    """What the file says of one standard."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    mass_g: _Figure | None = None
    aux_average_w: _Figure | None = None
    aux_peak_w: _Figure | None = None
    bus_ma: _Figure | None = None
    mains_w: _Figure | None = None
    positions: tuple[Position, ...] = ()
    wiring: tuple[Wire, ...] = ()


_FILE = TypeAdapter(dict[SocketStandard, _Standard])


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardLimits:
    """The limits of one standard.

    ``positions`` empty: any. ``wiring`` empty: it has to be said.
    """

    title: str
    figures: Mapping[Figure, Limit]
    positions: frozenset[Position] = frozenset()
    wiring: frozenset[Wire] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTable:
    """The limits of all standards; one that is not there has none that is known."""

    standards: Mapping[SocketStandard, StandardLimits]

    def of(self, socket: Socket, figure: Figure) -> Limit | None:
        """Return what a socket allows: its lantern's own figure, else its standard's, or None."""
        own = socket.limits.get(figure)
        standard = self.standards.get(socket.standard)
        return own or (standard.figures.get(figure) if standard else None)

    def positions(self, standard: SocketStandard) -> frozenset[Position]:
        """Return where sockets of a standard may be; empty if no rule is known."""
        known = self.standards.get(standard)
        return known.positions if known else frozenset()

    def usual_wiring(self, standard: SocketStandard) -> frozenset[Wire]:
        """Return what a socket of a standard carries where nobody says; empty if that is open."""
        known = self.standards.get(standard)
        return known.wiring if known else frozenset()


def parse_limits(text: str, *, name: str) -> LimitTable:
    """Return the limits written in ``text`` (TOML); ``name`` says which file errors speak of.

    Raises:
        LimitsError: not TOML, or not limits; carries every fault with what is allowed.
    """
    try:
        read = _FILE.validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        fault = MappingFault(field="the text", problem=str(exc), allowed="TOML 1.0")
        raise LimitsError(name, [fault]) from exc
    except ValidationError as exc:
        raise LimitsError(name, _faults(exc)) from exc
    for standard, part in read.items():
        problem = wiring_fault(standard, part.wiring) if part.wiring else ""
        if problem:
            fault = MappingFault(
                field=f"{standard}.wiring", problem=problem, allowed=", ".join(Wire)
            )
            raise LimitsError(name, [fault])
    return LimitTable(standards={standard: _limits(part) for standard, part in read.items()})


@cache
def shipped_limits() -> LimitTable:
    """Return the limits that come with Lamplighter."""
    text = (files("lighting.inventory") / SHIPPED).read_text(encoding="utf-8")
    return parse_limits(text, name=SHIPPED)


def _limits(part: _Standard) -> StandardLimits:
    figures = {}
    for figure in Figure:
        given: _Figure | None = getattr(part, figure.value)
        if given is not None:
            figures[figure] = Limit(
                value=given.value, source=given.source, unverified=given.unverified
            )
    return StandardLimits(
        title=part.title,
        figures=figures,
        positions=frozenset(part.positions),
        wiring=frozenset(part.wiring),
    )


def _faults(exc: ValidationError) -> list[MappingFault]:
    kinds = ", ".join(SocketStandard)
    return [
        MappingFault(
            field=".".join(str(part) for part in error["loc"] if part != "[key]"),
            problem=error["msg"],
            allowed=kinds if "[key]" in error["loc"] else "see socket_limits.toml",
        )
        for error in exc.errors()
    ]
