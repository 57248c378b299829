"""Energy: kWh metered and modelled, kept apart, against a stated baseline; CO2e by factor year."""
