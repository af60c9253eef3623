"""Held-out predictions of a version: what every figure of it can be recomputed from."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Final

import polars as pl

from tasador.errors import BundleError
from tasador.models.coverage import LEVELS

__all__ = [
    "BASELINES",
    "SAME_PRICE",
    "errors_usd",
    "figures",
    "games_and_others",
    "groups",
    "of_split",
    "parse",
    "rmsle",
    "tested",
]

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]
    Ids = npt.NDArray[np.int64]

#: A prediction within this share of the price counts as close.
_CLOSE: Final = 0.2

#: Columns of other predictors, and what they are called in words; the first three are always there.
BASELINES: Final = {
    "constant_median": "the constant",
    "genre_median": "the median of the genres",
    "comparables_25": "the median of 25 comparables",
    "bagging": "the Bagging of the course project",
    "hedonic": "the linear model",
}

#: Fewer rows of a kind are not looked at alone: there chance is larger than what is looked for.
MIN_KIND_ROWS: Final = 300

#: The same game at the same price. Cents are compared as whole numbers, since prices that were written otherwise may
#: differ in the last bit.
SAME_PRICE: Final = (pl.col("app_id"), (pl.col("price_usd") * 100).round().cast(pl.Int64).alias("cents"))

_NEEDED: Final = frozenset(
    {"split", "app_id", "kind", "release_date", "near_twin", "price_usd", "predicted_usd", "abstained"}
    | {f"{bound}_{level}" for bound in ("lower", "upper") for level in LEVELS}
)


def parse(data: bytes, *, where: str) -> pl.DataFrame:
    """Read held-out predictions from Parquet.

    Args:
        where: What to name in an error.

    Raises:
        BundleError: It is no Parquet, or lacks a column.
    """
    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BundleError(
            "the held-out predictions cannot be read", where=where, got=error, expected="Parquet", do="Train again."
        ) from error
    missing = sorted(_NEEDED - set(frame.columns))
    if missing:
        raise BundleError(
            "the held-out predictions lack columns",
            where=where,
            got=f"no {', no '.join(missing)}",
            do="Train again: another version of Tasador wrote them.",
        )
    return frame


def of_split(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Keep the rows of one split."""
    return frame.filter(pl.col("split") == name)


def tested(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Keep the rows of one split that test a model: those without a near twin in training."""
    return of_split(frame, name).filter(~pl.col("near_twin"))


def games_and_others(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Part games from the other kinds, whose errors are not mixed.

    Returns:
        `game` and `other`, each if it has enough rows; where one of them has not, `all` besides, so that every row is
        looked at.
    """
    is_game = pl.col("kind") == "game"
    parts = {"game": rows.filter(is_game), "other": rows.filter(~is_game)}
    found = {name: part for name, part in parts.items() if part.height >= MIN_KIND_ROWS}
    return found if found and sum(part.height for part in found.values()) == rows.height else {**found, "all": rows}


def errors_usd(frame: pl.DataFrame, column: str = "predicted_usd") -> Array:
    """Absolute errors of a column of predictions."""
    return (frame[column] - frame["price_usd"]).abs().to_numpy()


def rmsle(frame: pl.DataFrame, column: str = "predicted_usd") -> float:
    """Root mean squared error of log(1 + price)."""
    return math.sqrt(frame.select((pl.col(column).log1p() - pl.col("price_usd").log1p()).pow(2).mean()).item())


def groups(frame: pl.DataFrame) -> Ids:
    """Number the rows by family, since the prices of one developer are not independent.

    Where the frame does not say families, every row is one of its own.
    """
    key = frame["family"] if "family" in frame.columns else frame["app_id"]
    return key.cast(pl.Int64).to_numpy()


def figures(frame: pl.DataFrame) -> dict[str, float | int | None]:
    """Measure predictions, as a line of a table shows it; rows without one count in `n` and `abstained` only."""
    apart = (pl.col("predicted_usd") - pl.col("price_usd")).abs()
    share = apart / pl.col("price_usd")
    inside = {
        f"covered_{level}": pl.col("price_usd").is_between(f"lower_{level}", f"upper_{level}").mean()
        for level in LEVELS
    }
    row: dict[str, float | int | None] = frame.select(
        n=pl.len(),
        abstained=pl.col("abstained").mean(),
        mae_usd=apart.mean(),
        mdape=share.median(),
        within_20_percent=(share <= _CLOSE).mean(),
        **inside,
    ).row(0, named=True)
    return row
