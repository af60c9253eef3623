"""Prices: a level from genres, studio, year, early access and tags, laid upon the store's price ladder."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Final

from tasador.testing import ladders
from tasador.testing.genre_shares import FRANCHISE_GENRES, GAME_GENRES, SOFTWARE_GENRES
from tasador.testing.weighted import Weighted

__all__ = ["addon_level", "base_level", "game_shift", "genre_level", "list_price"]

#: How a genre shifts the price level, in arbitrary units: only the proportions count.
GENRE_EFFECTS: Final[dict[str, float]] = {
    "Action": 0.05,
    "Adventure": 0.0,
    "Casual": -0.65,
    "Free to Play": 0.6,
    "Indie": -0.55,
    "Massively Multiplayer": 1.1,
    "RPG": 0.45,
    "Racing": 0.1,
    "Simulation": 0.4,
    "Sports": 0.25,
    "Strategy": 0.25,
    "Accounting": 0.4,
    "Animation &amp; Modeling": 0.8,
    "Audio Production": 0.35,
    "Design &amp; Illustration": 0.2,
    "Education": 0.1,
    "Photo Editing": -0.2,
    "Software Training": -0.2,
    "Utilities": -0.5,
    "Video Production": 0.8,
    "Web Publishing": -0.4,
}
#: How tags shift the price level of a game, a little.
TAG_EFFECTS: Final[dict[str, float]] = {
    "Open World": 0.5,
    "Multiplayer": 0.25,
    "Story Rich": 0.2,
    "JRPG": 0.4,
    "Anime": 0.2,
    "VR": 0.2,
    "Hidden Object": -0.2,
    "Shoot 'Em Up": -0.3,
    "RPGMaker": -0.5,
    "Pixel Graphics": -0.2,
    "Puzzle": -0.2,
}
#: Weights of what a game's level is made of; their squares add up to about one.
GENRE_WEIGHT: Final = 0.75
STUDIO_WEIGHT: Final = 0.5
FAME_WEIGHT: Final = 0.2
NOISE_WEIGHT: Final = 0.36
TAG_WEIGHT: Final = 0.25
EARLY_ACCESS_EFFECT: Final = 0.3
#: Older games have become cheaper: level lost a year before the newest, down to a floor.
AGE_EFFECT: Final = -0.04
AGE_FLOOR: Final = -0.4
NEWEST_YEAR: Final = 2017

#: Add-ons of software cost more than those of games.
SOFTWARE_ADDON_EFFECT: Final = 1.0

_LADDERS: Final[dict[str, Weighted[float]]] = {
    "game": Weighted(ladders.GAME_LADDER),
    "unpaged": Weighted(ladders.GAME_LADDER),
    "dlc": Weighted(ladders.DLC_LADDER),
    "soundtrack": Weighted(ladders.SOUNDTRACK_LADDER),
    "video": Weighted(ladders.VIDEO_LADDER),
    "software": Weighted(ladders.SOFTWARE_LADDER),
    "hardware": Weighted(ladders.SOFTWARE_LADDER),
    "demo": Weighted(ladders.GAME_LADDER),
}
_SQRT2: Final = math.sqrt(2.0)


def _moments(sets: Mapping[str, float]) -> tuple[float, float]:
    total = sum(sets.values())
    sums = [(sum(GENRE_EFFECTS[genre] for genre in names.split(", ")), share) for names, share in sets.items()]
    mean = sum(effect * share for effect, share in sums) / total
    return mean, math.sqrt(sum((effect - mean) ** 2 * share for effect, share in sums) / total)


_MOMENTS: Final = {
    "game": _moments(GAME_GENRES),
    "franchise": _moments(FRANCHISE_GENRES),
    "software": _moments(SOFTWARE_GENRES),
}


def genre_level(genres: Iterable[str], family: str) -> float:
    """The genres' part of the level, about standard normal within the family they were drawn from."""
    mean, deviation = _MOMENTS[family]
    level = (sum([GENRE_EFFECTS[genre] for genre in genres]) - mean) / deviation
    return max(-2.2, min(2.2, level))


def base_level(genre: float, studio: float) -> float:
    """What all games of one studio with the same genres share."""
    return GENRE_WEIGHT * genre + STUDIO_WEIGHT * studio


def game_shift(fame: float, year: int, tags: Sequence[str], *, early_access: bool) -> float:
    """What sets one game apart from others of its studio and genres, but for chance."""
    shift = FAME_WEIGHT * fame + max(AGE_FLOOR, AGE_EFFECT * (NEWEST_YEAR - year))
    if early_access:
        shift += EARLY_ACCESS_EFFECT
    return shift + TAG_WEIGHT * sum([TAG_EFFECTS.get(tag, 0.0) for tag in tags])


def addon_level(base: float, content: float, rng: Random, *, software: bool) -> float:
    """The level of an add-on: its game's, the content's, and chance."""
    level = 0.88 * base + 0.35 * content + NOISE_WEIGHT * rng.gauss(0.0, 1.0)
    return level + SOFTWARE_ADDON_EFFECT if software else level


def list_price(level: float, kind: str) -> float:
    """The price at a level: the ladder of the kind, read at the level's quantile.

    Reading a quantile keeps the shares of the prices, whatever the level depends on.
    """
    return _LADDERS[kind].at(0.5 * (1.0 + math.erf(level / _SQRT2)))
