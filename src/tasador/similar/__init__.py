"""Alike entries: what an entry is described by, who is near whom, and why. Serving imports all but `making`."""
