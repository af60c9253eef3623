"""The only package that touches disk or network: sources, snapshots, bundles, the workspace."""
