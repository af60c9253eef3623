"""Which language an address speaks."""

from __future__ import annotations

from typing import Final

__all__ = ["is_spanish"]

#: The first parts of the addresses that speak Spanish: those of the course project.
_SPANISH: Final = frozenset({"genero", "juegos", "specs", "earlyacces", "sentiment", "metascore", "precio-rmse"})


def is_spanish(path: str) -> bool:
    """Say whether an address speaks Spanish; all others speak English."""
    return path[1:].partition("/")[0] in _SPANISH
