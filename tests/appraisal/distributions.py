"""Distributions over price points, drawn by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from tasador.appraisal.price_points import Distribution

__all__ = ["distributions", "prices"]


def prices() -> st.SearchStrategy[float]:
    """Prices in whole cents."""
    return st.integers(min_value=1, max_value=30_000).map(lambda cents: cents / 100)


@st.composite
def distributions(draw: st.DrawFn) -> Distribution:
    """Two price points or more, each with some probability, some of them alike."""
    points = sorted(draw(st.sets(prices(), min_size=2, max_size=12)))
    weights = draw(st.lists(st.integers(1, 20), min_size=len(points), max_size=len(points)))
    return Distribution(tuple(points), tuple(weight / sum(weights) for weight in weights))
