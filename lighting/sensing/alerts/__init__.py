"""Alerts: what rules raised, who knows of it, and how people are told. Pure but for the stores."""
