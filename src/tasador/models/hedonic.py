"""Fit the linear hedonic twin: least squares of the logarithm of the price on what can be read off a store page.

The effects are associations in the catalogue, each with the others held; they do not say what a change would earn.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import stats

from tasador.appraisal.hedonic import Hedonic
from tasador.models.families import families

__all__ = ["Effect", "FittedHedonic", "fit", "predict"]

Array = npt.NDArray[np.float64]

#: Labels of fewer training rows get no effect of their own.
MIN_ROWS: Final = 30

#: The share of rows that are older than the first year: a few old games would bend the line of years.
_OLDEST_SHARE: Final = 0.01

#: What follows depends on how many threads the matrix library began with, and so on the process.
_DECIMALS: Final = 9


@dataclass(frozen=True, slots=True)
class Effect:
    """A line of the readable table.

    Attributes:
        group: `kind`, `genre`, `spec`, `early_access` or `year`.
        term: The label in lower case; for the year, one year later.
        n: Training rows that have it; for the year, all.
        percent: By how many percent the price differs with it, the others held: 100 (exp(effect) - 1).
        low: The least of the 95 % confidence interval.
        high: The most of it.
    """

    group: str
    term: str
    n: int
    percent: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FittedHedonic:
    """The fitted twin.

    Attributes:
        hedonic: What appraises.
        effects: The readable table, a line a term.
        n: Number of training rows.
        r_squared: Share of the variance of the logarithm of the price that it explains in training.
    """

    hedonic: Hedonic
    effects: tuple[Effect, ...]
    n: int
    r_squared: float

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold and `Hedonic.from_dict` reads."""
        return {
            **asdict(self.hedonic),
            "n": self.n,
            "r_squared": self.r_squared,
            "effects": [asdict(effect) for effect in self.effects],
        }


def fit(games: pl.DataFrame) -> FittedHedonic:
    """Fit the twin by least squares.

    The intervals take the errors of entries of a developer to be alike and those of others to be independent (the
    cluster-robust variance: Liang and Zeger, Biometrika 73, 1986; with the correction of Cameron and Miller, Journal
    of Human Resources 50, 2015, equation 12).

    Args:
        games: The rows of `tasador.models.population.training_rows`, at least one.
    """
    years = games["release_year"].to_numpy().astype(np.int64)
    first, last = int(np.quantile(years, _OLDEST_SHARE, method="lower")), int(years.max())
    terms, columns = _columns(games)
    design = np.column_stack([np.ones(games.height), *columns, np.clip(years, first, last) - first])
    logs = np.log(games["price_usd"].to_numpy())
    # NOTE: the pseudo-inverse, as a label may follow from others, such as a kind from a spec.
    inverse = np.linalg.pinv(design.T @ design)
    effects = (inverse @ (design.T @ logs)).round(_DECIMALS)
    residuals = logs - design @ effects
    hedonic = Hedonic(
        base=float(effects[0]),
        kinds=_group("kind", terms, effects),
        genres=_group("genre", terms, effects),
        specs=_group("spec", terms, effects),
        early_access=_group("early_access", terms, effects).get("yes", 0.0),
        year=float(effects[-1]),
        first_year=first,
        last_year=last,
    )
    table = _table(
        [*terms, ("year", "one year later")],
        [*(int(column.sum()) for column in columns), games.height],
        effects[1:],
        _reach(design, inverse, residuals, families(games))[1:],
    )
    return FittedHedonic(hedonic, table, games.height, _r_squared(logs, residuals))


def predict(hedonic: Hedonic, games: pl.DataFrame) -> Array:
    """Appraise games: the median price that the effects add up to, in US dollars, shape (n_games,)."""
    rows = games.select("genres", "specs", "kind", "early_access", "release_year").iter_rows()
    return np.exp(
        [
            hedonic.log_price(genres=genres or (), specs=specs or (), kind=kind, early_access=early_access, year=year)
            for genres, specs, kind, early_access, year in rows
        ]
    )


def _columns(games: pl.DataFrame) -> tuple[list[tuple[str, str]], list[Array]]:
    """Make a column of 0 and 1 for each term that enough rows have, and not all; of equal columns the first stays."""
    found = [(("early_access", "yes"), games["early_access"])]
    kinds = games["kind"].cast(pl.String)
    found += [(("kind", kind), kinds == kind) for kind in sorted(kinds.unique().to_list()) if kind != "game"]
    for group, name in (("genre", "genres"), ("spec", "specs")):
        lists = games[name].fill_null([]).list.eval(pl.element().str.to_lowercase())
        labels = lists.explode(empty_as_null=True).drop_nulls().unique().sort()
        found += [((group, label), lists.list.contains(label)) for label in labels.to_list()]
    kept: dict[bytes, tuple[tuple[str, str], Array]] = {}
    for term, column in found:
        if MIN_ROWS <= (column.sum() or 0) < games.height:
            values = column.to_numpy().astype(np.float64)
            kept.setdefault(values.tobytes(), (term, values))
    return [term for term, _ in kept.values()], [values for _, values in kept.values()]


def _group(group: str, terms: list[tuple[str, str]], effects: Array) -> dict[str, float]:
    return {label: float(effect) for (name, label), effect in zip(terms, effects[1:-1], strict=True) if name == group}


def _table(terms: list[tuple[str, str]], counts: list[int], effects: Array, reach: Array) -> tuple[Effect, ...]:
    return tuple(
        Effect(group, term, n, *(float(100 * np.expm1(value)) for value in (effect, effect - width, effect + width)))
        for (group, term), n, effect, width in zip(terms, counts, effects, reach, strict=True)
    )


def _reach(design: Array, inverse: Array, residuals: Array, groups: npt.NDArray[np.int64]) -> Array:
    """Give half the width of the 95 % interval of each effect."""
    n, k = design.shape
    n_groups = len(np.unique(groups))
    if n_groups < 2 or n <= k:
        return np.full(k, np.inf)
    scores = np.zeros((groups.max() + 1, k))
    np.add.at(scores, groups, design * residuals[:, None])
    correction = n_groups / (n_groups - 1) * (n - 1) / (n - k)
    variances = correction * np.diagonal(inverse @ (scores.T @ scores) @ inverse)
    reach = stats.t.ppf(0.975, n_groups - 1) * np.sqrt(np.maximum(variances, 0))
    return np.asarray(reach.round(_DECIMALS))


def _r_squared(logs: Array, residuals: Array) -> float:
    total = float(np.square(logs - logs.mean()).sum())
    return round(1 - float(np.square(residuals).sum()) / total, _DECIMALS) if total else 0.0
