"""How many processors this process may use."""

from __future__ import annotations

import os

__all__ = ["count"]


def count() -> int:
    """Count the processors that this process may use: where the system tells, not all that the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
