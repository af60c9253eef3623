"""The similarity of two games as its definition says, without an index: slow and plain."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from tasador.features.game import Game
from tasador.similar.terms import TAG, Term, terms

__all__ = ["described", "similarity"]


def described(game: Game, *, with_tags: bool) -> list[Term]:
    """List what counts."""
    return [term for term in terms(game) if with_tags or term.family != TAG]


def similarity(asked: Game, one: Game, games: Sequence[Game], *, with_tags: bool = True) -> float:
    """Compare a game with one of some of a kind."""
    having = Counter(term for game in games if game.kind == one.kind for term in terms(game))
    n = sum(game.kind == one.kind for game in games)

    def idf(term: Term) -> float:
        return math.log((1 + n) / (1 + having[term])) + 1

    first, second = described(asked, with_tags=with_tags), described(one, with_tags=with_tags)
    common = math.fsum(idf(term) ** 2 for term in set(first) & set(second))
    lengths = [math.sqrt(math.fsum(idf(term) ** 2 for term in found)) for found in (first, second)]
    return common / (lengths[0] * lengths[1]) if all(lengths) else 0.0
