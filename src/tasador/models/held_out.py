"""The table of held-out predictions: what every figure of a version can be recomputed from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from tasador.appraisal.abstention import DECIDING_LEVEL
from tasador.appraisal.calibration import Calibration
from tasador.appraisal.heads import Scored
from tasador.appraisal.intervals import LEVELS, group_of, joining_masses
from tasador.features.game import Game
from tasador.models.trials import Trial

__all__ = ["answers", "free_or_paid_rows", "predictions"]

#: An interval that no price is withheld for.
_NO_WIDTH: Final = (1.0, 1.0)


def predictions(games: pl.DataFrame, trial: Trial) -> pl.DataFrame:
    """Tell what a fit said of the paid rows of its split.

    Args:
        games: The rows that the split numbers.
        trial: The split and what came of it.

    Returns:
        One row a paid test row: `split`, `app_id`, `kind`, `release_date`, `release_year`, `developer_known`,
        `near_twin`, `price_usd`, `predicted_usd`, `lower_L` and `upper_L` for each level in percent, `suggested_usd`,
        `p_suggested`, `abstained` and `too_wide`. What is said is there also where it abstains.
    """
    said = answers(trial.outcome.games, trial.outcome.scored, trial.calibration)
    rows = games[trial.split.test].select("app_id", "kind", "release_date", "release_year", "price_usd")
    table = rows.with_columns(
        pl.lit(trial.split.name).alias("split"),
        pl.col("kind").cast(pl.String),
        pl.Series("near_twin", trial.split.near_twin),
        *said.get_columns(),
    )
    return table.filter(pl.col("price_usd") > 0).select("split", pl.exclude("split"))


def answers(games: Sequence[Game], scored: Sequence[Scored], calibration: Calibration) -> pl.DataFrame:
    """Tell what a calibrated fit says of games, row by row.

    Returns:
        `developer_known`, `predicted_usd`, `lower_L` and `upper_L`, `suggested_usd`, `p_suggested`, `abstained`, and
        `too_wide`, whether for the interval's width alone.
    """
    said: list[dict[str, Any]] = []
    for game, one in zip(games, scored, strict=True):
        distribution = calibration.points.distribution(one.ladder, one.estimate_usd)
        joined = joining_masses(distribution)
        estimate = max(one.estimate_usd, distribution.prices_usd[0])
        group = group_of(game.kind, developer_known=one.developer_known)
        unfit = calibration.abstention.reasons(game, _NO_WIDTH)
        ends = {level: calibration.intervals.interval(distribution, group, level, estimate, joined) for level in LEVELS}
        abstained = bool(calibration.abstention.reasons(game, ends[DECIDING_LEVEL]))
        said.append(
            {
                "developer_known": one.developer_known,
                "predicted_usd": estimate,
                **{f"lower_{round(level * 100)}": lower for level, (lower, _) in ends.items()},
                **{f"upper_{round(level * 100)}": upper for level, (_, upper) in ends.items()},
                "suggested_usd": distribution.suggested_usd,
                "p_suggested": distribution.suggested_probability,
                "abstained": abstained,
                "too_wide": abstained and not unfit,
            }
        )
    return pl.DataFrame(said)


def free_or_paid_rows(trials: Sequence[Trial]) -> pl.DataFrame:
    """Tell how probable a fit called it that each test row is free.

    Returns:
        One row a split and test row, free ones too: `split`, `kind`, `is_free`, `p_free`.
    """
    return pl.concat(
        pl.DataFrame(
            {
                "split": [trial.split.name] * len(trial.outcome.games),
                "kind": [game.kind for game in trial.outcome.games],
                "is_free": trial.outcome.is_free,
                "p_free": [trial.calibration.free.probability(one.free) for one in trial.outcome.scored],
            }
        )
        for trial in trials
    )
