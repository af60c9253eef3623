"""Whole years: which release years of a table are set side by side, by the rule of the whole product."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from tasador.contracts import release_years

__all__ = ["last_whole_year", "of_whole_years", "whole_years"]


def last_whole_year(games: pl.DataFrame) -> int | None:
    """Name the last year of which a table has all that was released; None where it has no rows."""
    if games.is_empty():
        return None
    read: date | None = games["observed_on"].max()  # type: ignore[assignment]
    return release_years.last_whole_year(release_years.newest_release(games["release_date"], read))


def of_whole_years(games: pl.DataFrame) -> pl.DataFrame:
    """Keep the rows of whole years."""
    last = last_whole_year(games)
    return games if last is None else games.filter(pl.col("release_year") <= last)


def whole_years(profile: dict[str, Any], years: list[dict[str, Any]], key: str = "value") -> list[dict[str, Any]]:
    """Keep, of a profile's figures by year, those of whole years.

    Args:
        profile: The dict of `summary.summarise`.
        years: Some of its figures.
        key: Where they have the year.
    """
    return [year for year in years if year[key] <= profile["overview"]["last_whole_year"]]
