"""PMX TCR, a radar that counts vehicles by direction and category."""
