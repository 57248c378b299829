"""Adapters: where the controller touches the world. I/O lives only here."""
