"""Games that hypothesis makes: few names, studios and labels, so that they often have them in common."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from tasador.features.game import Game

__all__ = ["catalogues", "games"]

FIRST_DAY = date(2015, 1, 1)

_NAMES = (
    "Old Castle", "Old Castle II", "Old Castle: Night Pack", "Old Castle - Soundtrack", "Space Racer 2016", "RACER™",
    "最強の囲碁", "!!!", "Old", "Season Pass",
)  # fmt: skip
_STUDIOS = (None, "", "Alpha", "Alpha, Inc.", "Beta,Alpha", "Gamma Ltd. (Mac)")
_GENRES = ("Action", "Indie", "RPG", "Odd")
_SPECS = ("Single-player", "Co-op", "Odd")


def games(*, priced: bool = False) -> st.SearchStrategy[Game]:
    """Make games released in the hundred days from the first day on."""
    prices = st.sampled_from((0.99, 4.99, 9.99, 19.99, 59.99))
    return st.builds(
        Game,
        name=st.sampled_from(_NAMES),
        release_date=st.integers(0, 100).map(lambda days: FIRST_DAY + timedelta(days)),
        kind=st.sampled_from(("game", "dlc", "soundtrack", "video")),
        genres=st.lists(st.sampled_from(_GENRES), unique=True).map(tuple),
        specs=st.lists(st.sampled_from(_SPECS), unique=True).map(tuple),
        tags=st.lists(st.sampled_from(("Fun", "Hard")), unique=True).map(tuple),
        developer=st.sampled_from(_STUDIOS),
        publisher=st.sampled_from(_STUDIOS),
        early_access=st.booleans(),
        base_app_id=st.none() | st.integers(1, 60),
        app_id=st.none() | st.integers(1, 60),
        required_age=st.none() | st.integers(0, 18),
        platforms=st.none() | st.lists(st.sampled_from(("windows", "mac")), unique=True).map(tuple),
        sentiment=st.none() | st.sampled_from(("Positive", "Mixed")),
        positive_reviews=st.none() | st.integers(0, 5),
        negative_reviews=st.none() | st.integers(0, 5),
        release_precision=st.sampled_from(("day", "month")),
        price_usd=prices if priced else st.none() | st.just(0.0) | prices,
    )


def catalogues(least: int = 0) -> st.SearchStrategy[list[Game]]:
    """Make lists of them."""
    return st.lists(games(), min_size=least, max_size=25)
