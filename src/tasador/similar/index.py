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

#: A search looks first at the rarest terms that so many entries have, or one in a hundred; then at ever more of them,
#: or at all where a kind is small. An entry that is looked at by itself costs as much as so many of a term's.
_FIRST: Final = 2_048
_MORE: Final = 8
_SMALL: Final = 50_000
_TERMS: Final = 30

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
        self._idf: Final = np.log((1 + n) / (1 + counts)) + 1
        self._unknown: Final = math.log(1 + n) + 1
        squares = self._idf**2
        launch = np.where(families == _TAG, 0.0, squares)
        self._lengths: Final = {
            tags: np.sqrt(np.maximum(np.bincount(owners, weighed[held], minlength=n), _LEAST))
            for tags, weighed in ((True, squares), (False, launch))
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

        Rare terms first: what the others can add to an entry is bounded by their length, so that entries which have
        none of the rare ones need not be looked at once k are nearer than that.
        """
        numbers = query.numbers
        sizes = self._posted[numbers + 1] - self._posted[numbers]
        n_looked_at = np.cumsum(sizes)
        rest = np.sqrt(np.cumsum((query.weights**2)[::-1])[::-1])
        budget, taken, floor = max(_FIRST, self.n_entries // 100), 0, 0.0
        while taken < len(numbers):
            taken = max(int(np.searchsorted(n_looked_at, budget, "right")), taken + 1)
            found = self._partly(query, sizes, taken)
            if allowed is not None:
                found *= allowed
            left = float(rest[taken]) if taken < len(numbers) else 0.0
            rows = np.flatnonzero(found > max(floor - left - _LEAST, 0.0))
            if len(rows) >= k:
                # NOTE: more terms only make entries nearer, so k are at least so near.
                floor = float(np.partition(found[rows], len(rows) - k)[len(rows) - k])
                rows = rows[found[rows] >= floor - left - _LEAST]
            if taken == len(numbers):
                return rows, np.round(found[rows], DIGITS)
            n_to_come = n_looked_at[-1] - n_looked_at[taken - 1]
            if left < floor - _LEAST and len(rows) * _TERMS < n_to_come:
                return rows, self.similarities(query, rows)
            budget = max(budget * _MORE, int(n_looked_at[-1]) * (self.n_entries < _SMALL))
        return np.empty(0, np.int64), np.empty(0)

    def _partly(self, query: Query, sizes: Rows, taken: int) -> Floats:
        """Compare all entries with the first terms of a query; shape (n_entries,)."""
        numbers = query.numbers[:taken]
        gains = query.weights[:taken] * self._idf[numbers]
        postings = np.concatenate([self._posting(number) for number in numbers.tolist()])
        sums = np.bincount(postings, np.repeat(gains, sizes[:taken]), self.n_entries)
        return np.divide(sums, self._lengths[query.with_tags])


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
