"""Dimming-schedule compiler: policy + place + night -> what a lantern does, minute by minute.

Pure: no clock, no I/O, no async. ``compiler.py`` reads as the table of contents.
"""
