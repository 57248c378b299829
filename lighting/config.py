"""Settings: every environment variable, its unit, default and reason. Read once, in ``wiring``.

Each setting is the environment variable ``LAMPLIGHTER_`` + its name in capitals, or a line of the
TOML file that ``LAMPLIGHTER_CONFIG`` names. ``lamplighter config print`` prints them all.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from lighting.energy_settings import EnergySettings
from lighting.errors import RefusedError
from lighting.setting_kinds import (
    DAY_S,
    LORA_HZ_MAX,
    LORA_HZ_MIN,
    PACE_MAX,
    PACE_MIN,
    PREFIX,
    CommandTopic,
    EventTopic,
    GroupName,
    Name,
    TlsFile,
    Zone,
)

FILE_VARIABLE = f"{PREFIX}CONFIG"
NO_SETTINGS = frozenset({FILE_VARIABLE, f"{PREFIX}NO_SKIPS", f"{PREFIX}SHARED"})
TESTS_PREFIX = f"{PREFIX}TEST_"
"""Variables of ours that are no settings: the file's name, and what ``tests/README.md`` tells."""

SHOWN_MAX = 100
"""Characters of a wrong value that an error repeats."""


class Settings(BaseSettings, EnergySettings):
    """One field a setting; its description says unit and reason."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True
    )

    zone: Zone = Field(
        default="Europe/London", description="IANA time zone that the city's clocks keep."
    )
    database_url: str = Field(
        default="sqlite:///.lamplighter/lamplighter.db",
        description="The database: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    mqtt_host: Name = Field(default="127.0.0.1", description="The network server's MQTT broker.")
    mqtt_port: int = Field(default=1883, ge=1, le=65535, description="Its port; 8883 with TLS.")
    mqtt_version: Literal["5", "3.1.1"] = Field(
        default="5", description="MQTT version; amqtt speaks 3.1.1 only."
    )
    mqtt_username: str | None = Field(default=None, description="User name at the broker.")
    mqtt_password: SecretStr | None = Field(default=None, description="Password at the broker.")
    mqtt_tls: bool = Field(default=False, description="Speak TLS to the broker.")
    mqtt_tls_ca: TlsFile | None = Field(
        default=None, description="CA file that signs the broker; left out, the system's are used."
    )
    mqtt_tls_certificate: TlsFile | None = Field(
        default=None, description="Our certificate, where the broker asks for one."
    )
    mqtt_tls_key: TlsFile | None = Field(default=None, description="The key of our certificate.")
    mqtt_client_id: Name = Field(
        default="lamplighter",
        description="The broker keeps what we miss under this name: one per process, for good.",
    )
    mqtt_shared_group: GroupName | None = Field(
        default=None, description="Shared subscription group, where several processes listen."
    )
    chirpstack_event_topic: EventTopic = Field(
        default="application/{application_id}/device/{dev_eui}/event/{event}",
        description="ChirpStack's integration.mqtt.event_topic. Set qos=1 in that section of"
        " ChirpStack: at its default of 0, what it says while we are away is lost, and after a"
        " restart nearly all frames in flight go a second time for nothing.",
    )
    chirpstack_command_topic: CommandTopic = Field(
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
        default=869_525_000,
        ge=LORA_HZ_MIN,
        le=LORA_HZ_MAX,
        description="Frequency of RX2 [Hz]; EU868 band P.",
    )
    band_duty_cycle: float = Field(
        default=0.10,
        gt=0,
        le=1,
        description="Part of the time a gateway may transmit in that band (EN 300 220-2: 10 %;"
        " the United Kingdom's IR 2030 was not available to check).",
    )
    band_window_s: int = Field(
        default=3600, ge=1, le=DAY_S, description="Over which time it counts [s]; at most a day."
    )
    devices_per_second: float = Field(
        default=100.0,
        ge=PACE_MIN,
        le=PACE_MAX,
        allow_inf_nan=False,
        description="Class-C devices that the network server serves a second (ChirpStack: 100).",
    )
    fault_rules: Path | None = Field(
        default=None,
        description="TOML file with thresholds of the fault detector; `lamplighter faults rules`"
        " prints those in force, with their units and sources.",
    )
    socket_limits: Path | None = Field(
        default=None,
        description="TOML file with the limits of sockets by standard (mass, power), each with its"
        " source; the shipped lighting/inventory/socket_limits.toml shows how.",
    )
    alerts_file: Path | None = Field(
        default=None,
        description="TOML file that names the channels alerts are told through (e-mail, webhook,"
        " file) and the daily reports; lighting/sensing/alerts shows one. It holds passwords: only"
        " its owner may read it.",
    )
    records_kept_days: int = Field(
        default=730,
        ge=31,
        le=36_500,
        description="Days that alerts and faults are kept after they are over: two winters, to"
        " compare one with the other; a month at least, since last week's reports and faults that"
        " come back ask for them. Deletions are logged.",
    )
    deliveries_kept_days: int = Field(
        default=90,
        ge=2,
        le=36_500,
        description="Days that a notice, sent or given up, is kept: to answer who was told.",
    )
    device_server: Path | None = Field(
        default=None,
        description="TOML file that says where devices are registered: ChirpStack's or The Things"
        " Stack's address, applications by use, device profiles by model; lighting/registration"
        " shows one. Without it people register devices there by hand.",
    )
    device_server_token: SecretStr | None = Field(
        default=None,
        description="API key of that server, with the right to write devices and their keys.",
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Secret under which root keys are stored until the device server has them."
        " A file (secret_key_file) shows in fewer places than the environment.",
    )
    secret_key_file: Path | None = Field(
        default=None, description="File with that secret; `lamplighter keys new FILE` makes one."
    )
    keep_root_keys: bool = Field(
        default=False,
        description="Keep root keys, encrypted, when the device server has them: to move to another"
        " server later. Otherwise they are deleted then.",
    )
    api_host: Name = Field(
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


SHOWN_NEVER = frozenset(
    {"mqtt_password", "database_url", "device_server_token", "secret_key", "ckan_token"}
)
"""Settings that hold a password, and so are not repeated in an error."""


def read_settings() -> Settings:
    """Read the settings from the environment and the configuration file.

    Raises:
        RefusedError: a setting is wrong (the text names each, its value and what is allowed), or
            the file cannot be read.
    """
    file = os.environ.get(FILE_VARIABLE)
    if file and not Path(file).is_file():
        raise RefusedError(f"{FILE_VARIABLE} names {file!r}, which is not a file")
    with wrong_settings_refused():
        try:
            return Settings()
        except ValidationError:
            raise
        except (OSError, ValueError) as exc:  # ValueError: not TOML, or not UTF-8
            raise RefusedError(
                f"{FILE_VARIABLE} names {file!r}, which cannot be read: {exc}"
            ) from None


@contextmanager
def wrong_settings_refused() -> Iterator[None]:
    """Turn what is wrong with settings into one error that names each, for who makes them.

    Raises:
        RefusedError: a setting is wrong, or the environment names one that there is not.
    """
    told = _unknown_variables()
    try:
        yield
    except ValidationError as exc:
        told += [_told(error) for error in exc.errors(include_url=False)]
    if told:
        raise RefusedError(f"settings cannot be used: {'; '.join(told)}")


def _unknown_variables() -> list[str]:
    """Tell the variables that look like settings and are none: one misspelt would be lost."""
    names = {name.upper() for name in os.environ if name.upper().startswith(PREFIX)}
    settings = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(names - settings - NO_SETTINGS)
    return [_unknown(name) for name in unknown if not name.startswith(TESTS_PREFIX)]


def _unknown(variable: str) -> str:
    near = get_close_matches(variable.removeprefix(PREFIX).lower(), Settings.model_fields, n=1)
    meant = f"did you mean {PREFIX}{near[0].upper()}?" if near else "take it away;"
    return f"{variable[:SHOWN_MAX]}: no such setting; {meant} `lamplighter config print` shows all"


def _told(error: ErrorDetails) -> str:
    name = str(error["loc"][0])
    file = os.environ.get(FILE_VARIABLE)
    if name not in Settings.model_fields:
        return f"{name} in {file}: no such setting; `lamplighter config print` shows all"
    variable = f"{PREFIX}{name.upper()}"
    from_file = file and variable not in {key.upper() for key in os.environ}
    value = "" if name in SHOWN_NEVER else f" is {str(error['input'])[:SHOWN_MAX]!r}"
    why = error["msg"].removeprefix("Value error, ")
    return f"{variable}{f' ({name} in {file})' if from_file else ''}{value}: {why}"


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
