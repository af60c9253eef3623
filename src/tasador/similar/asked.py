"""What is asked of similar games: which may be found, how many, and whether they are to differ among themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["MOST", "Asked"]

#: The longest list that may be asked for.
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: all that is given must hold.

    Attributes:
        limit: At most so many.
        kind: What is to be found; None is the kind of the game in question.
        price_min: The lowest list price in US dollars; what has none in US dollars is not found by its price.
        price_max: The highest.
        year_min: The first release year.
        year_max: The last.
        other_series: Whether those of the game's own series are left out.
        other_developer: Whether those of its own developers are.
        diverse: Whether those found are to differ among themselves.
    """

    limit: int = 10
    kind: str | None = None
    price_min: float | None = None
    price_max: float | None = None
    year_min: int | None = None
    year_max: int | None = None
    other_series: bool = False
    other_developer: bool = False
    diverse: bool = False

    @property
    def chooses(self) -> bool:
        """Whether some of a kind may not be found, or not in their order."""
        bounds = (self.price_min, self.price_max, self.year_min, self.year_max)
        chosen = self.other_series or self.other_developer or self.diverse
        return chosen or any(bound is not None for bound in bounds)
