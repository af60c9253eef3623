"""Populations: the rows that a model learns from beside those left out, and beside what was asked of it."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from tasador.models.population import training_rows
from tasador.profiling.contrast import COMPARED, compared, contrast

__all__ = ["describe_populations"]

#: The columns of the appraisal log that requests fill in: the answer's stand beside them.
_ASKED: Final = (
    "name", "kind", "release_date", "genres", "specs", "tags", "developer", "publisher", "early_access", "required_age",
    "platforms", "languages",
)  # fmt: skip

#: What can be compared with a request.
_SERVED: Final = (
    "price", "kind", "release_year", "early_access", "genres", "n_genres", "specs", "n_specs", "tags", "n_tags",
    "platforms", "languages", "n_languages", "required_age", "name_length", "developer_given", "publisher_given",
)  # fmt: skip


def describe_populations(games: pl.DataFrame, served: pl.DataFrame | None) -> dict[str, Any]:
    """Compare populations.

    Args:
        games: One row an app id, with its `price` in one currency.
        served: The appraisal log, one row an appraisal; None where there is none.

    Returns:
        `n_training`, the number of rows that the price model learns from; `training`, these (second) beside the rows
        left out (first), but for being free, which is what leaves a row out; and `served`, what was asked (second)
        beside the training rows (first), with the day of the first and last question; each null where one side has no
        rows. What a request did not give is missing in it. The estimate stands in the place of a price.
    """
    training = training_rows(games)
    others = games.join(training, on="app_id", how="anti")
    learned = compared(training)
    asked = None if served is None or served.is_empty() or training.is_empty() else served
    return {
        "n_training": len(training),
        "training": None
        if training.is_empty() or others.is_empty()
        else contrast(compared(others).drop("free"), learned.drop("free")),
        "served": None if asked is None else {**_days(asked), **contrast(learned, _asked(asked))},
    }


def _asked(served: pl.DataFrame) -> pl.DataFrame:
    given = (pl.when(pl.col("given").list.contains(name)).then(name).alias(name) for name in _ASKED)
    rows = served.select(*given, price="estimate_usd")
    return rows.select(**{name: COMPARED[name] for name in _SERVED})


def _days(served: pl.DataFrame) -> dict[str, Any]:
    days = served["at"].dt.date()
    return {"first_day": days.min(), "last_day": days.max(), "versions": sorted(served["model_version"].unique())}
