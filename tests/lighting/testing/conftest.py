"""A virtual lantern to try things on."""

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from lighting.identifiers import DevEui
from lighting.testing.lantern_spec import Faults, LanternSpec
from lighting.testing.light_plan import LightPlans
from lighting.testing.virtual_lantern import VirtualLantern

POWER_ON_S = datetime(2026, 1, 10, 12, 0, tzinfo=UTC).timestamp()


@pytest.fixture
def make_lantern() -> Callable[..., VirtualLantern]:
    """Make a 40 W lantern in London, powered since noon of 10 January 2026; keywords change it."""

    def make(*, faults: Faults | None = None, **changes: object) -> VirtualLantern:
        values: dict[str, object] = {
            "dev_eui": DevEui("70b3d57ed0000123"),
            "application_id": "lights",
            "latitude_deg": 51.5,
            "longitude_deg": -0.13,
            "power_w": 40.0,
            "power_min_w": 4.0,
            "standby_w": 0.0,
            **changes,
        }
        spec = LanternSpec(**values)  # type: ignore[arg-type]  # the caller's keywords
        made = VirtualLantern(spec, LightPlans(), rng=random.Random(1), faults=faults)
        made.power_on(POWER_ON_S)
        return made

    return make
