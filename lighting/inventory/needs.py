"""Need: what somebody looks for a socket for, read from words: ``zhaga, 2 W, near 53.80,-1.55``."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from firmware_profiles.devices.device import DeviceModel, SocketStandard, Supply
from lighting.inventory.errors import MappingFault, NeedError
from lighting.inventory.sockets import LOW_VOLTAGE, NEMA, Position

ALLOWED = (
    "a standard (zhaga, zhaga-2, nema, nema7, c136.58), a supply (24 V auxiliary, dali bus,"
    " permanent mains, mains), 2 W, 5 W peak, 20 mA, 150 g, top, bottom, side, near 53.80,-1.55,"
    " within 300 m, ward NAME, device ID; parts are separated by commas"
)

_ANY_CASE = re.IGNORECASE
_NUMBER = r"(?P<value>\d+(?:\.\d+)?)"
_NEAR = re.compile(r"near\s+([-+]?\d+(?:\.\d+)?)\s*,\s*([-+]?\d+(?:\.\d+)?)\s*(?=,|$)", _ANY_CASE)
_AMOUNT = re.compile(rf"{_NUMBER}\s*(?P<unit>mW|W|kW|mA|A|g|kg)(?P<peak>\s+peak)?", _ANY_CASE)
_WITHIN = re.compile(rf"within\s+{_NUMBER}\s*(?P<unit>m|km)", _ANY_CASE)
_SPACE = re.compile(r"[\s-]+")

ZHAGA = frozenset({SocketStandard.ZHAGA_1, SocketStandard.ZHAGA_2, SocketStandard.ZHAGA_3})
_FAMILIES = {"zhaga": ZHAGA, "nema": NEMA, "c136.41": NEMA}
_STANDARDS = _FAMILIES | {_SPACE.sub("", each.value): frozenset({each}) for each in SocketStandard}

_SUPPLIES: dict[str, Supply] = {
    "24v": Supply.AUX_24V,
    "24vaux": Supply.AUX_24V,
    "24vauxiliary": Supply.AUX_24V,
    "aux": Supply.AUX_24V,
    "auxiliary": Supply.AUX_24V,
    "dali": Supply.DALI_BUS,
    "dalibus": Supply.DALI_BUS,
    "mains": Supply.SWITCHED_MAINS,
    "switchedmains": Supply.SWITCHED_MAINS,
    "permanentmains": Supply.PERMANENT_MAINS,
    "battery": Supply.BATTERY,
}
"""``mains`` is content with either kind; what must live by day asks for permanent mains."""

_UNITS: dict[str, tuple[str, float]] = {
    "w": ("average_w", 1.0),
    "mw": ("average_w", 1e-3),
    "kw": ("average_w", 1e3),
    "ma": ("bus_ma", 1.0),
    "a": ("bus_ma", 1e3),
    "g": ("mass_g", 1.0),
    "kg": ("mass_g", 1e3),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point: WGS 84 degrees."""

    latitude_deg: float
    longitude_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a socket must offer; what is None does not matter. A figure left out is not needed.

    ``device`` is a model of the catalogue: what it draws, weighs and plugs into is asked for, and
    then no figure stands beside it.
    """

    standards: frozenset[SocketStandard] | None = None
    supply: Supply | None = None
    average_w: float | None = None
    peak_w: float | None = None
    bus_ma: float | None = None
    mass_g: float | None = None
    position: Position | None = None
    near: Place | None = None
    within_m: float | None = None
    ward: str | None = None
    device: DeviceModel | None = None


class _Reader:
    """Collects the parts of a need, and what is wrong with them."""

    def __init__(self, device_for: Callable[[str], DeviceModel | None]) -> None:
        self.values: dict[str, Any] = {}
        self.faults: list[MappingFault] = []
        self._device_for = device_for

    def near(self, found: re.Match[str]) -> str:
        latitude, longitude = float(found[1]), float(found[2])
        if abs(latitude) > 90.0 or abs(longitude) > 180.0:  # noqa: PLR2004 - degrees of the earth
            self.wrong(found[0], "is no place on earth", "near LATITUDE,LONGITUDE in degrees")
        self.put("near", Place(latitude_deg=latitude, longitude_deg=longitude), found[0])
        return ""

    def read(self, part: str) -> None:
        readers = (self._standard, self._amount, self._within, self._word, self._device)
        if not any(reader(part) for reader in readers):
            self.wrong(part, *_why_not(part))

    def put(self, name: str, value: object, part: str) -> None:
        if name in self.values:
            self.wrong(part, f"says {name} a second time", "each once")
        self.values[name] = value

    def wrong(self, part: str, problem: str, allowed: str) -> None:
        shown = part if part.isprintable() else ascii(part)
        self.faults.append(MappingFault(field=repr(shown[:60]), problem=problem, allowed=allowed))

    def _standard(self, part: str) -> bool:
        found = _STANDARDS.get(_SPACE.sub("", part.casefold()))
        if found is not None:
            self.put("standards", found, part)
        return found is not None

    def _amount(self, part: str) -> bool:
        found = _AMOUNT.fullmatch(part)
        if found is None:
            return False
        name, factor = _UNITS[found["unit"].casefold()]
        if found["peak"]:
            if name != "average_w":
                self.wrong(part, "has no peak", "a peak of W")
            name = "peak_w"
        self.put(name, float(found["value"]) * factor, part)
        return True

    def _within(self, part: str) -> bool:
        found = _WITHIN.fullmatch(part)
        if found is not None:
            factor = 1e3 if found["unit"].casefold() == "km" else 1.0
            self.put("within_m", float(found["value"]) * factor, part)
        return found is not None

    def _word(self, part: str) -> bool:
        word = _SPACE.sub("", part.casefold())
        if word in _SUPPLIES:
            self.put("supply", _SUPPLIES[word], part)
        elif word in set(Position):
            self.put("position", Position(word), part)
        elif part.casefold().startswith("ward "):
            self.put("ward", part[len("ward ") :].strip(), part)
        else:
            return False
        return True

    def _device(self, part: str) -> bool:
        asked = part.casefold().startswith("device ")
        device = self._device_for(part[len("device ") :].strip() if asked else part)
        if device is not None:
            self.put("device", device, part)
        elif asked:
            self.wrong(part, "is not in the catalogue", "the id of a model of the catalogue")
        return device is not None or asked


def _why_not(part: str) -> tuple[str, str]:
    """Return what is wrong with a part that nothing reads, and what is allowed."""
    first = part.casefold().split()[0]
    if first == "near":
        return "names no place", "near LATITUDE,LONGITUDE in degrees, such as near 53.80,-1.55"
    if first == "within":
        return "is no distance", "within 300 m, within 2 km"
    if first[0] in "+-.0123456789":
        return "is no amount", "0 or more of W, mW, kW, W peak, mA, A, g or kg, such as 2.5 W"
    return "is not understood", ALLOWED


def parse_need(text: str, *, catalogue: Mapping[str, DeviceModel] | None = None) -> Need:
    """Return the need that ``text`` states.

    Watts are of the 24 V auxiliary supply, or of the mains where a C136.41 socket or mains is
    asked for; milliamperes are of the DALI bus. A device of the ``catalogue`` brings its own.

    Raises:
        NeedError: carries every part that is not understood and what is allowed.
    """
    reader = _Reader((catalogue or {}).get)
    for part in _NEAR.sub(reader.near, text).split(","):
        if words := " ".join(part.split()):
            reader.read(words)
    if not reader.values and not reader.faults:
        reader.wrong(text, "asks for nothing", ALLOWED)
    values = reader.values
    if "within_m" in values and "near" not in values:
        reader.wrong("within", "says no point to measure from", "near LATITUDE,LONGITUDE beside it")
    if reader.faults:
        raise NeedError(text, reader.faults)
    need = _with_supply(text, Need(**values))
    return _with_device(text, need) if need.device is not None else need


def _with_supply(text: str, need: Need) -> Need:
    """Return the need with the supply that its watts are of."""
    power = need.average_w is not None or need.peak_w is not None
    if need.device is not None or need.supply is not None:
        return need
    if not power:
        return need if need.bus_ma is None else replace(need, supply=Supply.DALI_BUS)
    if need.standards is None or not (need.standards <= NEMA or need.standards <= LOW_VOLTAGE):
        fault = MappingFault(
            field="W",
            problem="it does not say of which supply",
            allowed="a standard, 24 V auxiliary, mains, or permanent mains beside it",
        )
        raise NeedError(text, [fault])
    supply = Supply.SWITCHED_MAINS if need.standards <= NEMA else Supply.AUX_24V
    return replace(need, supply=supply)


def _with_device(text: str, need: Need) -> Need:
    """Return the need of a catalogue device; a figure beside it would contradict it in silence."""
    figures = ("standards", "supply", "average_w", "peak_w", "bus_ma", "mass_g")
    said = [name for name in figures if getattr(need, name) is not None]
    device = need.device
    if said or device is None:
        fault = MappingFault(
            field=", ".join(said),
            problem="is given beside a device, which brings its own",
            allowed="one of the two",
        )
        raise NeedError(text, [fault])
    if not device.fits:
        fault = MappingFault(
            field=f"device {device.device_id}",
            problem="is clamped to the column and takes no socket",
            allowed="a device that plugs into a socket",
        )
        raise NeedError(text, [fault])
    return need
