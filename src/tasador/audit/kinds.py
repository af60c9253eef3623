"""Whether what is said of games is said over games and DLC together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from tasador.audit.evidence import Claim, Evidence
from tasador.audit.finding import Finding, could_not_check, found, not_found
from tasador.audit.measures import LARGER_IS_BETTER, MIN_ROWS, measure, ratio_interval

__all__ = ["check_kinds"]

#: What readers take a figure to be of, where it names no kind.
_MEANT: Final = "game"

#: How far the figure for games may lie from the pooled one.
_MARGIN: Final = 0.1

#: Looked at where nobody claims a figure.
_METRICS: Final = ("mae", "mdape")


def check_kinds(claims: Sequence[Claim], evidence: Evidence, *, asks_kind: bool) -> Finding:
    """Compare the error on games with that on all rows.

    Args:
        claims: What is claimed; claims that name a kind are well said.
        evidence: Prices and predictions.
        asks_kind: Whether the kind of an entry is an input, so that an answer is for one kind.
    """
    check = "dlc_mixed_in"
    pooled = [claim for claim in claims if claim.kind is None and claim.on == "test" and claim.rows is None]
    if asks_kind and not pooled:
        return not_found(check, tried="the inputs and the claims", seen="the kind is an input; no claim leaves it out")
    rows = evidence.mask(Claim("mae", 0.0))
    games = np.zeros(0, bool) if evidence.kinds is None else evidence.kinds[rows] == _MEANT
    n_games, n_others = int(games.sum()), int((~games).sum())
    if min(n_games, n_others) < MIN_ROWS:
        return could_not_check(
            check,
            why=f"{n_games} games and {n_others} other entries have a true price and a prediction; at least "
            f"{MIN_ROWS} of each are needed",
            do="Give rows with a column `kind` that tells games from dlc.",
        )
    prices, predicted = evidence.prices[rows], evidence.predicted[rows]
    tried = f"the error on {n_games:,} games beside that on all {len(prices):,} rows"
    told = []
    for metric in dict.fromkeys([*(claim.metric for claim in pooled), *_METRICS]):
        if metric in LARGER_IS_BETTER:
            continue
        low, high = ratio_interval(metric, prices, predicted, games)
        whole, part = measure(metric, prices, predicted), measure(metric, prices[games], predicted[games])
        told.append(f"{metric} {part:.4g} on games, {whole:.4g} on all")
        if low > 1 + _MARGIN or high < 1 - _MARGIN:
            return found(
                check,
                "medium",
                tried=tried,
                seen=f"{told[-1]}; nothing says that DLC count in",
                do="State the figures of games and of DLC apart, and ask for the kind.",
                figures={"metric": metric, "games": part, "all": whole, "n_games": n_games, "n": len(prices)},
            )
    return not_found(check, tried=tried, seen="; ".join(told))
