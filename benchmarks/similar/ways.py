"""Ways to score games for somebody: ours, simple ones, the course project's, and ones that know who owns what."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.decomposition import TruncatedSVD

from benchmarks.similar import collaborative
from benchmarks.similar.collaborative import Factors
from benchmarks.similar.figures import Score
from benchmarks.similar.purchases import HeldOut
from tasador.models.owned_together import shares
from tasador.similar.entries import Entries
from tasador.similar.joining import blend
from tasador.similar.terms import DEVELOPER, FAMILIES, GENRE, PUBLISHER, SERIES, SPEC, TAG, WORD

__all__ = ["JOINED", "OURS", "by_terms", "described", "owned_with", "vectors", "ways"]

OURS = "**ours**: all that describes a game"
JOINED = "**ours, joined with who owns what** (`train --owned`)"

#: A singular value decomposition to so many dimensions.
_DIMENSIONS = 128

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


def vectors(entries: Entries, weights: Mapping[str, float] | None = None, *, rarity: bool = True) -> sparse.csr_array:
    """Give the games as unit vectors of their terms, shape (n_games, n_terms).

    Args:
        weights: What the terms of each family weigh; families that are not named are left out. None takes all alike.
        rarity: Whether rare terms weigh more, as ours do.
    """
    arrays, n = entries.arrays, entries.index.n_entries
    held, families = arrays["held"], arrays["families"]
    counts = np.bincount(held, minlength=len(families))
    idf = np.log((1 + n) / (1 + counts)) + 1 if rarity else np.ones(len(counts))
    of_family = np.array([1.0 if weights is None else weights.get(family, 0.0) for family in FAMILIES])
    starts = np.concatenate(([0], arrays["ends"]))
    found = sparse.csr_array(((idf * of_family[families])[held], held, starts), shape=(n, len(families)))
    lengths = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    return (sparse.diags_array(1 / np.maximum(lengths, 1e-9)) @ found).tocsr()


def described(task: HeldOut, people: Rows, found: sparse.csr_array, *, single: bool) -> Floats:
    """Say how alike games are to what is known to be owned, on average; shape (n_people, n_games)."""
    return np.asarray(((_means(task, people, single=single) @ found) @ found.T).toarray(), dtype=np.float64)


def owned_with(task: HeldOut, people: Rows, together: sparse.csr_array, *, single: bool) -> sparse.csr_array:
    """Say how alike games are to what is known to be owned by who owns them, on average; of the same shape."""
    return (_means(task, people, single=single) @ together).tocsr()


def _means(task: HeldOut, people: Rows, *, single: bool) -> sparse.csr_array:
    known = task.known(people, single=single)
    return sparse.diags_array(1 / np.asarray(known.sum(axis=1)).ravel()) @ known


def by_terms(found: sparse.csr_array, *, single: bool = False) -> Score:
    """Score games by how alike they are to what is known to be owned."""
    return lambda task, people: described(task, people, found, single=single)


def ways(entries: Entries, task: HeldOut, factors: Factors, *, single: bool) -> dict[str, Score]:
    """List the ways, by what they are called.

    Args:
        task: What is known of everybody, for those that learn from it.
        factors: Parameters of the collaborative model.
        single: Whether one game of each person is known, for those that go by what is known.
    """
    ours = vectors(entries)
    popularity = np.asarray(task.people.sum(axis=0)).ravel()
    rng = np.random.default_rng(3)

    def alike(weights: Mapping[str, float], *, rarity: bool = True) -> Score:
        return by_terms(vectors(entries, weights, rarity=rarity), single=single)

    labels = dict.fromkeys((GENRE, SPEC, TAG), 1.0)
    return {
        "random": lambda _, people: rng.random((len(people), len(popularity))),
        "popularity": lambda _, people: np.tile(popularity, (len(people), 1)),
        "genres in common (cosine)": alike({GENRE: 1.0}, rarity=False),
        "counts of genres, specs and tags, as the course project's (cosine)": alike(labels, rarity=False),
        "genres, specs and words of the name, as before": alike(dict.fromkeys((GENRE, SPEC, WORD), 1.0)),
        "ours at launch, without tags": alike(dict.fromkeys(set(FAMILIES) - {TAG}, 1.0)),
        "ours without developer, publisher and series": alike(
            dict.fromkeys(set(FAMILIES) - {DEVELOPER, PUBLISHER, SERIES}, 1.0)
        ),
        f"ours through a truncated SVD of {_DIMENSIONS} dimensions": _decomposed(ours, single=single),
        OURS: by_terms(ours, single=single),
        **_owned(task, ours, factors, single=single),
    }


def _decomposed(ours: sparse.csr_array, *, single: bool) -> Score:
    dense = TruncatedSVD(_DIMENSIONS, random_state=0).fit_transform(ours)
    dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-9)
    return lambda task, people: np.asarray((task.known(people, single=single) @ dense) @ dense.T)


def _owned(task: HeldOut, ours: sparse.csr_array, factors: Factors, *, single: bool) -> dict[str, Score]:
    """List the ways that know who owns what."""
    together = shares(task.people)

    def owned(task: HeldOut, people: Rows) -> Floats:
        return np.asarray(owned_with(task, people, together, single=single).toarray(), dtype=np.float64)

    found: dict[str, Score] = {
        JOINED: lambda task, people: blend(described(task, people, ours, single=single), owned(task, people)),
        "who owns what alone, ours (item to item)": owned,
    }
    if not collaborative.is_installed():
        print("Left out, as implicit is not installed: its ALS and BM25.\n")
        return found
    return {
        **found,
        "who owns what alone, implicit's ALS": collaborative.by_factors(
            collaborative.als(task, factors), single=single
        ),
        "who owns what alone, implicit's BM25": collaborative.by_neighbours(collaborative.bm25(task), single=single),
    }
