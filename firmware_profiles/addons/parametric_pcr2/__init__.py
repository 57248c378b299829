"""Parametric PCR2, a radar that counts people by direction."""
