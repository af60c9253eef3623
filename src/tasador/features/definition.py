"""What a model input is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

__all__ = ["Feature"]


@dataclass(frozen=True, slots=True)
class Feature:
    """One model input.

    Attributes:
        name: Its column.
        dtype: Its type.
        unit: What its numbers count.
        sources: The columns of games that it is made from.
        known_at: Whether a developer knows it at launch, or it comes later.
        group: The inputs that it is explained with: contributions are shown by group.
    """

    name: str
    dtype: Literal["float32"]
    unit: str
    sources: tuple[str, ...]
    known_at: Literal["launch", "later"]
    group: str

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)
