"""The page of a profile, and that of a comparison of two catalogues."""

from __future__ import annotations

from typing import Any, Final

from tasador.profiling.charts import exhibits
from tasador.profiling.exhibits_comparison import comparison_exhibits
from tasador.profiling.figures import currency_name
from tasador.profiling.page import Sections, write_page

__all__ = ["render", "render_comparison"]

#: Sections of a profile.
_SECTIONS: Final[Sections] = (
    ("findings", "Findings, and what each means for the model"),
    ("prices", "Prices"),
    ("ladder", "The price ladder"),
    ("price-by", "Price by kind, genre and maker"),
    ("over-years", "Price over release years, nominal and real"),
    ("hedonic", "Hedonic price index"),
    ("kinds", "Games and DLC"),
    ("outliers", "Outliers"),
    ("associations", "Associations"),
    ("companions", "Genres that travel together"),
    ("missingness", "Missing values"),
    ("duplicates", "Duplicates, series and near twins"),
    ("populations", "Training rows, those left out, and what was asked"),
    ("words", "Words"),
    ("columns", "Columns"),
)

#: Sections of a comparison.
_COMPARED: Final[Sections] = (
    ("overview", "Side by side"),
    ("entries", "New, gone and repriced"),
    ("columns", "Columns and labels, and how far apart they are"),
    ("missing", "Missing values"),
)


def render(profile: dict[str, Any]) -> str:
    """Write a profile as a page.

    Args:
        profile: The dict of `summary.summarise`, fresh or read back from JSON.

    Returns:
        One HTML file, see `page.write_page`.
    """
    code = profile["currency"]["code"]
    return write_page(
        "profile.html.j2",
        exhibits=exhibits(profile),
        sections=_SECTIONS,
        currency=code,
        profile=profile,
        currency_name=currency_name(code),
    )


def render_comparison(comparison: dict[str, Any], *, before: str, after: str) -> str:
    """Write a comparison of two catalogues as a page.

    Args:
        comparison: The dict of `comparison.compare`, fresh or read back from JSON.
        before: What the earlier one is called: a snapshot's id.
        after: The same of the later one.

    Returns:
        One HTML file, see `page.write_page`.
    """
    return write_page(
        "comparison.html.j2",
        exhibits=comparison_exhibits(comparison),
        sections=_COMPARED,
        currency=comparison["after"]["currency"],
        comparison=comparison,
        before_id=before,
        after_id=after,
    )
