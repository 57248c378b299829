"""Dragino LDDS75, an ultrasonic distance sensor."""
