"""The charts of a profile, declared once for every page that draws them."""

from __future__ import annotations

from typing import Any

from tasador.profiling.exhibit import Exhibit
from tasador.profiling.exhibits_columns import column_exhibits
from tasador.profiling.exhibits_prices import price_exhibits

__all__ = ["exhibits"]


def exhibits(profile: dict[str, Any]) -> list[Exhibit]:
    """Make the charts of a profile.

    Args:
        profile: The dict of `summary.summarise`, fresh or read back from JSON.

    Returns:
        Exhibits in the order of the page. One with nothing to show, as on an empty table, is left out.
    """
    return [*price_exhibits(profile), *column_exhibits(profile)]
