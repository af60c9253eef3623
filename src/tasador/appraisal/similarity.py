"""How alike entries of a kind are: the cosine of the tf-idf weights of what a launch page says."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tasador.features.game import Game
from tasador.features.title import words

__all__ = ["TermIndex", "label", "terms"]

#: What stands before a label, as Action is a genre and a word, and what every entry has.
_GENRE = "genre "
_SPEC = "spec "
_ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class TermIndex:
    """Which entries of a kind have a term, and what it weighs there.

    The weight of a term in an entry is the number of times that it is there, times its inverse document frequency
    `ln((1 + n) / (1 + n_with)) + 1`, over the length of all the entry's weights; scikit-learn's `TfidfVectorizer` has
    the same.

    Attributes:
        numbers: Number of each term.
        idf: Inverse document frequencies, shape (n_terms,).
        starts: Where each term's postings begin, shape (n_terms + 1,).
        rows: Entries, ascending within a term, shape (n_postings,).
        weights: What the term weighs in the entry, shape (n_postings,).
    """

    numbers: Mapping[str, int]
    idf: npt.NDArray[np.float32]
    starts: npt.NDArray[np.int32]
    rows: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]

    def weigh(self, game: Game) -> dict[int, float]:
        """Weigh the known terms of a game: weights of length 1 by term number."""
        counts = Counter(number for term in terms(game) if (number := self.numbers.get(term)) is not None)
        found = {number: count * float(self.idf[number]) for number, count in sorted(counts.items())}
        length = math.hypot(*found.values())
        return {number: weight / length for number, weight in found.items()}

    def similarities(self, query: Mapping[int, float], n_rows: int) -> npt.NDArray[np.float64]:
        """Compare what `weigh` gave with every entry.

        Returns:
            Cosines, 0 to 1, shape (n_rows,).
        """
        found = np.zeros(n_rows)
        for number, weight in query.items():
            postings = self._postings(number)
            found[self.rows[postings]] += weight * self.weights[postings]
        return found

    def shared(self, query: Mapping[int, float], rows: Sequence[int]) -> list[list[int]]:
        """Find the terms that entries share with a query, those first that make them most alike."""
        wanted = np.asarray(rows)
        common: list[list[tuple[float, int]]] = [[] for _ in rows]
        for number, weight in query.items():
            postings = self._postings(number)
            having = self.rows[postings]
            at = np.minimum(np.searchsorted(having, wanted), len(having) - 1)
            for place in np.flatnonzero(having[at] == wanted):
                common[place].append((-weight * float(self.weights[postings][at[place]]), number))
        return [[number for _, number in sorted(one)] for one in common]

    def _postings(self, number: int) -> slice:
        return slice(int(self.starts[number]), int(self.starts[number + 1]))


def terms(game: Game) -> list[str]:
    """List what a launch page says of an entry: its genres, its specs, the words of its name, and that it is one."""
    return [
        _ENTRY,
        *(_GENRE + genre for genre in game.genres),
        *(_SPEC + spec for spec in game.specs),
        *words(game.name),
    ]


def label(term: str) -> str | None:
    """Name a term for people; None for what every entry has."""
    if term == _ENTRY:
        return None
    for prefix in (_GENRE, _SPEC):
        if term.startswith(prefix):
            return term.removeprefix(prefix)
    return f"“{term}”"
