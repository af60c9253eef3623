"""How far a model can be trusted: its error beside the baselines', on every split, on held-out rows only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.ensemble import BaggingRegressor

from tasador.features import classic
from tasador.models import baselines
from tasador.models.bagging import BaggingParameters, fit
from tasador.models.metrics import Errors, measure
from tasador.models.splits import Split, all_splits

__all__ = ["Evaluation", "GroupError", "SplitErrors", "evaluate", "price_table", "training_rows"]

Array = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SplitErrors:
    """Errors on the test rows of one split, by candidate; `bagging` is the model, the others are baselines."""

    name: str
    says: str
    n_train: int
    n_test: int
    errors: dict[str, Errors]

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "name": self.name,
            "says": self.says,
            "n_train": self.n_train,
            "n_test": self.n_test,
            "errors": {name: errors.to_dict() for name, errors in self.errors.items()},
        }


@dataclass(frozen=True, slots=True)
class GroupError:
    """Error and mean prediction for the games of one genre that are, or are not, early access.

    Attributes:
        genre: Lower-case label.
        early_access: The flag.
        n_catalogue: Rows of the catalogue in the group.
        mean_predicted_usd: Mean prediction over those rows.
        n_held_out: Those of them that the model did not train on.
        rmse_usd: Root mean squared error over the held-out rows; None where there are none.
    """

    genre: str
    early_access: bool
    n_catalogue: int
    mean_predicted_usd: float
    n_held_out: int
    rmse_usd: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A fitted model and what is known of its error.

    Attributes:
        model: Fitted on the training rows of the random split, as in the course project.
        labels: The genres that are inputs, in order.
        splits: Errors on each split; the headline first.
        groups: Error by genre and early access on the random split's held-out rows.
    """

    model: BaggingRegressor
    labels: tuple[str, ...]
    splits: tuple[SplitErrors, ...]
    groups: tuple[GroupError, ...]


def training_rows(games: pl.DataFrame) -> pl.DataFrame:
    """Keep the games that the course project trained on: dated, a number for a price, with genres."""
    return games.filter(pl.col("price_basis") == "listed", pl.col("price_usd") > 0, pl.col("genres").is_not_null())


def evaluate(games: pl.DataFrame, parameters: BaggingParameters) -> Evaluation:
    """Fit the model on every split and measure it on the rows it did not see.

    Args:
        games: The rows of `training_rows`, in source order.
    """
    labels = classic.genre_labels(games)
    inputs = classic.build(games, labels).to_numpy()
    prices = games["price_usd"].to_numpy()
    found: list[SplitErrors] = []
    for split in all_splits(games):
        model = fit(parameters, inputs[split.train], prices[split.train])
        found.append(_errors(split, model, inputs, prices))
    # NOTE: the last split is the random one, whose model is kept: its held-out rows are the course project's.
    return Evaluation(model, labels, tuple(found), price_table(games, labels, model, split.test))


def price_table(
    games: pl.DataFrame, labels: Sequence[str], model: BaggingRegressor, held_out: npt.NDArray[np.int64]
) -> tuple[GroupError, ...]:
    """Predict and measure by genre and early access; groups without a row are left out.

    Args:
        games: The rows of `training_rows`.
        labels: The genres that are inputs, in order.
        held_out: Numbers of the rows that the model did not train on.
    """
    rows = games.select(
        "early_access",
        "price_usd",
        genres=pl.col("genres").list.eval(pl.element().str.to_lowercase()),
        predicted=pl.Series(model.predict(classic.build(games, labels).to_numpy())),
        held_out=pl.int_range(pl.len()).is_in(held_out),
    )
    squared = ((pl.col("predicted") - pl.col("price_usd")) ** 2).filter("held_out")
    table = (
        rows.explode("genres")
        .group_by("genres", "early_access")
        .agg(
            n_catalogue=pl.len(),
            mean_predicted_usd=pl.col("predicted").mean(),
            n_held_out=pl.col("held_out").sum(),
            rmse_usd=squared.mean().sqrt(),
        )
        .sort("genres", "early_access")
    )
    return tuple(GroupError(*row) for row in table.iter_rows())


def _errors(split: Split, model: BaggingRegressor, inputs: Matrix, prices: Array) -> SplitErrors:
    train, test = split.train, split.test
    # NOTE: the genres are the inputs after year and early access.
    predictions = {
        "bagging": model.predict(inputs[test]),
        "constant_mean": baselines.constant_mean(prices[train], len(test)),
        "constant_median": baselines.constant_median(prices[train], len(test)),
        "genre_median": baselines.genre_median(inputs[train][:, 2:], prices[train], inputs[test][:, 2:]),
    }
    return SplitErrors(
        split.name,
        split.says,
        len(train),
        len(test),
        {name: measure(prices[test], predicted) for name, predicted in predictions.items()},
    )
