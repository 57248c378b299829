"""Commands that people run; each is one file."""
