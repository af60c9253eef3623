"""Held-out predictions of models that do not exist, and of small ones that do."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.stats import norm
from sklearn.linear_model import Ridge

from tasador.registry.gate import Challenger

Array = npt.NDArray[np.float64]

#: Standard deviation of the log price that no input explains.
NOISE = 0.55
LEVELS = (50, 80, 90, 95)
SPLITS = ("out_of_time", "unseen_developers")


def frame(
    prices: Array,
    predicted: Array,
    *,
    split: str = "out_of_time",
    noise: float = NOISE,
    baselines: dict[str, Array] | None = None,
    kinds: Sequence[str] = ("game", "game", "dlc"),
    app_ids: Sequence[int] | None = None,
    dates: Sequence[date] | None = None,
) -> pl.DataFrame:
    """Held-out predictions of a split, with intervals that are right where the error of the logs is `noise`."""
    n = len(prices)
    others = {name: np.full(n, np.median(prices)) for name in ("constant_median", "genre_median", "comparables_25")}
    # An error of the logs that is larger by a twentieth: a linear model that has seen what this one has.
    others["hedonic"] = prices * (predicted / prices) ** 1.05
    rows: dict[str, Any] = {
        "split": [split] * n,
        "app_id": list(app_ids or range(n)),
        "kind": [kinds[i % len(kinds)] for i in range(n)],
        "release_date": list(dates or (date(2017, 7, 1) + timedelta(days=i % 180) for i in range(n))),
        "family": np.arange(n) // 2,
        "near_twin": [False] * n,
        "price_usd": prices,
        "predicted_usd": predicted,
        "abstained": [False] * n,
        **others,
        **(baselines or {}),
    }
    for level in LEVELS:
        reach = float(norm.ppf(0.5 + level / 200)) * noise
        rows |= {f"lower_{level}": predicted * np.exp(-reach), f"upper_{level}": predicted * np.exp(reach)}
    return pl.DataFrame(rows, schema_overrides={"app_id": pl.UInt32})


class World:
    """Games whose log price is a linear function of what is known of them, and noise."""

    def __init__(self, seed: int, n: int = 1_200) -> None:
        rng = np.random.default_rng(seed)
        weights = rng.normal(size=6)
        weights *= 0.8 / np.linalg.norm(weights)
        self.rng = rng
        self.inputs = rng.normal(size=(3 * n, 6))
        self.prices = np.exp(2 + self.inputs @ weights + rng.normal(scale=NOISE, size=3 * n))
        self.n = n

    def held_out(self, *, shuffled: bool = False, leak: float | None = None, inputs: int = 6) -> pl.DataFrame:
        """Fit a model on a third, and predict the other two, which are the splits.

        Args:
            shuffled: Learn prices that were dealt out anew.
            leak: Give it the price as an input, with noise of this size.
            inputs: How many inputs it sees.
        """
        logs = np.log(self.prices)
        linear = Ridge().fit(self.inputs[: self.n], logs[: self.n]).predict(self.inputs)
        linear += np.random.default_rng(0).normal(scale=0.2, size=len(linear))
        seen = self.inputs[:, :inputs]
        if leak is not None:
            seen = np.column_stack([seen, logs + self.rng.normal(scale=leak, size=len(logs))])
        target = self.rng.permutation(logs[: self.n]) if shuffled else logs[: self.n]
        model = Ridge().fit(seen[: self.n], target)
        spread = float(np.std(target - model.predict(seen[: self.n])))
        parts = []
        for number, split in enumerate(SPLITS, start=1):
            rows = slice(number * self.n, (number + 1) * self.n)
            one_input = Ridge().fit(self.inputs[: self.n, :1], logs[: self.n])
            constant = np.full(self.n, np.median(self.prices[: self.n]))
            rough = np.exp(one_input.predict(self.inputs[rows, :1]))
            parts.append(
                frame(
                    self.prices[rows],
                    np.exp(model.predict(seen[rows])),
                    split=split,
                    noise=spread,
                    baselines={
                        "constant_median": constant,
                        "genre_median": constant,
                        "comparables_25": rough,
                        "hedonic": np.exp(linear[rows]),
                    },
                )
            )
        return pl.concat(parts)


def challenger(held_out: pl.DataFrame, **changes: Any) -> Challenger:
    """A challenger with nothing wrong but what the predictions or the changes say."""
    sound: dict[str, Any] = {
        "version": "new", "size_bytes": 1_000_000, "latency_ms": 0.2, "read_back": (), "leaks": (), "later": ()
    }  # fmt: skip
    return Challenger(held_out=held_out, **{**sound, **changes})


def parquet(held_out: pl.DataFrame) -> bytes:
    """The same as a bundle keeps it."""
    data = io.BytesIO()
    held_out.write_parquet(data)
    return data.getvalue()
