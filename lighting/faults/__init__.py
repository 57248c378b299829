"""Faults of lanterns found in what their nodes tell: detection, ranking, and a fault's life."""
