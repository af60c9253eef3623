"""Model inputs: each has a name, a type, a unit, sources, and when it is known. Does no I/O."""
