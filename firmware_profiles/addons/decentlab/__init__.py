"""Decentlab's sensors, protocol version 2."""
