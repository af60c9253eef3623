"""Watches what is served: drift, realised error and coverage, quality of snapshots, age; no I/O."""
