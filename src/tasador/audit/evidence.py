"""True prices beside predictions, and the claims that are held against them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from tasador.audit.measures import Array

__all__ = ["ALL_KINDS", "Claim", "Evidence", "Side"]

Side: TypeAlias = Literal["test", "train", "all"]
#: Says that a claim is of all kinds of entry together.
ALL_KINDS: Final = "all"

Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure of error that somebody states.

    Attributes:
        metric: One of `measures.METRICS`.
        value: The figure.
        on: Of which rows it is said to be.
        kind: Of which kind of entry, or `all`; None where nothing is said, which readers take for games.
        max_price: The highest price among those rows; None where there is no bound.
        n: Over how many rows. Where that is the number of rows at hand, the figure must come out the same.
        rows: Numbers of the rows that it speaks of; None for all.
        source: Where it is stated.
    """

    metric: str
    value: float
    on: Side = "test"
    kind: str | None = None
    max_price: float | None = None
    n: int | None = None
    rows: tuple[int, ...] | None = None
    source: str = "the claims"

    @property
    def label(self) -> str:
        """The claim in a few words."""
        parts = [f"{self.metric} on {self.on} rows"]
        parts += [f"of kind {self.kind}"] if self.kind else []
        parts += [f"up to a price of {self.max_price:g}"] if self.max_price is not None else []
        parts += [f"({self.source})"]
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Evidence:
    """True prices and predictions, row by row.

    Attributes:
        prices: Shape (n,); NaN where unknown.
        predicted: Shape (n,); NaN where there is none.
        train: Which are training rows.
        test: Which are test rows.
        kinds: The kind of each; None where nobody says.
    """

    prices: Array
    predicted: Array
    train: Mask
    test: Mask
    kinds: npt.NDArray[np.str_] | None = None

    def pair(self, claim: Claim, on: Side | None = None) -> tuple[Array, Array]:
        """Give true prices and predictions of the rows that a claim speaks of.

        Args:
            claim: The claim.
            on: Another side than that which the claim names.
        """
        rows = self.mask(claim, on)
        return self.prices[rows], self.predicted[rows]

    def mask(self, claim: Claim, on: Side | None = None) -> Mask:
        """Tell which rows a claim speaks of and have both figures."""
        rows = np.isfinite(self.prices) & np.isfinite(self.predicted)
        side = on or claim.on
        if side != "all":
            rows &= self.train if side == "train" else self.test
        if claim.kind not in {None, ALL_KINDS}:
            rows &= np.zeros(len(rows), bool) if self.kinds is None else self.kinds == claim.kind
        if claim.max_price is not None:
            rows &= self.prices <= claim.max_price
        if claim.rows is not None:
            named = np.zeros(len(rows), bool)
            named[list(claim.rows)] = True
            rows &= named
        return rows
