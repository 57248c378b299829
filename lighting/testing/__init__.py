"""Fakes that behave: shipped, so that demos, benches and tests use the same ones."""
