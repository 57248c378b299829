"""FileMapping: how the columns of a council's file become the fields of a Lantern.

The model is pydantic because a mapping is text that people write (TOML); ``mapping_text`` reads
it. Columns and GeoJSON properties are both called columns here.
"""

from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

TextField = Literal[
    "road", "ward", "postcode", "position", "column", "lighting_class", "lamp", "regime"
]
"""The text fields of a Lantern that a mapping can fill."""

NumberField = Literal["power_w", "height_m"]
"""The number fields of a Lantern that a mapping can fill."""

CoordinateSystem = Literal["wgs84", "british_national_grid", "web_mercator"]
"""Degrees of WGS 84 (EPSG:4326), metres of EPSG:27700, metres of EPSG:3857."""

UNITS: dict[NumberField, dict[str, float]] = {
    "power_w": {"W": 1.0, "kW": 1000.0},
    "height_m": {"m": 1.0, "cm": 0.01, "mm": 0.001, "ft": 0.3048},
}
"""Units a number column may be in, and what one of them is in the Lantern's unit."""

GEOMETRY_X = "geometry x"
GEOMETRY_Y = "geometry y"
"""The columns in which a GeoJSON feature's coordinates travel."""

MISFIT = "misfit"
"""The pydantic error type of entries that do not fit together; its context is a MappingFault."""


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
"""One text or a list of texts."""

Columns = Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)]
"""One column or a list of columns, whose values are joined."""

Tag = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9:._-]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CsvPart(_Part):
    """How the text of a CSV file is written."""

    encoding: Literal["utf-8", "cp1252"] = "utf-8"
    delimiter: Literal[",", ";", "\t", "|"] = ","


class KeyPart(_Part):
    """Which columns name a lantern: ``prefix:a-b``, or ``prefix:at:x:y`` where those are empty."""

    columns: Columns
    prefix: Annotated[str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9-]*)?$")]
    fallback_columns: Texts = ()


class PositionPart(_Part):
    """Where a lantern's coordinates are, and the box [degrees] they must lie in.

    ``x`` is longitude or easting, ``y`` latitude or northing; GeoJSON takes them from the geometry.
    """

    system: CoordinateSystem
    x: str = GEOMETRY_X
    y: str = GEOMETRY_Y
    box_west_south_east_north: tuple[float, float, float, float] = (-180.0, -90.0, 180.0, 90.0)


class NumberPart(_Part):
    """A column that holds a number, and the unit it is in."""

    column: str
    unit: str


class TagRule(_Part):
    """Lanterns whose column equals or contains one of the texts (any case) get ``tag``."""

    column: str
    tag: Tag
    equals: Texts = ()
    contains: Texts = ()


class KeptTag(_Part):
    """The column's value itself becomes the tag ``prefixvalue`` (``lamps:2``), unless ignored.

    With a ``separator`` the value is a list of tags.
    """

    column: str
    prefix: str = ""
    separator: str = ""
    ignore: Texts = ()


class FileMapping(_Part):
    """One council's file: every column that is read, and what becomes of it."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str = ""
    source: str = ""
    format: Literal["csv", "geojson"]
    csv: CsvPart = CsvPart()
    key: KeyPart
    position: PositionPart
    text: dict[TextField, Columns] = Field(default_factory=dict)
    fixed: dict[TextField, str] = Field(default_factory=dict)
    number: dict[NumberField, NumberPart] = Field(default_factory=dict)
    none: dict[str, Texts] = Field(default_factory=dict)
    tags: tuple[TagRule, ...] = ()
    kept_tags: tuple[KeptTag, ...] = ()
    optional_columns: Texts = ()

    def columns(self) -> tuple[str, ...]:
        """Return every column that is read, each once, in the order of the mapping."""
        named = [*self.key.columns, *self.key.fallback_columns, self.position.x, self.position.y]
        named += [column for columns in self.text.values() for column in columns]
        named += [part.column for part in self.number.values()]
        named += [rule.column for rule in self.tags]
        named += [kept.column for kept in self.kept_tags]
        return tuple(dict.fromkeys(named))

    def required_columns(self) -> tuple[str, ...]:
        """Return the columns without which the file is refused as a whole."""
        return tuple(column for column in self.columns() if column not in self.optional_columns)

    @model_validator(mode="after")
    def _coordinates_fit_the_format(self) -> Self:
        from_geometry = {self.position.x, self.position.y} & {GEOMETRY_X, GEOMETRY_Y}
        if self.format == "csv" and from_geometry:
            raise _misfit("position", "x or y is missing", "the columns of x and y, for a CSV file")
        if self.format == "geojson" and len(from_geometry) != len(_GEOMETRY):
            raise _misfit("position", "x or y is given", "neither: GeoJSON has a geometry")
        return self

    @model_validator(mode="after")
    def _box_holds_something(self) -> Self:
        west, south, east, north = self.position.box_west_south_east_north
        if not (west < east and south < north):
            field = "position.box_west_south_east_north"
            raise _misfit(field, "holds no place", "west below east and south below north")
        return self

    @model_validator(mode="after")
    def _fields_are_filled_once(self) -> Self:
        for field in set(self.text) & set(self.fixed):
            raise _misfit(f"fixed.{field}", "is in [text] too", "one of the two")
        return self

    @model_validator(mode="after")
    def _units_fit_their_field(self) -> Self:
        for field, part in self.number.items():
            if part.unit not in UNITS[field]:
                allowed = ", ".join(UNITS[field])
                raise _misfit(f"number.{field}.unit", f"{part.unit!r} is no unit of it", allowed)
        return self

    @model_validator(mode="after")
    def _tag_rules_can_match(self) -> Self:
        for rule in self.tags:
            if not rule.equals and not rule.contains:
                raise _misfit("tags", f"the rule of {rule.tag!r} matches nothing", _MATCHES)
        return self

    @model_validator(mode="after")
    def _columns_spoken_of_are_read(self) -> Self:
        read = self.columns()
        for column in (*self.none, *self.optional_columns):
            if column not in read:
                raise _misfit("none, optional_columns", f"{column!r} is not read", ", ".join(read))
        for column in (*self.key.columns, self.position.x, self.position.y):
            if column in self.optional_columns:
                raise _misfit("optional_columns", f"{column!r} is needed", "other columns")
        return self


_GEOMETRY = (GEOMETRY_X, GEOMETRY_Y)
_MATCHES = "equals, contains or both, with at least one text"


def _misfit(field: str, problem: str, allowed: str) -> PydanticCustomError:
    context = {"field": field, "problem": problem, "allowed": allowed}
    return PydanticCustomError(MISFIT, "{field}: {problem}; allowed: {allowed}", context)
