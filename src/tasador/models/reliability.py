"""Whether stated probabilities come true: the data of a reliability figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["ReliabilityBin", "calibration_error", "reliability"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Predictions that are about equally probable.

    Attributes:
        n: How many.
        predicted: Mean of their probabilities.
        observed: Share of them that came true.
    """

    n: int
    predicted: float
    observed: float

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


def reliability(probabilities: Array, came_true: npt.NDArray[np.bool_], *, n_bins: int = 10) -> list[ReliabilityBin]:
    """Cut predictions into bins of about equal size, least probable first, and see how many of each came true.

    Equal probabilities share a bin, so that there may be fewer than `n_bins`.

    Args:
        probabilities: Shape (n,).
        came_true: Shape (n,).
        n_bins: Number of bins.
    """
    if not len(probabilities):
        return []
    edges = np.unique(np.quantile(probabilities, np.linspace(0, 1, n_bins + 1)[1:-1]))
    bins = np.searchsorted(edges, probabilities, side="right")
    return [
        ReliabilityBin(int(held.sum()), float(probabilities[held].mean()), float(came_true[held].mean()))
        for number in np.unique(bins)
        for held in [bins == number]
    ]


def calibration_error(bins: Sequence[ReliabilityBin]) -> float:
    """Average the differences between predicted and observed, weighted by n: the expected calibration error."""
    return sum(abs(found.predicted - found.observed) * found.n for found in bins) / sum(found.n for found in bins)
