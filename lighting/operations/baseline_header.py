"""The header of a baseline file: TOML that says what the snapshot is and how its figures are known.

    lamplighter_baseline = 1
    name = "before-led"
    kind = "before"                     # or "led full power all night", "earlier policy"
    title = "Street lights of Leeds before LED"
    taken_on = 2019-08-31
    place = [53.80, -1.55]              # latitude, longitude [degrees]
    zone = "Europe/London"

    [watts]
    evidence = "charge code"
    source = "Inventory to Northern Powergrid, August 2019"
    [quantity]
    evidence = "inventory"
    source = "Inventory to Northern Powergrid, August 2019"
    [hours]
    rule = "photocell 70/35"
    evidence = "stated"
    source = "Lighting engineer's letter, 3 June 2019"

What stands here holds for every row that does not say otherwise.
"""

import tomllib
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from lighting.energy.baseline_errors import BaselineHeaderError, BurningRuleError
from lighting.energy.burning import BurningRule, parse_burning
from lighting.energy.snapshot import (
    FigureEvidence,
    Known,
    SnapshotHeader,
    SnapshotKind,
    kind_fault,
)
from schedules.errors import PlaceError
from schedules.site import Site

_SHOWN = 60


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class KnownPart(_Part):
    """How a figure is known where the row does not say."""

    evidence: FigureEvidence
    source: Text

    def known(self) -> Known:
        """Return it as the snapshot has it."""
        return Known(evidence=self.evidence, source=self.source)


class HoursPart(KnownPart):
    """The burning hours where the row does not say, and how they are known."""

    rule: str = ""


class BaselineHeader(_Part):
    """A baseline file's header as it is written."""

    lamplighter_baseline: Literal[1]
    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    kind: SnapshotKind
    title: Text
    taken_on: date
    place: Annotated[tuple[float, float], Field(description="latitude, longitude [degrees]")]
    zone: str
    note: str = ""
    watts: KnownPart
    quantity: KnownPart
    hours: HoursPart

    def header(self) -> SnapshotHeader:
        """Return what the snapshot keeps of it."""
        return SnapshotHeader(
            name=self.name,
            kind=self.kind,
            title=self.title,
            taken_on=self.taken_on,
            latitude_deg=self.place[0],
            longitude_deg=self.place[1],
            zone=self.zone,
            note=self.note,
        )

    def burning(self) -> BurningRule | None:
        """Return the rule of rows that state none, or None.

        Raises:
            BurningRuleError: what stands there is no rule.
        """
        return parse_burning(self.hours.rule) if self.hours.rule else None


def parse_header(text: str, *, document: str) -> BaselineHeader:
    """Return the header in ``text``; ``document`` is what errors call it.

    Raises:
        BaselineHeaderError: not TOML or no header; carries every fault with what is allowed.
    """
    try:
        header = BaselineHeader.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        raise BaselineHeaderError(document, [f"is not TOML 1.0: {exc}"]) from exc
    except ValidationError as exc:
        raise BaselineHeaderError(document, [_fault(each) for each in exc.errors()]) from exc
    faults = _faults(header)
    if faults:
        raise BaselineHeaderError(document, faults)
    return header


def _faults(header: BaselineHeader) -> list[str]:
    faults = []
    try:
        Site(latitude_deg=header.place[0], longitude_deg=header.place[1], zone=header.zone)
    except PlaceError as exc:
        faults.append(f"place and zone: {exc}")
    try:
        burning = header.burning()
    except BurningRuleError as exc:
        return [*faults, f"hours.rule: {exc}"]
    fault = kind_fault(header.kind, burning) if burning else ""
    return [*faults, f"hours.rule: allowed: {fault}"] if fault else faults


def _fault(error: ErrorDetails) -> str:
    place = ".".join(map(str, error["loc"])) or "the text"
    if error["type"] == "missing":
        return f"{place}: is missing"
    if error["type"] == "extra_forbidden":
        return f"{place}: is no entry of a baseline's header; remove it or correct its name"
    return f"{place}: {repr(error['input'])[:_SHOWN]} does not fit; {error['msg']}"
