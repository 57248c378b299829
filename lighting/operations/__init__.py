"""What the system does, one file per thing; here the features meet."""
