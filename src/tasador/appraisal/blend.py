"""Several boosters that predict the logarithm of one quantity, added up with weights."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tasador.appraisal.booster import Booster
from tasador.errors import BundleError

__all__ = ["Blend"]


class Blend:
    """A weighted sum of boosters of the same inputs.

    Their sums over the trees are logarithms, so the exponential is a weighted geometric mean where the weights add up
    to 1, and contributions add up as predictions do.

    Args:
        boosters: At least one.
        weights: One for each booster.

    Attributes:
        input_names: Names of the inputs, in the order of a row.

    Raises:
        BundleError: They have not the same inputs, cannot be split among them, or are not as many as the weights.
    """

    def __init__(self, boosters: Sequence[Booster], weights: Sequence[float]) -> None:
        inputs = {booster.input_names for booster in boosters}
        fit = len(inputs) == 1 and len(boosters) == len(weights) and all(map(math.isfinite, weights))
        if not fit or any(not booster.is_additive for booster in boosters):
            raise BundleError(
                "the boosters of the blend do not belong together",
                got=f"{len(boosters)} boosters of {len(inputs)} sets of inputs with {len(weights)} weights",
                expected="one output and counts of rows each, the same inputs, and a finite weight for each",
                do="Train again; do not use this bundle.",
            )
        self.input_names = boosters[0].input_names
        self._parts = tuple(zip(boosters, weights, strict=True))

    def predict(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """Predict the logarithm for rows; NaN is an input that is unknown."""
        sums = [0.0] * len(rows)
        for booster, weight in self._parts:
            sums = [sum_ + weight * one[0] for sum_, one in zip(sums, booster.predict(rows), strict=True)]
        return sums

    def contributions(self, row: Sequence[float]) -> list[float]:
        """Split the logarithm among the inputs, as `Booster.contributions` does.

        Returns:
            One number for each input, and last the base. They add up to the prediction.
        """
        sums = [0.0] * (len(self.input_names) + 1)
        for booster, weight in self._parts:
            sums = [sum_ + weight * one for sum_, one in zip(sums, booster.contributions(row), strict=True)]
        return sums
