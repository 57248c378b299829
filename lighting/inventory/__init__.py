"""Lanterns, where they hang, what they draw and which node controls them; importers for councils' files."""
