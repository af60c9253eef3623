"""The verbs: ingest, profile, train, promote, run. The only place that wires I/O to the core."""
