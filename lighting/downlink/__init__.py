"""Downlinks: durable orders, their lifecycle, air time, pacing and retry; see README.md."""
