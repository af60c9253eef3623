"""The gate: whether a challenger may become the champion. The decision is a value, with its checks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

__all__ = ["Check", "Measured", "PromotionDecision", "decide"]

#: The splits that do not flatter.
_HONEST: Final = ("out_of_time", "unseen_developers")

#: With fewer test rows an error is a guess.
MIN_TEST_ROWS: Final = 100

#: How much larger a challenger's error may be on the same rows: less than this is noise between fits.
TOLERANCE: Final = 0.02


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
    no model of these inputs sees them coming. The champion counts where it was measured on the same snapshot, hence
    on the same rows; errors on other rows are not comparable, as some catalogues are harder to predict than others.
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
        model, constant, genre = (_rmse(split, name) for name in ("bagging", "constant_mean", "genre_median"))
        checks.append(
            Check(
                f"beats_the_constant_{name}",
                model < constant,
                f"RMSE up to $100 is {model:.2f} USD; the constant's {constant:.2f}, the genre median's {genre:.2f}.",
            )
        )
    if champion is not None and champion.snapshot == challenger.snapshot:
        new, old = (_rmse(_split(measured, _HONEST[0]), "bagging") for measured in (challenger, champion))
        checks.append(
            Check(
                "not_worse_than_the_champion",
                new <= old * (1 + TOLERANCE),
                f"RMSE up to $100 is {new:.2f} USD out of time; {champion.version} has {old:.2f} on the same rows.",
            )
        )
    return PromotionDecision(challenger.version, champion.version if champion else None, tuple(checks))


def _split(measured: Measured, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(split for split in measured.metrics["splits"] if split["name"] == name)
    return found


def _rmse(split: dict[str, Any], candidate: str) -> float:
    errors = split["errors"][candidate]
    value = errors["rmse_up_to_100_usd"]
    return float(errors["rmse_usd"] if value is None else value)
