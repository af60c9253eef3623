"""Honesty checks on a price model, ours or anybody's. Values in, findings out: no I/O."""
