"""The assessors' ratio study: level, uniformity and fairness of appraisals over dear and cheap entries.

Definitions are those of the International Association of Assessing Officers, Standard on Ratio Studies (2013),
section 5 and appendix; a ratio is the appraised value over the price.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import stats

__all__ = ["RatioStudy", "study"]

Array = npt.NDArray[np.float64]

#: A line through fewer points says nothing of its slope's error.
_MIN_ROWS: Final = 3


@dataclass(frozen=True, slots=True)
class RatioStudy:
    """How appraisals stand to prices.

    Attributes:
        n: Number of rows.
        median_ratio: Median of appraisal over price; 1 is the right level.
        cod: Coefficient of dispersion: mean absolute deviation of the ratios from their median, in percent of it.
        prd: Price-related differential: mean ratio over the ratio of the sums. Above 1.03 the dear are appraised low
            beside the cheap.
        prb: Coefficient of price-related bias: by which share the ratio changes when the value doubles; None where
            all values are alike. Below -0.05 the dear are appraised low beside the cheap.
        prb_low: The least of its 95 % confidence interval.
        prb_high: The most of it.
    """

    n: int
    median_ratio: float
    cod: float
    prd: float
    prb: float | None
    prb_low: float | None
    prb_high: float | None

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


def study(prices_usd: Array, predicted_usd: Array) -> RatioStudy:
    """Study the ratios of predictions to prices.

    Args:
        prices_usd: Shape (n,), above 0, at least one.
        predicted_usd: Shape (n,), above 0.
    """
    ratios = predicted_usd / prices_usd
    median = float(np.median(ratios))
    prb, low, high = _price_related_bias(prices_usd, predicted_usd, ratios, median)
    return RatioStudy(
        n=len(ratios),
        median_ratio=median,
        cod=float(100 * np.abs(ratios - median).mean() / median),
        prd=float(ratios.mean() / (predicted_usd.sum() / prices_usd.sum())),
        prb=prb,
        prb_low=low,
        prb_high=high,
    )


def _price_related_bias(
    prices_usd: Array, predicted_usd: Array, ratios: Array, median: float
) -> tuple[float | None, float | None, float | None]:
    """Regress the ratios' relative deviation from their median on the binary logarithm of the value.

    The value is the mean of price and appraisal at the right level, as either alone would bias the slope.
    """
    value = np.log2((prices_usd + predicted_usd / median) / 2)
    if len(value) < _MIN_ROWS or np.ptp(value) == 0:
        return None, None, None
    line = stats.linregress(value, ratios / median - 1)
    reach = float(stats.t.ppf(0.975, len(value) - 2) * line.stderr)
    return float(line.slope), float(line.slope) - reach, float(line.slope) + reach
