"""What to say where there is no such file."""

from __future__ import annotations

import difflib
from pathlib import Path

__all__ = ["nearby"]


def nearby(path: Path) -> str:
    """Say which files in its folder are called alike."""
    names = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
    alike = difflib.get_close_matches(path.name, names, n=3)
    return f"Did you mean {' or '.join(alike)}?" if alike else "Check the path."
