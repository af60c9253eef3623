"""The gate: whether a challenger may become the champion. The decision is a value, with its checks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

__all__ = ["Check", "Measured", "PromotionDecision", "decide"]

#: The splits that do not flatter.
_HONEST: Final = ("out_of_time", "unseen_developers")

#: With fewer test rows an error is a guess.
MIN_TEST_ROWS: Final = 100

#: How much of the constant's error a challenger may leave more than the champion does. On one snapshot the rows are
#: the same; on another one the share itself differs from sample to sample.
TOLERANCE_SAME_SNAPSHOT: Final = 0.02
TOLERANCE_OTHER_SNAPSHOT: Final = 0.10


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of the gate, with what was seen."""

    name: str
    passed: bool
    says: str


@dataclass(frozen=True, slots=True)
class PromotionDecision:
    """Promote or hold, and why."""

    challenger: str
    champion: str | None
    checks: tuple[Check, ...]

    @property
    def promote(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {"promote": self.promote, **asdict(self)}


@dataclass(frozen=True, slots=True)
class Measured:
    """A version and what was measured of it.

    Attributes:
        snapshot: The snapshot it was measured on.
        metrics: Its metrics.json.
    """

    version: str
    snapshot: str
    metrics: dict[str, Any]


def decide(challenger: Measured, champion: Measured | None) -> PromotionDecision:
    """Hold the challenger against the constant and against the champion.

    The measure is the RMSE over rows of at most 100 USD: the few rows above make most of the squared error and
    no model of these inputs sees them coming. Versions are compared by the share of the constant's error that they
    leave, since prices of different snapshots are not equally hard to predict.
    """
    checks: list[Check] = []
    for name in _HONEST:
        split = _split(challenger, name)
        checks.append(
            Check(
                f"enough_test_rows_{name}",
                split["n_test"] >= MIN_TEST_ROWS,
                f"{split['n_test']:,} test rows; at least {MIN_TEST_ROWS} are needed.",
            )
        )
        model, constant = (_rmse(split, candidate) for candidate in ("bagging", "constant_mean"))
        checks.append(
            Check(
                f"beats_the_constant_{name}",
                model < constant,
                f"RMSE {model:.2f} USD; the constant's is {constant:.2f}.",
            )
        )
    if champion is not None:
        same = champion.snapshot == challenger.snapshot
        tolerance = TOLERANCE_SAME_SNAPSHOT if same else TOLERANCE_OTHER_SNAPSHOT
        new, old = _share_left(challenger), _share_left(champion)
        checks.append(
            Check(
                "not_worse_than_the_champion",
                new <= old + tolerance,
                f"leaves {new:.1%} of the constant's error out of time; {champion.version} leaves {old:.1%} "
                f"on {'the same' if same else 'another'} snapshot; up to {tolerance:.0%} more is noise.",
            )
        )
    return PromotionDecision(challenger.version, champion.version if champion else None, tuple(checks))


def _share_left(measured: Measured) -> float:
    split = _split(measured, _HONEST[0])
    return _rmse(split, "bagging") / _rmse(split, "constant_mean")


def _split(measured: Measured, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(split for split in measured.metrics["splits"] if split["name"] == name)
    return found


def _rmse(split: dict[str, Any], candidate: str) -> float:
    errors = split["errors"][candidate]
    value = errors["rmse_up_to_100_usd"]
    return float(errors["rmse_usd"] if value is None else value)
