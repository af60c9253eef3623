"""Why a price: factors by group of inputs, which multiply out to the estimate to the cent.

The figures are made to be multiplied: whoever takes the base and the factors as they are shown gets the estimate as it
is shown. They tell what prices go together with in the catalogue, never what a change would bring.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from tasador.features.definition import Feature

__all__ = ["Contribution", "Explanation", "InputEffect", "explain", "to_cents"]

_CENT: Final = Decimal("0.01")

#: Digits that a factor is shown with, and how near the product must come to the estimate, which rounds with room to
#: spare for how the figures are multiplied.
_DIGITS: Final = 5
_NEAR: Final = Decimal("0.002")

#: Inputs of a group that are shown, and the least difference to 1 that is one.
_SHOWN: Final = 3
_LEAST: Final = 0.005
_LEAST_LOG: Final = math.log1p(_LEAST)


@dataclass(frozen=True, slots=True)
class InputEffect:
    """What one input goes together with.

    Attributes:
        name: The input.
        value: Its value; None when it is unknown, which is informative too.
        factor: By what the price is multiplied.
    """

    name: str
    value: float | None
    factor: float


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a group of inputs goes together with.

    Attributes:
        group: The group, such as `genres`.
        factor: By what the price is multiplied; 1 is no difference.
        effect_usd: The estimate less what it would be with a factor of 1. These do not add up: factors multiply.
        inputs: The inputs of the group that make the most difference, the greatest first.
        says: The factor in words.
    """

    group: str
    factor: float
    effect_usd: float
    inputs: tuple[InputEffect, ...]
    says: str

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "group": self.group,
            "factor": self.factor,
            "effect": f"{self.effect_usd:.2f}",
            "inputs": [{"name": one.name, "value": one.value, "factor": one.factor} for one in self.inputs],
            "says": self.says,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """An estimate, taken apart.

    Attributes:
        estimate_usd: The estimate, to the cent; at least one cent.
        base_usd: What the factors start from, to the cent: the model's mean over what it learned from.
        contributions: The factors, the greatest difference first; `base_usd` times all of them is `estimate_usd`.
    """

    estimate_usd: float
    base_usd: float
    contributions: tuple[Contribution, ...]


def explain(
    contributions: Sequence[float], row: Sequence[float], features: Sequence[Feature], estimate_usd: float
) -> Explanation:
    """Take an estimate apart by group of inputs.

    What rounding leaves over is in the factor of the group that makes the greatest difference, which alone may have
    more digits than the others.

    Args:
        contributions: Parts of the logarithm of the price: one for each feature, and last the base.
        row: The values of the features.
        features: What the inputs are.
        estimate_usd: What the parts come to, above 0, unless it was lifted to the lowest price: then the base is too.
    """
    *parts, base = contributions
    estimate, lift = to_cents(estimate_usd), estimate_usd / math.exp(math.fsum(contributions))
    logs: dict[str, float] = {}
    marked: dict[str, list[tuple[float, str, float]]] = {}
    for feature, part, value in zip(features, parts, row, strict=True):
        logs[feature.group] = logs.get(feature.group, 0.0) + part
        if abs(part) >= _LEAST_LOG:
            marked.setdefault(feature.group, []).append((part, feature.name, value))
    groups = sorted(logs, key=lambda group: -abs(logs[group]))
    if not groups:
        return Explanation(float(estimate), float(estimate), ())
    base_usd = to_cents(math.exp(base) * lift)
    factors = {group: _short(math.exp(logs[group])) for group in groups}
    factors[groups[0]] = _closing(estimate, math.prod([factors[group] for group in groups[1:]], start=base_usd))
    return Explanation(
        float(estimate),
        float(base_usd),
        tuple(_contribution(group, factors[group], estimate, marked.get(group, ())) for group in groups),
    )


def to_cents(amount_usd: float) -> Decimal:
    """Round an amount as every answer does: to the cent, and at least one."""
    return max(Decimal(amount_usd).quantize(_CENT), _CENT)


def _contribution(
    group: str, factor: Decimal, estimate: Decimal, marked: Sequence[tuple[float, str, float]]
) -> Contribution:
    greatest = sorted(marked, key=lambda one: -abs(one[0]))[:_SHOWN]
    return Contribution(
        group,
        float(factor),
        # NOTE: + 0 makes of a loss of no cent no loss.
        effect_usd=float((estimate - estimate / factor).quantize(_CENT) + 0),
        inputs=tuple(
            InputEffect(name, None if math.isnan(value) else value, float(_short(math.exp(part))))
            for part, name, value in greatest
        ),
        says=_says(float(factor)),
    )


def _short(factor: float) -> Decimal:
    return Decimal(f"{factor:.{_DIGITS}g}")


def _closing(estimate: Decimal, product_of_others: Decimal) -> Decimal:
    """Find the shortest factor that brings the product to the estimate."""
    exact = estimate / product_of_others
    candidates = (Decimal(f"{exact:.{digits}g}") for digits in range(_DIGITS, 28))
    return next((short for short in candidates if abs(short * product_of_others - estimate) < _NEAR), exact)


def _says(factor: float) -> str:
    if abs(factor - 1) < _LEAST:
        return "Associated with no difference in price."
    if factor >= 2:
        return f"Associated with {factor:.1f} times the price."
    return f"Associated with a price {abs(factor - 1):.0%} {'higher' if factor > 1 else 'lower'}."
