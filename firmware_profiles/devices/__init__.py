"""The device catalogue: lantern nodes and add-ons as data, one TOML file per model."""
