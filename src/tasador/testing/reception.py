"""How an entry was received: reviews, the critics' score and tags, all following its fame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from typing import Final

from tasador.testing import shares
from tasador.testing.tag_shares import GAME_TAGS, TAG_COUNTS
from tasador.testing.weighted import Weighted

__all__ = ["draw_metascore", "draw_sentiment", "draw_tags", "quantile"]

_SUMMARIES: Final = Weighted(shares.SENTIMENTS)
_FEW: Final = Weighted({f"{count} user reviews": share for count, share in shares.FEW_REVIEWS.items()})
_TAGS: Final = Weighted(GAME_TAGS)
_TAG_COUNTS: Final = Weighted(TAG_COUNTS)
#: Fame is standard normal; critics write about the upper third.
_NOTED: Final = 1.0 - 0.34


def quantile(fame: float) -> float:
    """The share of entries less known than this one."""
    return 0.5 * (1.0 + math.erf(fame / math.sqrt(2.0)))


def draw_sentiment(kind: str, known: float, rng: Random) -> str | None:
    """The store's summary of the reviews: none for the least known, then a count, then words."""
    none = shares.NO_SENTIMENT_SHARES[kind]
    if known < none:
        return None
    return _FEW.draw(rng) if known < none + shares.FEW_REVIEWS_SHARES[kind] else _SUMMARIES.draw(rng)


def draw_metascore(kind: str, known: float, rng: Random) -> int | str | None:
    """The critics' score, 'NA' where the store knows of none."""
    share = shares.METASCORE_SHARE if kind == "game" else shares.ADDON_METASCORE_SHARE
    if known < _NOTED or rng.random() >= share / (1.0 - _NOTED):
        return None
    if rng.random() < 0.026:
        return "NA"
    return min(96, max(20, round(rng.gauss(shares.METASCORE_MEAN, shares.METASCORE_DEVIATION))))


def draw_tags(genres: Sequence[str], known: float, rng: Random) -> list[str]:
    """Tags of a game: its genres, then as many others as it is known."""
    tags = [genre.replace("&amp;", "&") for genre in genres]
    rng.shuffle(tags)
    wanted = _TAG_COUNTS.at(known)
    for _ in range(wanted - len(tags)):
        tag = _TAGS.draw(rng)
        if tag not in tags:
            tags.append(tag)
    return tags
