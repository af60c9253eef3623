"""A year of operation, simulated."""
