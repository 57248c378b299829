"""Lanterns: where they hang, what they draw, which node controls them; importing them."""
