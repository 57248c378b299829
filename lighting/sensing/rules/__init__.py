"""Rules that people write: their text, what they mean, and when they raise and clear. Pure."""
