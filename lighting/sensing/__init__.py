"""Add-ons: what they measure, what is kept of it and who may see it, rules and alerts."""
