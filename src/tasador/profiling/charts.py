"""The charts of a profile, declared once for every page that draws them."""

from __future__ import annotations

from typing import Any

from tasador.profiling.exhibit import Exhibit
from tasador.profiling.exhibits_columns import column_exhibits
from tasador.profiling.exhibits_contrast import contrast_exhibits
from tasador.profiling.exhibits_hedonic import hedonic_exhibits
from tasador.profiling.exhibits_missing import missing_exhibits
from tasador.profiling.exhibits_prices import outlier_exhibits, price_exhibits
from tasador.profiling.exhibits_words import word_exhibits
from tasador.profiling.exhibits_years import year_exhibits

__all__ = ["exhibits"]


def exhibits(profile: dict[str, Any]) -> list[Exhibit]:
    """Make the charts of a profile.

    Args:
        profile: The dict of `summary.summarise`, fresh or read back from JSON.

    Returns:
        Exhibits in the order of the page. One with nothing to show, as on an empty table, is left out.
    """
    populations = profile["populations"]
    return [
        *price_exhibits(profile),
        *year_exhibits(profile),
        *hedonic_exhibits(profile),
        *contrast_exhibits(profile["games_and_dlc"], id_="kinds", section="kinds", first="games", second="DLC"),
        *outlier_exhibits(profile),
        *column_exhibits(profile),
        *missing_exhibits(profile),
        *contrast_exhibits(
            populations["training"],
            id_="training",
            section="populations",
            first="rows left out",
            second="training rows",
        ),
        *contrast_exhibits(
            populations["served"], id_="served", section="populations", first="training rows", second="requests"
        ),
        *word_exhibits(profile),
    ]
