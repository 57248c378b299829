"""FaultRules: every threshold of the detector, with unit and source. All can be set by the city."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from math import isfinite

from lighting.errors import RefusedError

_ABOUT = "about"


class RuleError(RefusedError):
    """A threshold that cannot be."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        self.name = name
        self.value = value
        self.allowed = allowed
        super().__init__(f"fault rule {name} = {value!r} cannot be used; allowed: {allowed}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """What a threshold is about; ``unit`` is of its value."""

    unit: str
    why: str
    source: str


_OURS = "our choice, unverified"
"""That is: until a city's own lanterns are calibrated."""


def _threshold(value: float, unit: str, why: str, source: str = _OURS) -> float:
    """Return a dataclass field, which stands for a number as ``field`` itself does."""
    return field(default=value, metadata={_ABOUT: Threshold(unit=unit, why=why, source=source)})


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRules:
    """Thresholds: each has its value, its unit, what it is for, and its source.

    Raises:
        RuleError: a threshold that is not a positive, finite number.
    """

    margin_min: float = _threshold(
        5.0,
        "min",
        "Reports so near to a change of level, beyond the policy's tolerance, decide nothing.",
    )
    day_margin_min: float = _threshold(
        15.0,
        "min",
        "It is day from so long after sunrise until so long before sunset.",
    )
    override_margin_min: float = _threshold(
        15.0,
        "min",
        "After an override's end reports decide nothing for so long: its last order lives 10.",
    )
    dark_w: float = _threshold(
        1.0,
        "W",
        "At most so much above standby is no light: meters count whole watts.",
    )
    power_w: float = _threshold(
        3.0,
        "W",
        "A difference of power below this is never told.",
        "our choice, as `Watch` has it, unverified",
    )
    power_ratio: float = _threshold(
        0.20,
        "part",
        "Power agrees with its model within this part of it.",
        "our choice, as `Watch` has it, unverified",
    )
    power_level: float = _threshold(
        50.0,
        "percent",
        "From this level on power is held against its model, whose low end is unverified.",
    )
    dimming_step_w: float = _threshold(
        6.0,
        "W",
        "A dimming step must ask for so much less power before it is judged.",
    )
    dimming_share: float = _threshold(
        0.5,
        "part",
        "A lantern dims if at least this part of the reduction asked for shows in its power.",
    )
    unknown_full_w: float = _threshold(
        10.0,
        "W",
        "Least full power of a lantern whose wattage nobody knows, to tell dark from lit.",
    )
    low_voltage_v: float = _threshold(
        216.2,
        "V",
        "Mains below this are low: 230 V less 6 %.",
        "British supply regulations of 2002, by general knowledge, unverified",
    )
    tilt_deg: float = _threshold(
        20.0,
        "degrees",
        "A node tilted by this or more hangs wrong; below it may be its bracket.",
    )
    boots: float = _threshold(
        3.0,
        "restarts",
        "So many restarts in one night are cycling.",
    )
    switches: float = _threshold(
        4.0,
        "changes",
        "So many changes between dark and lit, while light is asked, are cycling.",
    )
    readings: float = _threshold(
        2.0,
        "reports",
        "So many reports show a fault; one may be of a moment that nobody knows of.",
    )
    power_readings: float = _threshold(
        3.0,
        "reports",
        "The same for abnormal power and low voltage, which cost nobody the light.",
    )
    sure: float = _threshold(
        6.0,
        "reports",
        "So many reports of one source make it sure.",
    )
    healthy: float = _threshold(
        2.0,
        "reports",
        "So many good reports after the last bad one show that a fault is over.",
    )
    healthy_steady: float = _threshold(
        6.0,
        "reports",
        "The same for what comes and goes by its nature: cycling and low voltage.",
    )
    silent_h: float = _threshold(
        6.0,
        "h",
        "A node unheard for so long is silent; nodes report hourly unless told otherwise.",
    )
    silent_sure_h: float = _threshold(
        24.0,
        "h",
        "One unheard for so long is surely so.",
    )
    together_min: float = _threshold(
        120.0,
        "min",
        "Neighbours whose last words lie within this fell silent together: two reports each.",
    )
    feeder_m: float = _threshold(
        75.0,
        "m",
        "Silent lanterns at most so far apart belong to one stretch: columns stand 25 to 40 m "
        "apart, so one that was silent before does not cut it.",
        "spacing by general knowledge, unverified",
    )
    feeder_lanterns: float = _threshold(
        3.0,
        "lanterns",
        "A stretch has at least so many lanterns.",
    )
    feeder_share: float = _threshold(
        0.5,
        "part",
        "And at least this part of all lanterns within half that distance of them is silent.",
    )
    gateway_lanterns: float = _threshold(
        3.0,
        "nodes",
        "A gateway is judged by at least so many nodes.",
    )
    gateway_share: float = _threshold(
        0.8,
        "part",
        "It is silent when this part of the nodes last heard by it is.",
    )
    network_lanterns: float = _threshold(
        5.0,
        "nodes",
        "The network is judged by at least so many nodes.",
    )
    network_share: float = _threshold(
        0.8,
        "part",
        "It is silent when this part of all nodes ever heard is.",
    )
    network_fresh_d: float = _threshold(
        7.0,
        "days",
        "Nodes unheard for longer than this before the rest say nothing about the network.",
    )
    reopen_d: float = _threshold(
        7.0,
        "days",
        "A fault that comes back within so many days is the same fault again.",
    )
    hold_h: float = _threshold(
        24.0,
        "h",
        "A fault that came back clears only after so many healthy hours for each time it did.",
    )
    hold_max_h: float = _threshold(
        72.0,
        "h",
        "But never later than this.",
    )

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if not isinstance(value, int | float) or isinstance(value, bool):
                raise RuleError(each.name, value, "a number")
            if not isfinite(value) or value <= 0:
                raise RuleError(each.name, value, "a finite number above 0")
            if each.name.endswith(("_share", "_ratio")) and value > 1:
                raise RuleError(each.name, value, "a part of the whole: at most 1")


def thresholds() -> Iterator[tuple[str, Threshold]]:
    """Yield the name of every threshold and what it is about."""
    for each in fields(FaultRules):
        yield each.name, each.metadata[_ABOUT]


DEFAULT_RULES = FaultRules()
"""The thresholds of a city that set none."""
