"""What a price model goes by over many entries: how far each group of inputs moves prices, and what it is worth.

Measured on held-out entries, with the boosters that serve. The two figures answer different questions: contributions
say how much a group moves estimates, permutation says how much worse they would be without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tasador.appraisal.blend import Blend
from tasador.features.definition import Feature

__all__ = ["GlobalExplanation", "GroupImportance", "InputImportance", "explain_globally"]

Array = npt.NDArray[np.float64]

#: Entries whose estimates are taken apart, at most: TreeSHAP takes milliseconds for each.
MAX_EXPLAINED: Final = 150

#: Entries whose inputs are permuted, at most, and how often.
MAX_PERMUTED: Final = 1_000
REPEATS: Final = 3


@dataclass(frozen=True, slots=True)
class GroupImportance:
    """What a group of inputs does.

    Attributes:
        group: The group.
        n_inputs: Number of inputs in it.
        mean_abs_log: Mean absolute contribution to the logarithm of the price: 0.1 is about 10 %.
        mae_increase_usd: By how much the mean absolute error rises when the group's values are dealt out anew among
            the entries, all of an entry's together (Breiman, 2001, by group); mean of several deals.
    """

    group: str
    n_inputs: int
    mean_abs_log: float
    mae_increase_usd: float


@dataclass(frozen=True, slots=True)
class InputImportance:
    """What one input does.

    Attributes:
        name: The input.
        group: Its group.
        mean_abs_log: Mean absolute contribution to the logarithm of the price.
    """

    name: str
    group: str
    mean_abs_log: float


@dataclass(frozen=True, slots=True)
class GlobalExplanation:
    """What a price model goes by.

    Attributes:
        n_explained: Entries whose estimates were taken apart.
        n_permuted: Entries that the error was measured on.
        mae_usd: Mean absolute error on them, nothing permuted.
        groups: By the rise of the error, the greatest first.
        inputs: All inputs, by contribution, the greatest first.
    """

    n_explained: int
    n_permuted: int
    mae_usd: float
    groups: tuple[GroupImportance, ...]
    inputs: tuple[InputImportance, ...]

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


def explain_globally(
    blend: Blend,
    features: Sequence[Feature],
    rows: Array,
    prices_usd: Array,
    *,
    seed: int = 42,
) -> GlobalExplanation:
    """Measure what a model goes by on entries that it did not learn from.

    Args:
        features: What the inputs are, in order.
        rows: Shape (n_entries, n_features); NaN is unknown. A sample is drawn where there are too many.
        prices_usd: Shape (n_entries,).
        seed: Of the samples and the permutations.
    """
    draw = np.random.default_rng(seed)
    chosen = draw.permutation(len(rows))[:MAX_PERMUTED]
    rows, prices_usd = rows[chosen], prices_usd[chosen]

    def mae(inputs: Array) -> float:
        predicted = np.exp(blend.predict(inputs.tolist()))
        return float(np.abs(predicted - prices_usd).mean())

    explained = rows[:MAX_EXPLAINED]
    parts = np.array([blend.contributions(row)[:-1] for row in explained.tolist()])
    unpermuted = mae(rows)
    columns: dict[str, list[int]] = {}
    for number, feature in enumerate(features):
        columns.setdefault(feature.group, []).append(number)
    groups = [
        GroupImportance(
            group,
            len(of_group),
            float(np.abs(parts[:, of_group].sum(axis=1)).mean()),
            float(np.mean([mae(_dealt_anew(rows, of_group, draw)) for _ in range(REPEATS)])) - unpermuted,
        )
        for group, of_group in columns.items()
    ]
    inputs = [
        InputImportance(feature.name, feature.group, float(size))
        for feature, size in zip(features, np.abs(parts).mean(axis=0), strict=True)
    ]
    return GlobalExplanation(
        len(explained),
        len(rows),
        unpermuted,
        tuple(sorted(groups, key=lambda one: -one.mae_increase_usd)),
        tuple(sorted(inputs, key=lambda one: -one.mean_abs_log)),
    )


def _dealt_anew(rows: Array, columns: Sequence[int], draw: np.random.Generator) -> Array:
    dealt = rows.copy()
    dealt[:, columns] = rows[draw.permutation(len(rows))][:, columns]
    return dealt
