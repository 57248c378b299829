"""Which NGSI-LD entity serves which use, and what our quantities are called there: data.

Entities and attributes are those of smart-data-models (github.com/smart-data-models, read
2026-08); its own units are kept (km/h, hPa, parts of 1). Unit codes are UN/CEFACT Recommendation
20: CEL, GQ and 61 as smart-data-models' air quality examples use them, the others general
knowledge, unverified.
"""

from dataclasses import dataclass
from typing import Final

from firmware_profiles.devices.device import Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """What a quantity is called in an entity: value = ours × scale, in ``unit_code``."""

    name: str
    unit_code: str
    scale: float = 1.0
    whole: bool = False


_MODELS: Final = "https://raw.githubusercontent.com/smart-data-models"
_CORE: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"
CONTEXTS: Final = {
    kind: (f"{_MODELS}/dataModel.{domain}/master/context.jsonld", _CORE)
    for kind, domain in (
        ("AirQualityObserved", "Environment"),
        ("TrafficFlowObserved", "Transportation"),
        ("CrowdFlowObserved", "Transportation"),
        ("Device", "Device"),
        ("DeviceMeasurement", "Device"),
        ("Streetlight", "Streetlighting"),
    )
}
"""Where the words of an entity are defined."""

ENTITY_OF: Final = {
    Use.AIR_QUALITY: "AirQualityObserved",
    Use.VEHICLES: "TrafficFlowObserved",
    Use.FOOTFALL: "CrowdFlowObserved",
    Use.PRESENCE: "CrowdFlowObserved",
}
"""The entity of a use; of the others, and for quantities that it lacks, ``DeviceMeasurement``.

Not ItemFlowObserved: it cannot be without the number of a lane, which nobody has told us."""

UNIT_CODES: Final = {
    "°C": "CEL",
    "%": "P1",
    "Pa": "PAL",
    "m/s": "MTS",
    "lux": "LUX",
    "µg/m³": "GQ",
    "1/cm³": "C62",
    "nm": "C45",
    "ppb": "61",
    "ohm": "OHM",
    "dB(A)": "2N",
    "m": "MTR",
    "deg": "DD",
    "V": "VLT",
    "W": "WTT",
    "mm": "MMT",
    "count": "C62",
    "1": "C62",
}
"""UN/CEFACT codes of our units; ``C62`` is a plain number."""


def _same(code: str, **names: str) -> dict[str, Attribute]:
    return {ours: Attribute(name=theirs, unit_code=code) for ours, theirs in names.items()}


ATTRIBUTES: Final = {
    "AirQualityObserved": {
        **_same("GQ", pm1="pm1", pm2_5="pm25", pm4="pm4", pm10="pm10"),
        **_same("61", o3="o3", no2="no2", so2="so2", co="co", co2="co2", h2s="sh2"),
        **_same("CEL", air_temperature="temperature"),
        **_same("MTS", wind_speed="windSpeed"),
        **_same("MMT", rain="precipitation"),
        "humidity": Attribute(name="relativeHumidity", unit_code="C62", scale=0.01),
        "pressure": Attribute(name="pressure", unit_code="A97", scale=0.01),
    },
    "TrafficFlowObserved": {
        **_same("C62", vehicle_count="intensity"),
        "vehicle_speed": Attribute(name="averageVehicleSpeed", unit_code="KMH", scale=3.6),
    },
    "CrowdFlowObserved": {
        "people_count": Attribute(name="peopleCount", unit_code="C62", whole=True),
    },
}
"""Attributes of an entity by our quantity. 1 mm of rain is 1 litre per square metre."""

_PROPERTIES: Final = {
    "airPollution": "pm1 pm2_5 pm4 pm10 particle_number particle_size o3 no2 so2 co co2 h2s nh3 cl2"
    " gas_resistance",
    "atmosphericPressure": "pressure",
    "averageVelocity": "vehicle_speed",
    "batteryLife": "battery_level",
    "batterySupply": "battery_voltage supply_voltage",
    "depth": "distance",
    "fillingLevel": "fill_level",
    "humidity": "humidity",
    "light": "illuminance daylight",
    "motion": "motion",
    "movementActivity": "tilt tipped device_alarm sensor_fault",
    "noiseLevel": "sound_level",
    "occupancy": "people_present",
    "power": "solar_power",
    "precipitation": "rain",
    "temperature": "air_temperature dew_point surface_temperature probe_temperature"
    " device_temperature",
    "trafficFlow": "vehicle_count people_count people_total",
    "windDirection": "wind_direction",
    "windSpeed": "wind_speed",
}

CONTROLLED: Final = {
    quantity: name for name, quantities in _PROPERTIES.items() for quantity in quantities.split()
}
"""``controlledProperty`` of a Device by our quantity: the nearest word of the model's list."""
