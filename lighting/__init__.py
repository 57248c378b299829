"""Smart street lighting controller: inventory, downlinks, evidence, energy."""
