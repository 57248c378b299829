"""Unmetered supplies: charge codes, control files, switching events, half-hours, settlement."""
