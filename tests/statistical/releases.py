"""Synthetic releases whose prices follow a law that the test knows, so that what is promised can be held against it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tasador.appraisal.intervals import group_of

__all__ = ["LADDER", "Releases", "releases"]

LADDER = (0.99, 1.99, 2.99, 4.99, 6.99, 9.99, 14.99, 19.99, 29.99, 59.99)

#: Kind, whether the developer is known, and how far the classifier and the estimate are from the law.
_GROUPS = (("game", True, 0.3), ("game", False, 1.0), ("dlc", True, 0.5), ("dlc", False, 2.0))


@dataclass(frozen=True, slots=True)
class Releases:
    """Games with a classifier's scores, an estimate and the price that came."""

    scores: npt.NDArray[np.float64]
    estimates_usd: npt.NDArray[np.float64]
    prices_usd: npt.NDArray[np.float64]
    groups: list[str]


def releases(n: int, seed: int) -> Releases:
    """Draw games; the classifier is too sure of itself, and worse for some groups than for others."""
    draws = np.random.default_rng(seed)
    kinds = draws.integers(len(_GROUPS), size=n)
    noise = np.array([noise for *_, noise in _GROUPS])[kinds]
    places = draws.uniform(0, len(LADDER) - 1, size=n)
    truth = -np.abs(np.arange(len(LADDER))[None, :] - places[:, None]) * 0.8
    shares = np.exp(truth) / np.exp(truth).sum(axis=1, keepdims=True)
    rungs = np.minimum((shares.cumsum(axis=1) < draws.random(n)[:, None]).sum(axis=1), len(LADDER) - 1)
    scores = 1.5 * (truth + draws.normal(size=truth.shape) * noise[:, None])
    guesses = places + draws.normal(size=n) * noise
    estimates = np.exp(np.interp(guesses, np.arange(len(LADDER)), np.log(LADDER)))
    groups = [group_of(_GROUPS[kind][0], developer_known=_GROUPS[kind][1]) for kind in kinds]
    return Releases(scores, estimates, np.array(LADDER)[rungs], groups)
