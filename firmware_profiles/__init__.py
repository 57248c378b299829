"""What each lantern firmware understands, and how to say it in bytes.

Program -> frames, bytes -> readings. Pure: no clock, no I/O. See README.md.
"""
