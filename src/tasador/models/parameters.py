"""The parameters of a candidate: of each of its fits."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from tasador.features.inputs import Variant
from tasador.models.boosting import BoostingParameters
from tasador.models.free_or_paid import FreeParameters
from tasador.models.ladder import LadderParameters

__all__ = ["Parameters"]


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a candidate is fitted with.

    Attributes:
        variant: What its inputs are made from.
        most_days_behind: By how many days at most the histories of training rows end early.
        price: Of the price boosters.
        ladder: Of the classifier of price points.
        free: Of the classifier of free games.
    """

    variant: Variant = "launch"
    most_days_behind: int = 183
    price: BoostingParameters = field(default_factory=BoostingParameters)
    ladder: LadderParameters = field(default_factory=LadderParameters)
    free: FreeParameters = field(default_factory=FreeParameters)

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)
