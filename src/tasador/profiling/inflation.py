"""Real terms: prices of a release year in the dollars of another one, by the consumer prices of the United States."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

__all__ = ["Inflation", "inflation_to"]

#: The table is of US dollars.
_CURRENCY: Final = "USD"


@dataclass(frozen=True, slots=True)
class Inflation:
    """What turns prices into those of a base year.

    Attributes:
        base_year: The year whose dollars the others become.
        factors: By year, what a price is multiplied with.
        source: Where the table is from, and of which day it is.
    """

    base_year: int
    factors: dict[int, float]
    source: dict[str, str]

    def missing(self, years: Iterable[int]) -> list[int]:
        """Name the years that the table lacks."""
        return [year for year in years if year not in self.factors]

    def to_dict(self, years: Iterable[int]) -> dict[str, Any]:
        """Turn it into what JSON can hold, for some years."""
        return {"base_year": self.base_year, "missing_years": self.missing(years), **self.source}


def inflation_to(base_year: int | None, currency: str | None) -> Inflation | None:
    """Make the factors to a base year; None where there are none: the year is not known, or it is another currency."""
    table = _table()
    values = {int(year): float(value) for year, value in table["values"].items()}
    if currency != _CURRENCY or base_year not in values:
        return None
    factors = {year: values[base_year] / value for year, value in values.items()}
    return Inflation(base_year, factors, {key: text for key, text in table.items() if key != "values"})


@cache
def _table() -> dict[str, Any]:
    text = files("tasador.profiling").joinpath("builtin", "cpi_u.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
