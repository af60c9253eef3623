"""From the bytes of a source to games, records set aside and a quality report. Does no I/O."""
