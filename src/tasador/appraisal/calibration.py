"""How the boosters' scores become probabilities and intervals, and when nothing is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tasador.appraisal.abstention import Abstention
from tasador.appraisal.free import FreeCalibration
from tasador.appraisal.intervals import Intervals
from tasador.appraisal.price_points import PricePoints

__all__ = ["FILE", "Calibration"]

#: The file of a bundle.
FILE: Final = "calibration.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """All that was fitted on releases newer than those that the boosters learned from.

    Attributes:
        points: Scores to probabilities of price points.
        intervals: Probabilities of price points to intervals.
        free: The score of being free to its probability.
        abstention: When no price is said.
    """

    points: PricePoints
    intervals: Intervals
    free: FreeCalibration
    abstention: Abstention

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "points": self.points.to_dict(),
            "intervals": self.intervals.to_dict(),
            "free": self.free.to_dict(),
            "abstention": self.abstention.to_dict(),
        }

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> Calibration:
        """Read what `to_dict` wrote."""
        return cls(
            PricePoints.from_dict(found["points"]),
            Intervals.from_dict(found["intervals"]),
            FreeCalibration.from_dict(found["free"]),
            Abstention.from_dict(found["abstention"]),
        )
