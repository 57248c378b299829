"""uRADMonitor Industrial, a station for gases, particles and noise."""
