"""Model versions: what a bundle holds, and whether it may answer."""
