"""Vendors' own JavaScript payload codecs (LoRa Alliance TS013), run as published and shut in."""

from firmware_profiles.javascript.cache import load_codec, run_codec

__all__ = ["load_codec", "run_codec"]
