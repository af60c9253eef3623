"""Measures of error, over rows that the model never saw."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.metrics import mean_absolute_error, median_absolute_error, root_mean_squared_error

__all__ = ["COMMON_PRICE_USD", "HALF_A_CENT", "Errors", "measure"]

Array = npt.NDArray[np.float64]

#: Above it are few rows, mostly hardware and software, that make most of the squared error: figures are given
#: with and without them.
COMMON_PRICE_USD: Final = 100.0

#: A price is hit when the prediction rounds to it.
HALF_A_CENT: Final = 0.005


@dataclass(frozen=True, slots=True)
class Errors:
    """Error of predictions on held-out rows.

    Attributes:
        n: Number of rows.
        rmse_usd: Root of the mean squared error; the root is taken once.
        rmse_up_to_100_usd: The same over rows of at most 100 USD; None where there are none.
        mae_usd: Mean absolute error.
        mae_up_to_100_usd: The same over rows of at most 100 USD; None where there are none.
        median_ae_usd: Median absolute error.
        rmsle: Root mean squared error of log(1 + price).
        mdape: Median absolute error as a share of the true price.
        within_10_percent: Share of rows whose prediction is within 10 % of the true price.
        within_20_percent: The same within 20 %.
        within_50_percent: The same within 50 %.
        exact: Share of rows whose prediction, rounded to the cent, is the price.
    """

    n: int
    rmse_usd: float
    rmse_up_to_100_usd: float | None
    mae_usd: float
    mae_up_to_100_usd: float | None
    median_ae_usd: float
    rmsle: float
    mdape: float
    within_10_percent: float
    within_20_percent: float
    within_50_percent: float
    exact: float

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


def measure(prices_usd: Array, predicted_usd: Array) -> Errors:
    """Measure the error of predictions.

    Args:
        prices_usd: Shape (n,), above 0.
        predicted_usd: Shape (n,), not below 0.

    Raises:
        ValueError: There are no rows.
    """
    common = prices_usd <= COMMON_PRICE_USD
    apart = np.abs(predicted_usd - prices_usd)
    share = apart / prices_usd
    return Errors(
        n=len(prices_usd),
        rmse_usd=float(root_mean_squared_error(prices_usd, predicted_usd)),
        rmse_up_to_100_usd=float(np.sqrt(np.square(apart[common]).mean())) if common.any() else None,
        mae_usd=float(mean_absolute_error(prices_usd, predicted_usd)),
        mae_up_to_100_usd=float(apart[common].mean()) if common.any() else None,
        median_ae_usd=float(median_absolute_error(prices_usd, predicted_usd)),
        rmsle=float(root_mean_squared_error(np.log1p(prices_usd), np.log1p(predicted_usd))),
        mdape=float(np.median(share)),
        within_10_percent=float((share <= 0.1).mean()),
        within_20_percent=float((share <= 0.2).mean()),
        within_50_percent=float((share <= 0.5).mean()),
        exact=float((apart < HALF_A_CENT).mean()),
    )
