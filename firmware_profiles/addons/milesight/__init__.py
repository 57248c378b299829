"""Milesight's LoRaWAN sensors: one kind of frame, a table of channels for each device."""
