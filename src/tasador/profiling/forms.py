"""Charts without rows: the forms that the web page draws, by the declarations that the profile's charts have.

A form is written into the package (`make docs`), since what serves the page has no Altair. Its rows are those of a
named dataset; its titles are names, which the page replaces by words of the reader's language.
"""

from __future__ import annotations

from typing import Any, Final

from tasador.profiling import marks

__all__ = ["ROWS", "forms"]

#: The dataset that a form's rows come from.
ROWS: Final = "rows"

_CURRENCY: Final = "USD"

#: A logarithmic axis is made for rows; these have the fields that it looks at.
_SPREAD: Final = [dict.fromkeys(("p10", "p25", "p50", "p75", "p90"), price) for price in (1.0, 2.0)]


def forms() -> dict[str, dict[str, Any]]:
    """Make the forms, by name."""
    return {name: _without_rows(spec) for name, spec in _drawn().items()}


def _drawn() -> dict[str, dict[str, Any]]:
    return {
        "count_bars": marks.bars([], y="name", x="n", x_title="n", x_format=",d"),
        "share_bars": marks.bars([], y="name", x="share", x_title="share", x_format=".0%"),
        "score_bars": marks.bars([], y="name", x="metascore", x_title="metascore", x_format="d", domain=[0, 100]),
        "count_columns": marks.columns([], x="year", x_title="year", y="n", y_title="n", y_format=",d"),
        "share_columns": marks.columns([], x="price", x_title="price", y="share", y_title="share", y_format=".0%"),
        "share_lines": marks.lines([], x="year", x_title="year", y_title="share"),
        "price_band": marks.band([], x="year", x_title="year", y_title="price", currency=_CURRENCY),
        "price_spread": marks.quantiles(_SPREAD, y="name", currency=_CURRENCY),
    }


def _without_rows(spec: dict[str, Any]) -> dict[str, Any]:
    return {**{name: part for name, part in spec.items() if name != "datasets"}, "data": {"name": ROWS}}
