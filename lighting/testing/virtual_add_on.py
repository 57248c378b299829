"""VirtualAddOn: a device of the catalogue that measures a ``StreetNight`` and says it in its bytes.

It is run like a ``VirtualLantern``: ``wake`` at ``next_s``. There is one make for each use of the
city's programme; what such a device cannot say by its published layout, it cannot do here either.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import log
from random import Random
from typing import Final, NamedTuple

from lighting.identifiers import DevEui
from lighting.testing import add_on_frames as frames
from lighting.testing.lantern_spec import NEVER_S
from lighting.testing.street_night import Corner, Moment, StreetNight, a_corner
from lighting.testing.virtual_lantern import Saying

INTERVAL_S: Final = 600
"""How often a device reports whose catalogue entry does not say. Our choice."""

GULLY_EMPTY_M, GULLY_FULL_M = 1.2, 0.2
"""From the sensor to the water in an empty and in a full gully: the gauge of every gully here."""

NEVER: Final = (NEVER_S, NEVER_S)

Stretch = tuple[float, float]
"""From one instant until another (seconds since 1970)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOnFaults:
    """What is wrong with an add-on.

    ``silent_s``: it is not heard. Where its make keeps values (EM500-UDL), it says them afterwards,
    late; ``twice`` again right away, each a little different, as a worn-out memory may.
    ``raves_s``: what it says cannot be true (of a TCR nothing can be told to be so).
    """

    silent_s: Stretch = NEVER
    raves_s: Stretch = NEVER
    twice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOnSpec:
    """An add-on as it hangs: which model of the catalogue, where, how often it reports [s]."""

    dev_eui: DevEui
    application_id: str
    latitude_deg: float
    longitude_deg: float
    device_id: str
    interval_s: float = INTERVAL_S


class Make(NamedTuple):
    """How a make says what it measures now, and what it has kept since an instant, if it does."""

    say: Callable[[Moment], Saying]
    recall: Callable[[Moment, float], Saying] | None = None


class VirtualAddOn:
    """One add-on. Fulfils ``network_device.Station``; ``spoke_s`` is when it last spoke."""

    def __init__(
        self,
        spec: AddOnSpec,
        night: StreetNight,
        *,
        rng: Random,
        corner: Corner | None = None,
        faults: AddOnFaults | None = None,
        make: Make | None = None,
    ) -> None:
        """Hang one; without ``corner`` its place is drawn, without ``make`` it is its model's."""
        self.spec = spec
        self.sessions = 0
        self.next_s = self.spoke_s = NEVER_S
        self._night = night
        self._rng = rng
        self._corner = corner or a_corner(rng)
        self._faults = faults or AddOnFaults()
        self._make = make or MAKES[spec.device_id]
        self._start_s = self._since_s = 0.0
        self._kept: list[tuple[float, Moment]] = []

    def power_on(self, at_s: float) -> list[Saying]:
        """Switch it on; it reports within its interval for the first time, and joins with that."""
        self.sessions += 1
        self._start_s = self._since_s = at_s
        self.next_s = at_s + self._rng.uniform(0, self.spec.interval_s)
        return []

    def wake(self, at_s: float) -> list[Saying]:
        """Measure and, unless it is silent, say it."""
        self.next_s = at_s + self.spec.interval_s
        moment = self.moment(at_s)
        self._since_s = at_s
        if self.is_dead(at_s):
            self._kept.append((at_s, moment))
            return []
        self.spoke_s = at_s
        return [*self._recalled(), self._make.say(moment)]

    def hear(self, f_port: int, payload: bytes, at_s: float) -> list[Saying]:  # noqa: ARG002 - nothing is obeyed, so nothing is read
        """Take a downlink: it has no effect, for nobody sends add-ons any."""
        return []

    def is_dead(self, at_s: float) -> bool:
        """Tell whether it is silent."""
        return _within(self._faults.silent_s, at_s)

    def moment(self, at_s: float) -> Moment:
        """Return what it measures at ``at_s``, which is the truth unless it raves."""
        true = self._night.moment(self._corner, at_s, since_s=self._since_s, start_s=self._start_s)
        return _impossible(true) if _within(self._faults.raves_s, at_s) else true

    def _recalled(self) -> list[Saying]:
        kept, self._kept = self._kept, []
        recall = self._make.recall
        if recall is None:
            return []
        again = [
            (at_s, replace(each, full=each.full + 0.01))
            for at_s, each in kept
            if self._faults.twice
        ]
        return [recall(each, at_s) for at_s, each in [*kept, *again]]


def _within(stretch: Stretch, at_s: float) -> bool:
    return stretch[0] <= at_s < stretch[1]


def _impossible(true: Moment) -> Moment:
    """Return what cannot be outdoors, so far as the layouts can say it."""
    return replace(true, air_c=120.0, surface_c=250.0, full=-60.0, battery=255, battery_v=61.0)


def gully_distance_m(full: float) -> float:
    """Return how far [m] the water is from the sensor; ``full`` is a share of the depth."""
    return GULLY_EMPTY_M - full * (GULLY_EMPTY_M - GULLY_FULL_M)


def _air_quality(now: Moment) -> Saying:
    return frames.dl_pm(
        pm=(now.pm2_5 * 0.7, now.pm2_5, now.pm2_5 * 1.3, now.pm2_5 * 1.5),
        size_nm=500,
        numbers=tuple(now.pm2_5 * share for share in (5.0, 6.0, 6.2, 6.3, 6.3)),
        climate=(now.air_c, now.humidity, 101_300),
        battery_v=now.battery_v,
    )


def _road_surface(now: Moment) -> Saying:
    return frames.dl_cws(
        weather=(now.surface_c, now.air_c, now.humidity, _dew_point_c(now.air_c, now.humidity)),
        tilt_deg=70,
        head_c=now.air_c,
        battery_v=now.battery_v,
    )


def _damp(now: Moment) -> Saying:
    # In a home: hardly touched by the weather.
    return frames.em300_th(
        air_c=17.0 + now.air_c / 10, humidity=now.humidity - 10, battery=now.battery
    )


def _gully(now: Moment) -> Saying:
    return frames.em500_udl(distance_m=gully_distance_m(now.full), battery=now.battery)


def _gully_kept(then: Moment, at_s: float) -> Saying:
    return frames.em500_udl_kept(distance_m=gully_distance_m(then.full), at_s=at_s)


def _presence(now: Moment) -> Saying:
    return frames.ws202(motion=sum(now.people) > 0, daylight=now.is_light, battery=now.battery)


def _footfall(now: Moment) -> Saying:
    return frames.pcr2(
        counts=now.people,
        totals=now.people_total,
        battery_v=now.battery_v + 4,
        solar_w=1.5 if now.is_light else 0.0,
        inside_c=now.air_c + 3,
    )


def _vehicles(now: Moment) -> Saying:
    return frames.tcr(
        clock=(int(now.hour), int(now.hour % 1 * 60)),
        counts=now.vehicles,
        speeds_km_h=(now.speed_km_h, now.speed_km_h),
        supply_v=5.1,
    )


def _structure(now: Moment) -> Saying:
    angles_deg = (now.tilt_deg, -now.tilt_deg / 2, 90.0)
    return frames.em320_tilt(angles_deg=angles_deg, alarms=0, battery=now.battery)


MAKES: Final[Mapping[str, Make]] = {
    "decentlab-dl-pm": Make(_air_quality),
    "decentlab-dl-cws": Make(_road_surface),
    "milesight-em300-th": Make(_damp),
    "milesight-em500-udl": Make(_gully, _gully_kept),
    "milesight-ws202": Make(_presence),
    "parametric-pcr2-ods": Make(_footfall),
    "pmx-tcr-s": Make(_vehicles),
    "milesight-em320-tilt": Make(_structure),
}
"""Makes by the model's id in the catalogue: one for each of the eight uses."""


def _dew_point_c(air_c: float, humidity: float) -> float:
    """Return the dew point [°C] by Magnus' formula over water (WMO-No. 8: 17.62 and 243.12 °C)."""
    gamma = log(humidity / 100) + 17.62 * air_c / (243.12 + air_c)
    return 243.12 * gamma / (17.62 - gamma)
