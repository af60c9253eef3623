"""How far a candidate can be trusted: the evaluation protocol, beside the baselines, on rows no fit has seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from tasador.appraisal.calibration import Calibration
from tasador.appraisal.heads import Heads
from tasador.features.game import Game, from_row
from tasador.models import accuracy, baselines, free_accuracy, price_point_accuracy, protocol
from tasador.models.accuracy_scopes import WITHOUT_APP_ID
from tasador.models.families import families
from tasador.models.held_out import answers, free_or_paid_rows, predictions
from tasador.models.learning import Learn, Learning, here
from tasador.models.outcome import Outcome
from tasador.models.parameters import Parameters
from tasador.models.splits import HONEST
from tasador.models.trials import Protocol, Trial, run

__all__ = ["Evaluation", "evaluate"]

Array = npt.NDArray[np.float64]
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the protocol found.

    Attributes:
        rows: The rows it went over.
        games: The same as features read them.
        protocol: The splits.
        held_out: One row a split and paid test row: the candidate's predictions and the baselines'.
        metrics: The figures, as JSON can hold them.
        headline: What the headline's fit said of the newest period: it calibrates the fit on all rows.
        heads: The headline's boosters.
        learn: Fits on some of the rows.
    """

    rows: pl.DataFrame
    games: Sequence[Game]
    protocol: Protocol
    held_out: pl.DataFrame
    metrics: dict[str, Any]
    headline: Outcome
    heads: Heads
    learn: Learn


def evaluate(
    rows: pl.DataFrame,
    parameters: Parameters,
    *,
    learning: Learning = here,
    workers: int = 1,
    told: Told = lambda *_: None,
) -> Evaluation:
    """Take a candidate through the protocol.

    Args:
        rows: Those of `tasador.models.population.priced_rows`, in source order.
        parameters: The candidate's.
        learning: Makes what fits on the rows.
        workers: Fits at a time.
        told: Told how many fits are done, of how many.

    Raises:
        TasadorError: There are too few rows, or they cannot be split.
    """
    splits = protocol.make(rows)
    games = [from_row(row) for row in rows.iter_rows(named=True)]
    learn = learning(games, parameters)
    trials = run(games, splits, learn, workers=workers, told=told)
    with ThreadPoolExecutor(workers) as pool:
        table = pl.concat(pool.map(lambda trial: _beside_baselines(rows, trial), trials), how="diagonal")
    owners = rows.select("app_id", family=pl.Series(families(rows)))
    held_out = table.join(owners, on="app_id", how="left", maintain_order="left")
    headline = trials[len(splits.origins) - 1].outcome
    honest = [trial for trial in trials if trial.split.name in HONEST]
    metrics = {
        "accuracy": accuracy.assess(held_out, splits.all).to_dict(),
        "price_points": price_point_accuracy.measure(honest),
        "free": free_accuracy.measure(
            free_or_paid_rows(honest),
            {
                one.split.name: free_accuracy.scores_without_giveaways(
                    one.outcome.learned, one.outcome.games, parameters
                )
                for one in honest
            },
        ),
    }
    if headline.heads is None:
        raise ValueError("the headline's boosters were not kept")
    return Evaluation(rows, games, splits, held_out, metrics, headline, headline.heads, learn)


def _beside_baselines(rows: pl.DataFrame, trial: Trial) -> pl.DataFrame:
    """Add what the baselines predict, and what the model says when it is not told the app id, where it can be asked."""
    table = predictions(rows, trial)
    train, test = (_paid(rows, numbers) for numbers in (trial.split.train, trial.split.test))
    added = [pl.Series(name, values) for name, values in baselines.predict_all(train, test).items()]
    if trial.outcome.heads is not None:
        added += _without_app_id(trial.outcome.heads, trial.outcome.paid().games, trial.calibration)
    return table.with_columns(added)


def _without_app_id(heads: Heads, games: Sequence[Game], calibration: Calibration) -> list[pl.Series]:
    """Ask as most requests do, without the store's number."""
    asked = [replace(game, app_id=None) for game in games]
    said = answers(asked, heads.score(asked), calibration)
    ends = said.select(pl.selectors.starts_with("lower_", "upper_").name.prefix(f"{WITHOUT_APP_ID}_"))
    return [said["predicted_usd"].alias(WITHOUT_APP_ID), *ends.get_columns()]


def _paid(rows: pl.DataFrame, numbers: npt.NDArray[np.int64] | Sequence[int]) -> pl.DataFrame:
    return rows[numbers].filter(pl.col("price_usd") > 0)
