"""An alert: what is out of bounds, by how much, and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

__all__ = ["Alert", "Check", "Training"]

#: What was looked at.
Check = Literal["input_drift", "answer_drift", "realised_error", "realised_coverage", "data_quality", "staleness"]


#: What training on the current catalogue does about it: it may mend it, it would learn what is wrong, or neither.
Training = Literal["mends", "harms", "neither"]


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that somebody should look at.

    Attributes:
        check: What was looked at.
        subject: The column, measure or thing that is out of bounds.
        says: What was seen, in words.
        seen: The same as a number, in the unit of the threshold.
        threshold: The bound that it is beyond.
        reference: The window that it was held against, or what was promised.
        n_reference: Rows of it; None where rows do not count.
        current: The window that was looked at.
        n_current: Rows of it.
        do: What to do.
        training: What training on the current catalogue does about it.
    """

    check: Check
    subject: str
    says: str
    seen: float
    threshold: float
    reference: str
    n_reference: int | None
    current: str
    n_current: int | None
    do: str
    training: Training

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)
