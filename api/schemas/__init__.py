"""What goes over the counter: one module per matter, units in the names of fields."""
