"""The linear hedonic twin of the price model: a sum of effects that can be read one by one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tasador.appraisal.bundle_files import number

__all__ = ["Hedonic"]


@dataclass(frozen=True, slots=True)
class Hedonic:
    """Effects on the logarithm of a price; those of labels that it does not know are 0.

    Attributes:
        base: Logarithm of the price of a game of the first year with none of the labels.
        kinds: Effect of being of another kind than a game.
        genres: Effect of each genre, by its name in lower case.
        specs: The same for the store's features.
        early_access: Effect of being sold before it is finished.
        year: Effect of each year after the first.
        first_year: Years before it count as it, as those after the last count as that.
        last_year: See `first_year`.
    """

    base: float
    kinds: Mapping[str, float]
    genres: Mapping[str, float]
    specs: Mapping[str, float]
    early_access: float
    year: float
    first_year: int
    last_year: int

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Hedonic:
        """Read what `tasador.models.hedonic` wrote; other names in it are left alone.

        Raises:
            ValueError: An effect is no number.
        """

        def effects(name: str) -> dict[str, float]:
            return {label: number(effect) for label, effect in content[name].items()}

        return cls(
            number(content["base"]),
            effects("kinds"),
            effects("genres"),
            effects("specs"),
            number(content["early_access"]),
            number(content["year"]),
            int(number(content["first_year"])),
            int(number(content["last_year"])),
        )

    def log_price(
        self, *, genres: Iterable[str], specs: Iterable[str], kind: str, early_access: bool, year: int
    ) -> float:
        """Add up the effects of what an entry is: the natural logarithm of its price in US dollars."""
        years = min(max(year, self.first_year), self.last_year) - self.first_year
        # NOTE: exact, since the order in which a set gives its labels differs from process to process.
        return math.fsum(
            [
                self.base,
                self.kinds.get(kind, 0.0),
                *(self.genres.get(label, 0.0) for label in {genre.lower() for genre in genres}),
                *(self.specs.get(label, 0.0) for label in {spec.lower() for spec in specs}),
                self.early_access * early_access,
                self.year * years,
            ]
        )
