"""Registration: from a device's label to a device the network server knows and has heard."""
