"""Who is near whom: the cosine of tf-idf weights, searched exactly by looking at rare terms first.

A term weighs its inverse document frequency among the entries of the kind, `ln((1 + n) / (1 + n_with)) + 1`; an entry
is the weights of its terms. What nobody has weighs most: of a described game it makes every similarity smaller.

Sums are added up in one order, so that the same question gets the same digits from a search, from a list of entries and
on any machine. At equal similarity (to six digits) the newer entry comes first, then the one of the lower app id.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from tasador.features.game import Game
from tasador.similar.terms import FAMILIES, TAG, Term, key, terms

__all__ = ["DIGITS", "Index", "Query"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

#: Similarities differ in so many digits.
DIGITS: Final = 6
_LEAST: Final = 10.0**-DIGITS

#: Of terms that one in so many entries has, each entry says whether it has them: they are looked up, not listed.
_COMMON: Final = 4

#: So few entries are looked at whatever else they may have.
_FEW: Final = 200

_TAG: Final = FAMILIES.index(TAG)


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for.

    Attributes:
        numbers: Numbers of its known terms, ascending: the rarest first.
        weights: What each weighs, shape (n_terms,); of length 1 with the unknown ones.
        with_tags: Whether entries are compared with their tags, or as they are known at launch.
    """

    numbers: Rows
    weights: Floats
    with_tags: bool


class Index:
    """The entries of a kind by their terms. Threads may share one.

    Args:
        keys: What `tasador.similar.terms.key` gives for each term, the rarest term first, shape (n_terms,).
        families: The place of each in `FAMILIES`, shape (n_terms,).
        ends: Where the terms of each entry end in `held`, shape (n_entries,).
        held: Numbers of the entries' terms, ascending within an entry.
        days: Days by which they were out, as ordinals.
        app_ids: The store's numbers.

    Raises:
        ValueError: The parts do not fit together.
    """

    def __init__(
        self,
        keys: npt.NDArray[np.uint64],
        families: npt.NDArray[np.uint8],
        ends: npt.NDArray[np.int32],
        held: npt.NDArray[np.int32],
        *,
        days: npt.NDArray[np.int32],
        app_ids: npt.NDArray[np.int64],
    ) -> None:
        n = len(ends)
        self.starts: Final = np.concatenate(([0], ends))
        _check(keys, families, self.starts, held)
        self.n_entries: Final = n
        self._held: Final = held
        self._days: Final = days
        self._app_ids: Final = app_ids
        self._families: Final = families
        self._keys: Final = keys
        self._by_key: Final = np.argsort(keys, kind="stable").astype(np.int32)
        owners = np.repeat(np.arange(n, dtype=np.int32), np.diff(self.starts))
        counts = np.bincount(held, minlength=len(keys))
        if np.any(np.diff(counts) < 0) or np.any(counts == 0):
            raise ValueError("the terms are not in order of their entries")
        self._rows: Final = owners[np.argsort(held, kind="stable")]
        self._posted: Final = np.concatenate(([0], np.cumsum(counts)))
        self._first_common: Final = int(np.searchsorted(counts, max(n / _COMMON, 1), "right"))
        self._marks: Final = np.zeros((len(keys) - self._first_common, n), dtype=np.bool_)
        for mark, number in enumerate(range(self._first_common, len(keys))):
            self._marks[mark, self._posting(number)] = True
        self._idf: Final = np.log((1 + n) / (1 + counts)) + 1
        self._unknown: Final = math.log(1 + n) + 1
        squares = self._idf**2
        launch = np.where(families == _TAG, 0.0, squares)
        self._lengths: Final = {
            tags: np.sqrt(np.maximum(np.bincount(owners, weighed[held], minlength=n), _LEAST))
            for tags, weighed in ((True, squares), (False, launch))
        }
        self._by_length: Final = {
            tags: np.argsort(lengths, kind="stable").astype(np.int32) for tags, lengths in self._lengths.items()
        }

    def weigh(self, game: Game, *, with_tags: bool) -> Query:
        """Weigh the terms of a game, which may be none of the entries."""
        found = [key(term) for term in terms(game) if with_tags or term.family != TAG]
        return self._query_of(np.array(found, dtype=np.uint64), with_tags=with_tags)

    def entry(self, row: int) -> Query:
        """Weigh the terms of an entry."""
        return self._query(self._terms(row), 0, with_tags=True)

    def foreign(self, other: Index, row: int) -> Query:
        """Weigh the terms of an entry of another kind."""
        return self._query_of(other._keys[other._terms(row)], with_tags=True)

    def number(self, term: Term) -> int | None:
        """Give the number of a term; None where no entry has it."""
        (found,) = self._numbers(np.array([key(term)], dtype=np.uint64)).tolist()
        return None if found < 0 else int(found)

    def holders(self, term: Term) -> npt.NDArray[np.int32]:
        """List the entries that have a term."""
        number = self.number(term)
        return np.empty(0, np.int32) if number is None else self._posting(number)

    def shares(self, row: int, asked: Sequence[Term]) -> list[Term]:
        """Keep those of some terms that an entry has, the rarest first."""
        held = {number: place for place, number in enumerate(self._terms(row).tolist())}
        found = [(held[number], term) for term in asked if (number := self.number(term)) in held]
        return [term for _, term in sorted(found)]

    def nearest(self, query: Query, k: int, allowed: npt.NDArray[np.bool_] | None = None) -> tuple[Rows, Floats]:
        """Find the entries most like a query, the most alike first.

        Args:
            query: What is searched for.
            k: At most so many; entries that share no term are not found.
            allowed: Which entries may be found, shape (n_entries,); None allows all.

        Returns:
            Their rows, and their similarities, 0 to 1.
        """
        return self.best(*self._candidates(query, k, allowed), k)

    def best(self, rows: Rows, similarities: Floats, k: int) -> tuple[Rows, Floats]:
        """Order entries, those of similarity 0 left out, and take the first k."""
        order = np.lexsort((self._app_ids[rows], -self._days[rows], -similarities))[:k]
        order = order[similarities[order] > 0]
        return rows[order], similarities[order]

    def similarities(self, query: Query, rows: Rows) -> Floats:
        """Compare a query with some entries; shape (n_rows,)."""
        begins, sizes = self.starts[rows], self.starts[rows + 1] - self.starts[rows]
        ends = np.cumsum(sizes)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begins - ends + sizes, sizes)
        held, owners = self._held[places], np.repeat(np.arange(len(rows)), sizes)
        if not len(query.numbers):
            return np.zeros(len(rows))
        at = np.minimum(np.searchsorted(query.numbers, held), len(query.numbers) - 1)
        common = query.numbers[at] == held
        gains = (query.weights * self._idf[query.numbers])[at[common]]
        sums = np.bincount(owners[common], gains, minlength=len(rows))
        return np.round(sums / self._lengths[query.with_tags][rows], DIGITS)

    def sums(self, weights: Floats) -> Floats:
        """Compare weights of all terms, shape (n_terms,), with all entries; shape (n_entries,)."""
        owners = np.repeat(np.arange(self.n_entries), np.diff(self.starts))
        return np.bincount(owners, (weights * self._idf)[self._held], self.n_entries) / self._lengths[True]

    def profile(self, queries: Sequence[Query]) -> Floats:
        """Add up queries: weights of all terms, shape (n_terms,)."""
        found = np.zeros(len(self._idf))
        for query in queries:
            found[query.numbers] += query.weights
        return found

    def _numbers(self, keys: npt.NDArray[np.uint64]) -> Rows:
        """Give the numbers of terms; -1 where no entry has one."""
        if not len(self._keys):
            return np.full(len(keys), -1)
        places = np.minimum(np.searchsorted(self._keys, keys, sorter=self._by_key), len(self._keys) - 1)
        numbers = self._by_key[places].astype(np.int64)
        return np.where(self._keys[numbers] == keys, numbers, -1)

    def _query_of(self, keys: npt.NDArray[np.uint64], *, with_tags: bool) -> Query:
        numbers = self._numbers(keys)
        known = np.sort(numbers[numbers >= 0])
        return self._query(known, len(keys) - len(known), with_tags=with_tags)

    def _query(self, numbers: Rows, n_unknown: int, *, with_tags: bool) -> Query:
        weights = self._idf[numbers]
        length = math.sqrt(math.fsum(weights**2) + n_unknown * self._unknown**2)
        return Query(numbers, weights / max(length, _LEAST), with_tags)

    def _terms(self, row: int) -> Rows:
        return self._held[self.starts[row] : self.starts[row + 1]].astype(np.int64)

    def _posting(self, number: int) -> npt.NDArray[np.int32]:
        return self._rows[self._posted[number] : self._posted[number + 1]]

    def _candidates(self, query: Query, k: int, allowed: npt.NDArray[np.bool_] | None) -> tuple[Rows, Floats]:
        """List entries among which the k nearest are, with their similarities.

        Rare terms first: what the common ones can still add to an entry is bounded, so that most entries need not be
        looked at once k are nearer than that.
        """
        numbers, lengths = query.numbers, self._lengths[query.with_tags]
        gains = query.weights * self._idf[numbers]
        to_gain = np.append(np.cumsum(gains[::-1])[::-1], 0.0)
        n_rare = int(np.searchsorted(numbers, self._first_common))
        sums = self._rare_sums(numbers[:n_rare], gains[:n_rare])
        rows = np.flatnonzero(sums > 0)
        if allowed is not None:
            rows = rows[allowed[rows]]
        floor = _kth(sums[rows] / lengths[rows], k) - _LEAST
        if n_rare < len(numbers):
            short = self._shorter(float(to_gain[n_rare]) / max(floor, _LEAST), query, allowed)
            rows = np.concatenate((rows, short[sums[short] == 0]))
        found, of_rows = sums[rows], lengths[rows]
        for place, number in enumerate(numbers[n_rare:].tolist(), n_rare):
            if len(rows) > _FEW:
                near = found + to_gain[place] >= floor * of_rows
                rows, found, of_rows = rows[near], found[near], of_rows[near]
            found += gains[place] * self._marks[number - self._first_common, rows]
            if len(rows) > _FEW:
                floor = max(floor, _kth(found / of_rows, k) - _LEAST)
        similarities = found / of_rows
        near = similarities >= floor
        return rows[near], np.round(similarities[near], DIGITS)

    def _rare_sums(self, numbers: Rows, gains: Floats) -> Floats:
        """Add up what rare terms make entries like; shape (n_entries,)."""
        if not len(numbers):
            return np.zeros(self.n_entries)
        sizes = self._posted[numbers + 1] - self._posted[numbers]
        postings = np.concatenate([self._posting(number) for number in numbers.tolist()])
        return np.bincount(postings, np.repeat(gains, sizes), self.n_entries).astype(np.float64, copy=False)

    def _shorter(self, length: float, query: Query, allowed: npt.NDArray[np.bool_] | None) -> Rows:
        """List the entries whose weights are shorter: little is enough to be near them."""
        order = self._by_length[query.with_tags]
        n = int(np.searchsorted(self._lengths[query.with_tags], length, "right", sorter=order))
        short = order[:n].astype(np.int64)
        return short if allowed is None else short[allowed[short]]


def _kth(values: Floats, k: int) -> float:
    """Give the k-th highest of some values that are not negative, 0 where there are fewer."""
    if len(values) < k:
        return 0.0
    # NOTE: most values are far below it: those that are not are fewer to look through.
    least = float(values.max()) / 2
    while least > _LEAST:
        high = values[values >= least]
        if len(high) >= k:
            return float(np.partition(high, len(high) - k)[len(high) - k])
        least /= 2
    return float(np.partition(values, len(values) - k)[len(values) - k])


def _check(
    keys: npt.NDArray[np.uint64],
    families: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    held: npt.NDArray[np.int32],
) -> None:
    fits = (
        len(families) == len(keys)
        and bool(np.all(families < len(FAMILIES)))
        and bool(np.all(np.diff(starts) >= 0))
        and int(starts[-1]) == len(held)
        and bool(np.all((held >= 0) & (held < len(keys))))
    )
    if not fits:
        raise ValueError("its terms do not fit its entries")
