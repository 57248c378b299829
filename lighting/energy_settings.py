"""Settings of energy, carbon and reports; ``config`` makes them part of all settings."""

from pathlib import Path

from pydantic import BaseModel, Field, SecretStr

from lighting.setting_kinds import ServiceUrl


class EnergySettings(BaseModel):
    """One field a setting; its description says unit and reason."""

    lantern_models: Path | None = Field(
        default=None,
        description="TOML file of lantern models: watts by level, standby, tolerance, each with its"
        " source; lighting/energy/README.md shows one. Others keep the inventory's watts.",
    )
    carbon_factors: Path | None = Field(
        default=None,
        description="TOML file with emission factors by year, in the place of those that ship;"
        " `lamplighter carbon import-factors` writes one.",
    )
    carbon_intensity_url: ServiceUrl = Field(
        default="https://api.carbonintensity.org.uk", description="NESO's Carbon Intensity API."
    )
    archive: Path | None = Field(
        default=None,
        description="Folder to which old nights go, a Parquet file a month; without it they stay.",
    )
    nights_kept_days: int = Field(
        default=62,
        ge=31,
        le=36_500,
        description="Days before nights are archived, whole months at once; a month at least.",
    )
    ckan_url: str | None = Field(default=None, description="CKAN catalogue of our open data.")
    ckan_token: SecretStr | None = Field(default=None, description="API token of its user.")
    ckan_organisation: str | None = Field(default=None, description="Who owns the data there.")
