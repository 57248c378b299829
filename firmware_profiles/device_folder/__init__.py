"""A device's folder as The Things Network or ChirpStack publish it, its codec tried by examples."""

from firmware_profiles.device_folder.reader import read_device_folder

__all__ = ["read_device_folder"]
