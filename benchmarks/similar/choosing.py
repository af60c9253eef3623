"""What one half of the people would have the constants be; the figures are of the other half."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from benchmarks.similar import collaborative
from benchmarks.similar.collaborative import Factors
from benchmarks.similar.figures import Score, gains
from benchmarks.similar.purchases import HeldOut
from benchmarks.similar.ways import by_terms, described, owned_with, vectors
from tasador.models.owned_together import DOUBT, KEPT, shares
from tasador.similar.entries import Entries
from tasador.similar.joining import OWNED_COUNTS
from tasador.similar.terms import FAMILIES

__all__ = ["Chosen", "choose"]

#: So many of them are asked, of each task: each constant is tried in some ways.
_ASKED = 500

#: What the terms of a family are tried to weigh, times what they weigh.
_WEIGHTS = (0.5, 2.0)

#: What is tried where descriptions are joined with who owns what.
_DOUBTS = (10.0, 30.0, 100.0, 300.0)
_COUNTS = (2, 4, 8, 16, 32)
_KEPT = (20, 50, 200)

#: What is tried of the collaborative model, one after the other.
_FACTORS: tuple[dict[str, Any], ...] = tuple(
    {name: value}
    for name, values in (("factors", (32, 128)), ("alpha", (1.0, 40.0)), ("regularization", (0.01, 0.5)))
    for value in values
)

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What they would have.

    Attributes:
        weights: What the terms of each family weigh.
        joined: How who owns what is joined: owners doubted, games kept of each, the power.
        factors: The parameters of the collaborative model.
    """

    weights: Mapping[str, float]
    joined: tuple[float, int, int]
    factors: Factors

    def told(self) -> str:
        """Say it, beside what is so."""
        weights = ", ".join(f"{family} {weight:g}" for family, weight in self.weights.items())
        doubts, kept, counts = (", ".join(f"{one:g}" for one in values) for values in (_DOUBTS, _KEPT, _COUNTS))
        als = self.factors
        return (
            f"What {_ASKED} people of the other half would have, by NDCG@20 over the four tables: families weigh "
            f"{weights} (in ours each weighs 1); {self.joined[0]:g} owners doubted of {doubts}, {self.joined[1]} games "
            f"kept of {kept}, and a power of {self.joined[2]} of {counts} (in ours {DOUBT:g}, {KEPT} and "
            f"{OWNED_COUNTS}); for ALS, {als.factors} factors, a confidence of {als.alpha:g} and a regularization of "
            f"{als.regularization:g}, which it is measured with."
        )


def choose(entries: Entries, tasks: Sequence[HeldOut]) -> Chosen:
    """Choose by NDCG@20, on average over the tasks, each with the other games known and with one of them."""
    return Chosen(_weights(entries, tasks), _joined(entries, tasks), _factors(tasks))


def _gain(tasks: Sequence[HeldOut], way: Callable[[HeldOut, bool], Score]) -> float:
    return float(
        np.mean(
            [gains(task, _asked(task), way(task, single)).ndcg_20 for task, single in product(tasks, (False, True))]
        )
    )


def _asked(task: HeldOut) -> Rows:
    return np.flatnonzero(task.half == 0)[:_ASKED]


def _weights(entries: Entries, tasks: Sequence[HeldOut]) -> Mapping[str, float]:
    """Weigh families one after the other."""

    def gain(tried: Mapping[str, float]) -> float:
        found = vectors(entries, tried)
        return _gain(tasks, lambda _, single: by_terms(found, single=single))

    weights = dict.fromkeys(FAMILIES, 1.0)
    best = gain(weights)
    for family, weight in product(FAMILIES, _WEIGHTS):
        tried = {**weights, family: weight}
        if (found := gain(tried)) > best:
            best, weights = found, tried
    return weights


def _joined(entries: Entries, tasks: Sequence[HeldOut]) -> tuple[float, int, int]:
    """Try the doubt and the power together, then how many are kept."""
    ours = vectors(entries)
    # NOTE: in logarithms what is joined is added up, which is much quicker: 1 - (1 - d)(1 - o) ** n is in their order.
    unlike = {
        (id(task), single): np.log1p(-np.minimum(described(task, _asked(task), ours, single=single), 1 - 1e-9))
        for task, single in product(tasks, (False, True))
    }

    def tried(doubt: float, kept: int, counts: tuple[int, ...]) -> Iterator[tuple[tuple[float, int, int], float]]:
        together = {id(task): shares(task.people, doubt=doubt, kept=kept) for task in tasks}
        for count in counts:
            found = _gain(
                tasks,
                lambda task, single, count=count: _in_logarithms(  # type: ignore[misc]
                    together[id(task)], unlike[id(task), single], count, single=single
                ),
            )
            print(f"{doubt:g} owners doubted, {kept} games kept, a power of {count}: {found:.4f}", flush=True)
            yield (doubt, kept, count), found

    found = dict(chain.from_iterable(tried(doubt, KEPT, _COUNTS) for doubt in _DOUBTS))
    doubt, _, count = max(found, key=found.__getitem__)
    found |= dict(chain.from_iterable(tried(doubt, kept, (count,)) for kept in _KEPT if kept != KEPT))
    return max(found, key=found.__getitem__)


def _in_logarithms(together: sparse.csr_array, unlike: Floats, count: int, *, single: bool) -> Score:
    def score(task: HeldOut, people: Rows) -> Floats:
        owned = owned_with(task, people, together, single=single)
        owned.data = -np.log1p(-owned.data)
        return np.asarray(count * owned.toarray() - unlike[np.searchsorted(_asked(task), people)])

    return score


def _factors(tasks: Sequence[HeldOut]) -> Factors:
    """Try the parameters of the collaborative model one after the other."""

    def gain(tried: Factors) -> float:
        fitted = {id(task): collaborative.als(task, tried) for task in tasks}
        return _gain(tasks, lambda task, single: collaborative.by_factors(fitted[id(task)], single=single))

    best = Factors()
    if not collaborative.is_installed():
        return best
    most = gain(best)
    for change in _FACTORS:
        tried = replace(best, **change)
        if (found := gain(tried)) > most:
            most, best = found, tried
        print(tried, f"{found:.4f}", flush=True)
    return best
