"""What a year looked like: statistics over games. Does no I/O."""
