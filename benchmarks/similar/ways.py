"""Ways to score games for somebody: ours, simple ones, the course project's, and ones that know who owns what."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.decomposition import TruncatedSVD

from benchmarks.similar.figures import Score
from benchmarks.similar.purchases import HeldOut
from tasador.models.owned_together import shares
from tasador.similar.entries import Entries
from tasador.similar.joining import OWNED_COUNTS, blend
from tasador.similar.terms import DEVELOPER, FAMILIES, GENRE, PUBLISHER, SERIES, SPEC, TAG, WORD

__all__ = ["OURS", "by_terms", "vectors", "ways"]

OURS = "**ours**: all that describes a game"
JOINED = "**ours, joined with who owns what** (`train --owned`)"

#: A singular value decomposition to so many dimensions, and the factors of the collaborative model.
_DIMENSIONS = 128
_FACTORS = 64

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


def by_terms(found: sparse.csr_array, *, single: bool = False) -> Score:
    """Score games by how alike they are to what is known to be owned, on average."""

    def score(task: HeldOut, people: Rows) -> Floats:
        known = (task.single if single else task.profile)[people]
        return _dense((known @ found) @ found.T)

    return score


def ways(entries: Entries, task: HeldOut, *, single: bool = False) -> dict[str, Score]:
    """List the ways, by what they are called.

    Args:
        task: What is known of everybody, for those that learn from it.
        single: Whether one game of each person is known, for those that go by what is known.
    """
    ours = vectors(entries)
    together = shares(task.people)
    popularity = np.asarray(task.people.sum(axis=0)).ravel()
    dense = TruncatedSVD(_DIMENSIONS, random_state=0).fit_transform(ours)
    dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-9)
    rng = np.random.default_rng(3)

    def known(task: HeldOut, people: Rows) -> sparse.csr_array:
        return (task.single if single else task.profile)[people]

    def alike(weights: Mapping[str, float], *, rarity: bool = True) -> Score:
        return by_terms(vectors(entries, weights, rarity=rarity), single=single)

    def joined_with(task: HeldOut, people: Rows) -> Floats:
        described = _dense((known(task, people) @ ours) @ ours.T)
        owned = _dense(known(task, people) @ together)
        # NOTE: as similar games are joined, and as recommendations are.
        return blend(described, owned) if single else described + OWNED_COUNTS * owned

    labels = dict.fromkeys((GENRE, SPEC, TAG), 1.0)
    found: dict[str, Score] = {
        "random": lambda _, people: rng.random((len(people), len(popularity))),
        "popularity": lambda _, people: np.tile(popularity, (len(people), 1)),
        "genres in common (cosine)": alike({GENRE: 1.0}, rarity=False),
        "counts of genres, specs and tags, as the course project's (cosine)": alike(labels, rarity=False),
        "genres, specs and words of the name, as before": alike(dict.fromkeys((GENRE, SPEC, WORD), 1.0)),
        "ours at launch, without tags": alike(dict.fromkeys(set(FAMILIES) - {TAG}, 1.0)),
        "ours without developer, publisher and series": alike(
            dict.fromkeys(set(FAMILIES) - {DEVELOPER, PUBLISHER, SERIES}, 1.0)
        ),
        f"ours through a truncated SVD of {_DIMENSIONS} dimensions": lambda task, people: (
            (known(task, people) @ dense) @ dense.T
        ),
        OURS: by_terms(ours, single=single),
        JOINED: joined_with,
        "who owns what alone, ours (item to item)": lambda task, people: _dense(known(task, people) @ together),
    }
    return found | _implicit(task, known=task.single if single else task.profile)


def _implicit(task: HeldOut, known: sparse.csr_array) -> dict[str, Score]:
    """Give the collaborative models of the package implicit: a ceiling for what knows games by their description."""
    if importlib.util.find_spec("implicit") is None:
        print("Left out, as implicit is not installed: its ALS and BM25.\n")
        return {}
    # NOTE: it warns of BLAS's threads otherwise.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from implicit.als import AlternatingLeastSquares
    from implicit.nearest_neighbours import BM25Recommender

    people = sparse.csr_matrix(task.people)
    als = AlternatingLeastSquares(_FACTORS, regularization=0.05, alpha=10, iterations=15, random_state=0, num_threads=1)
    als.fit(people, show_progress=False)
    bm25 = BM25Recommender(K=100, num_threads=1)
    bm25.fit(people, show_progress=False)

    def of_factors(_: HeldOut, people: Rows) -> Floats:
        # NOTE: factors of what is known to be owned, which is less than all where a game's studio is taken away.
        users = als.recalculate_user(people, sparse.csr_matrix(known)[people])
        return np.asarray(users @ als.item_factors.T, dtype=np.float64)

    return {
        "who owns what alone, implicit's ALS": of_factors,
        "who owns what alone, implicit's BM25": lambda _, people: _dense(known[people] @ bm25.similarity),
    }


def _dense(found: sparse.csr_array) -> Floats:
    return np.asarray(found.toarray(), dtype=np.float64)
