"""Settings: every environment variable, its unit, default and reason. Read once, in ``wiring``.

Each setting is the environment variable ``LAMPLIGHTER_`` + its name in capitals, or a line of the
TOML file that ``LAMPLIGHTER_CONFIG`` names. ``lamplighter config print`` prints them all.
"""

import os
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "LAMPLIGHTER_"
FILE_VARIABLE = f"{PREFIX}CONFIG"


class Settings(BaseSettings):
    """One field a setting; its description says unit and reason."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True
    )

    zone: str = Field(
        default="Europe/London", description="IANA time zone that the city's clocks keep."
    )
    database_url: str = Field(
        default="sqlite:///.lamplighter/lamplighter.db",
        description="The database: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    mqtt_host: str = Field(default="127.0.0.1", description="The network server's MQTT broker.")
    mqtt_port: int = Field(default=1883, ge=1, le=65535, description="Its port; 8883 with TLS.")
    mqtt_version: Literal["5", "3.1.1"] = Field(
        default="5", description="MQTT version; amqtt speaks 3.1.1 only."
    )
    mqtt_username: str | None = Field(default=None, description="User name at the broker.")
    mqtt_password: SecretStr | None = Field(default=None, description="Password at the broker.")
    mqtt_tls: bool = Field(default=False, description="Speak TLS to the broker.")
    mqtt_tls_ca: Path | None = Field(
        default=None, description="CA file that signs the broker; empty uses the system's."
    )
    mqtt_tls_certificate: Path | None = Field(
        default=None, description="Our certificate, where the broker asks for one."
    )
    mqtt_tls_key: Path | None = Field(default=None, description="The key of our certificate.")
    mqtt_client_id: str = Field(
        default="lamplighter",
        description="The broker keeps what we miss under this name: one per process, for good.",
    )
    mqtt_shared_group: str | None = Field(
        default=None, description="Shared subscription group, where several processes listen."
    )
    chirpstack_event_topic: str = Field(
        default="application/{application_id}/device/{dev_eui}/event/{event}",
        description="ChirpStack's integration.mqtt.event_topic. Set qos=1 in that section of"
        " ChirpStack: at its default of 0, what it says while we are away is lost.",
    )
    chirpstack_command_topic: str = Field(
        default="application/{application_id}/device/{dev_eui}/command/down",
        description="ChirpStack's integration.mqtt.command_topic.",
    )
    rx2_spreading: int = Field(
        default=12,
        ge=7,
        le=12,
        description="Spreading factor of RX2 (class C) as the network server's region has it;"
        " ChirpStack's rx2_dr 0 is SF12, rx2_dr 3 is SF9. Air time is counted with it.",
    )
    band_frequency_hz: int = Field(
        default=869_525_000, description="Frequency of RX2 [Hz]; EU868 band P."
    )
    band_duty_cycle: float = Field(
        default=0.10,
        gt=0,
        le=1,
        description="Part of the time a gateway may transmit in that band (EN 300 220-2: 10 %;"
        " the United Kingdom's IR 2030 was not available to check).",
    )
    band_window_s: int = Field(default=3600, ge=1, description="Over which time it counts [s].")
    devices_per_second: float = Field(
        default=100.0,
        gt=0,
        description="Class-C devices that the network server serves a second (ChirpStack: 100).",
    )
    api_host: str = Field(
        default="127.0.0.1",
        description="Address the API listens on. There is no sign-in yet: keep it on loopback.",
    )
    api_port: int = Field(default=8000, ge=1, le=65535, description="Port of the API.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic-settings' signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what code gives, then the environment, then the TOML file."""
        path = os.environ.get(FILE_VARIABLE)
        files = (TomlConfigSettingsSource(settings_cls, Path(path)),) if path else ()
        return (init_settings, env_settings, *files)


def printed(settings: Settings) -> str:
    """Return the settings as a commented TOML file; secrets are left out."""
    lines: list[str] = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        lines.append(f"# {field.description}")
        if isinstance(value, SecretStr):
            lines.append(f"# {name} is set and not shown")
        elif value is None:
            lines.append(f"# {name} = (not set)")
        else:
            lines.append(f"{name} = {_toml(value)}")
        lines.append("")
    return "\n".join(lines)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
