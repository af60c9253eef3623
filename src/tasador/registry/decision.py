"""What the gate decided: a value with its checks, not an exception."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Check", "PromotionDecision"]


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of the gate.

    Attributes:
        name: What it is called.
        passed: Whether it holds.
        says: What was looked at and seen, with figures and the number of rows.
        expected: What had to be seen.
    """

    name: str
    passed: bool
    says: str
    expected: str


@dataclass(frozen=True, slots=True)
class PromotionDecision:
    """Promote or hold, and why.

    Attributes:
        challenger: The version that would answer.
        champion: The version that answers; None where there is none, or it cannot be read.
        checks: Every condition, also those that hold.
        notes: What to know besides: what was not compared and why, a name that the tracking store does not carry yet.
    """

    challenger: str
    champion: str | None
    checks: tuple[Check, ...]
    notes: tuple[str, ...] = ()

    @property
    def promote(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that did not pass."""
        return tuple(check.name for check in self.checks if not check.passed)

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {"promote": self.promote, **asdict(self)}
