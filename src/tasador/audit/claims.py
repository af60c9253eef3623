"""Claims held against what comes out when they are computed again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tasador.audit.evidence import Claim, Evidence, Side
from tasador.audit.finding import Finding, could_not_check, found, not_found
from tasador.audit.measures import LARGER_IS_BETTER, MIN_ROWS, Array, interval, measure

__all__ = ["check_claim", "check_training_error", "too_good"]

#: How far a claim over the very rows may be off: it is rounded.
_ROUNDING: Final = 0.02

#: How much better than the interval's bound a claim over other rows may be.
_MARGIN: Final = 0.05

#: How far beyond its interval a usual mistake still explains a claim: a sample has few of the dear rows that make
#: most of a squared error.
_STRETCH: Final = 1.25

#: What a root mean squared error is mistaken for, as powers of the recomputed one.
_OF_RMSE: Final = {
    "the square root taken twice": 0.5,
    "the mean squared error, without the root": 2.0,
}
_MISTAKEN: Final = {
    "the mean absolute error": "mae",
    "the median absolute error": "median_ae",
    "the error of log(1 + price)": "rmsle",
}
_OTHER_SIDES: Final[dict[Side, str]] = {
    "train": "the error on the training rows",
    "all": "the error on all rows, training rows among them",
}


def check_claim(claim: Claim, evidence: Evidence) -> Finding:
    """Compute a claimed figure again, and where it disagrees say what it is instead."""
    check = "claim_disagrees"
    prices, predicted = evidence.pair(claim)
    same_rows = claim.n == len(prices) and claim.rows is None
    if len(prices) < MIN_ROWS and not same_rows:
        return could_not_check(
            check,
            subject=claim.label,
            why=f"{len(prices)} rows have both a true price and a prediction; at least {MIN_ROWS} are needed",
            do="Give more rows, or allow more requests.",
        )
    value = measure(claim.metric, prices, predicted)
    tried = f"{claim.metric} computed again from {len(prices):,} true prices and predictions"
    if same_rows and abs(claim.value - value) <= _ROUNDING * abs(value):
        seen = f"claimed {claim.value:.4g}, recomputed {value:.4g}"
        figures = {"claimed": claim.value, "recomputed": value, "n": len(prices)}
        return not_found(check, subject=claim.label, tried=tried, seen=seen, figures=figures)
    low, high = interval(claim.metric, prices, predicted)
    seen = f"claimed {claim.value:g}, recomputed {value:.4g} (99 % interval {low:.4g} to {high:.4g})"
    figures = {"claimed": claim.value, "recomputed": value, "low": low, "high": high, "n": len(prices)}
    if not same_rows and not _disagrees(claim, low, high):
        return not_found(check, subject=claim.label, tried=tried, seen=seen, figures=figures)
    explained = _explain(claim, evidence, low, high)
    return found(
        check,
        "high",
        subject=claim.label,
        tried=tried,
        seen=f"{seen}; {f'the claim fits {explained}' if explained else 'no usual mistake explains it'}",
        do="State the figure that comes out on held-out rows, with the code and the rows that give it.",
        figures={**figures, "fits": explained},
    )


def check_training_error(claim: Claim, evidence: Evidence) -> Finding:
    """See whether a test error is the error on the rows that the model was fitted on."""
    check = "training_error_as_test_error"
    if claim.on != "test":
        return could_not_check(
            check, subject=claim.label, why=f"the claim is of {claim.on} rows", do="State the error on test rows."
        )
    test, train = evidence.pair(claim), evidence.pair(claim, "train")
    if min(len(test[0]), len(train[0])) < MIN_ROWS:
        return could_not_check(
            check,
            subject=claim.label,
            why=f"{len(train[0])} training rows and {len(test[0])} test rows have a true price and a prediction; "
            f"at least {MIN_ROWS} of each are needed",
            do="Mark the rows as train or test in a column, and give more of them.",
        )
    on_test, on_train = measure(claim.metric, *test), measure(claim.metric, *train)
    (low, high), around = interval(claim.metric, *test), interval(claim.metric, *train)
    tried = f"{claim.metric} on {len(train[0]):,} training rows and on {len(test[0]):,} test rows"
    seen = f"claimed {claim.value:g}; on training rows {on_train:.4g}, on test rows {on_test:.4g}"
    figures: dict[str, float | int | str | None] = {
        "claimed": claim.value, "train": on_train, "test": on_test, "test_low": low, "test_high": high,
    }  # fmt: skip
    nearer = abs(claim.value - on_train) < abs(claim.value - on_test)
    if too_good(claim.metric, claim.value, low, high) and _within(claim.value, around) and nearer:
        return found(
            check,
            "high",
            subject=claim.label,
            tried=tried,
            seen=seen,
            do="Keep rows aside before the model is fitted and state the error on those.",
            figures=figures,
        )
    return not_found(check, subject=claim.label, tried=tried, seen=seen, figures=figures)


def too_good(metric: str, claimed: float, low: float, high: float) -> bool:
    """Tell whether a claim is better than other rows of the kind can explain."""
    return claimed > high + _MARGIN * abs(high) if metric in LARGER_IS_BETTER else claimed < low * (1 - _MARGIN)


def _disagrees(claim: Claim, low: float, high: float) -> bool:
    squared = claim.metric == "rmse" and claim.value > 2 * high and low**2 <= claim.value <= high**2
    return squared or too_good(claim.metric, claim.value, low, high)


def _explain(claim: Claim, evidence: Evidence, low: float, high: float) -> str | None:
    """Find the usual mistake whose figure is nearest to the claim, if the claim is within its interval."""
    prices, predicted = evidence.pair(claim)
    candidates: dict[str, tuple[float, tuple[float, float]]] = {}
    if claim.metric == "rmse":
        value = measure("rmse", prices, predicted)
        candidates |= {name: (value**power, (low**power, high**power)) for name, power in _OF_RMSE.items()}
        candidates |= {name: _figure(metric, prices, predicted) for name, metric in _MISTAKEN.items()}
    for side, name in _OTHER_SIDES.items():
        pair = evidence.pair(claim, side)
        if claim.on == "test" and evidence.train.any() and len(pair[0]) >= MIN_ROWS:
            candidates[name] = _figure(claim.metric, *pair)
    return _nearest(claim.value, candidates)


def _nearest(claimed: float, candidates: Mapping[str, tuple[float, tuple[float, float]]]) -> str | None:
    near = {name: (low / _STRETCH, high * _STRETCH) for name, (_, (low, high)) in candidates.items()}
    fitting = {name: abs(claimed - value) for name, (value, _) in candidates.items() if _within(claimed, near[name])}
    return min(fitting, key=lambda name: fitting[name]) if fitting else None


def _figure(metric: str, prices: Array, predicted: Array) -> tuple[float, tuple[float, float]]:
    return measure(metric, prices, predicted), interval(metric, prices, predicted)


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]
