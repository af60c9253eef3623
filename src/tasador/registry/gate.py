"""The gate: whether a challenger may become the champion. The decision is a value, with its checks.

All is computed anew from the held-out predictions of both versions; no figure that a version says of itself is trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from tasador.models.bootstrap import paired_difference
from tasador.models.splits import HEADLINE, HONEST
from tasador.registry import coverage, rivalry, too_good
from tasador.registry.decision import Check, PromotionDecision
from tasador.registry.held_out import BASELINES, errors_usd, games_and_others, groups, tested
from tasador.registry.rivalry import Champion

__all__ = ["Challenger", "Champion", "Check", "PromotionDecision", "decide"]

#: With fewer test rows an error is a guess.
MIN_TEST_ROWS: Final = 100

#: A model that answers only what is easy is of no use: the largest share of rows that it may leave unanswered. Prices
#: of other kinds lie farther apart than those of games, so that more of their intervals are too wide.
MAX_ABSTAINED: Final = {"game": 0.25, "other": 0.6, "all": 0.4}

#: Largest bundle that a small server loads in a moment.
MAX_SIZE_BYTES: Final = 50_000_000

#: Longest median time of one appraisal.
MAX_LATENCY_MS: Final = 50.0

#: Predictors that a model must beat on games and on other kinds apart: on games beyond chance; on other kinds, whose
#: prices lie too far apart to tell, on average. The rest are fitted models too: on a small catalogue a good challenger
#: may not be told from them, so its error has to be smaller on average over all kinds, and how sure that is is told.
_PLAIN: Final = frozenset({"constant_median", "genre_median", "comparables_25"})

_LINEAR: Final = "hedonic"

#: By how much of its error the constant must be beaten at least. Measured: fits to shuffled prices, which have learned
#: nothing, are by luck up to 3.5 % better than the constant beyond the chance of drawing the test rows.
LEAST_GAIN: Final = {"constant_median": 0.05}


@dataclass(frozen=True, slots=True)
class Challenger:
    """A version that would answer, and what was seen of it.

    Attributes:
        version: Its name.
        held_out: Its held-out predictions.
        size_bytes: Of its bundle.
        latency_ms: Median time of one appraisal, measured in this process; None where it was not measured.
        read_back: What differed when it was read back from its files and asked again; empty where nothing did, None
            where that was not tried.
        leaks: What the audit of its training found; None where there was none.
        later: Names of its inputs that are known only after launch.
    """

    version: str
    held_out: pl.DataFrame
    size_bytes: int
    latency_ms: float | None
    read_back: tuple[str, ...] | None
    leaks: tuple[str, ...] | None
    later: tuple[str, ...]


def decide(challenger: Challenger, champion: Champion | None, *, notes: tuple[str, ...] = ()) -> PromotionDecision:
    """Hold the challenger against limits, baselines, its own intervals, the champion, and what is too good to be true.

    Args:
        champion: The version that answers; None where there is none, or it cannot be read.
        notes: What is known besides, such as that the champion cannot be read.
    """
    checks: list[Check] = []
    for name in HONEST:
        rows = tested(challenger.held_out, name)
        checks += [_enough(rows, name), _answers(rows, name)]
        answered = rows.filter(pl.col("predicted_usd").is_finite())
        checks += [_beats(answered, name, column) for column in BASELINES if _is_due(answered, name, column)]
        checks.append(too_good.floor(answered, name))
    checks += coverage.checks(challenger.held_out)
    if champion is not None:
        found = rivalry.compare(challenger.held_out, champion)
        checks += found.checks
        notes += found.notes
    checks += [
        _asked(challenger), _no_leak(challenger), _reads_back(challenger), _size(challenger), _latency(challenger)
    ]  # fmt: skip
    return PromotionDecision(challenger.version, champion.version if champion else None, tuple(checks), notes)


def _enough(rows: pl.DataFrame, split: str) -> Check:
    return Check(
        f"enough_test_rows_{split}",
        rows.height >= MIN_TEST_ROWS,
        f"{rows.height:,} test rows",
        f"at least {MIN_TEST_ROWS}",
    )


def _answers(rows: pl.DataFrame, split: str) -> Check:
    """Every row has a prediction above 0, or is one of few that the model abstains from."""
    parts = games_and_others(rows)
    shares = {kind: float(part["abstained"].mean() or 0.0) for kind, part in parts.items()}  # type: ignore[arg-type]
    sound = (pl.col("predicted_usd").is_finite() & (pl.col("predicted_usd") > 0)).fill_null(value=False)
    wrong = rows.filter(~pl.col("abstained"), ~sound).height
    told = ", ".join(f"{share:.1%} of {parts[kind].height:,} ({kind})" for kind, share in shares.items())
    most = ", ".join(f"{MAX_ABSTAINED[kind]:.0%} ({kind})" for kind in shares)
    return Check(
        f"answers_{split}",
        wrong == 0 and all(share <= MAX_ABSTAINED[kind] for kind, share in shares.items()),
        f"{told} abstained from, {wrong:,} others without a price above 0",
        f"at most {most} abstained from, and a price above 0 for all others",
    )


def _is_due(rows: pl.DataFrame, split: str, column: str) -> bool:
    """The linear model is due out of time only: without a developer's record both see little but labels."""
    if column == _LINEAR and split != HEADLINE:
        return False
    return column in _PLAIN or column in rows.columns


def _beats(rows: pl.DataFrame, split: str, column: str) -> Check:
    name, words, gain = f"beats_{column}_{split}", BASELINES[column], LEAST_GAIN.get(column, 0.0)
    plain = column in _PLAIN
    expected = f"a mean error that is smaller than that of {words}" + (f" by {gain:.0%}" if gain else "")
    expected += ", of games (or all) with the whole 95 % interval of the difference" if plain else ""
    if column not in rows.columns or not rows.height:
        return Check(name, passed=False, says="not measured", expected=expected)
    passed, told = True, []
    for kind, part in (games_and_others(rows) if plain else {"all": rows}).items():
        own, other = errors_usd(part), errors_usd(part, column)
        found = paired_difference(own, other, groups(part))
        passed &= bool((found.high if plain and kind != "other" else found.estimate) < -gain * other.mean())
        told.append(
            f"{kind}: mean error {own.mean():.2f} USD, that of {words} {other.mean():.2f}: difference "
            f"{found.estimate:+.2f} ({found.low:+.2f} to {found.high:+.2f}) over {part.height:,} rows"
        )
    return Check(name, passed, "; ".join(told), expected)


def _asked(challenger: Challenger) -> Check:
    """Hold a version whose error was measured with more than it will be told."""
    later = challenger.later
    seen = (
        f"{len(later)} inputs are known later only, such as {later[0]}" if later else "every input is known at launch"
    )
    return Check(
        "asked_as_a_request_asks",
        not later,
        seen,
        "every input is known at launch: a request has nothing later, so an error measured with that is not its own",
    )


def _no_leak(challenger: Challenger) -> Check:
    expected = "the audit of inputs and splits was made and found nothing"
    if challenger.leaks is None:
        return Check("no_leak_found", passed=False, says="no audit was made", expected=expected)
    says = "; ".join(challenger.leaks) or "nothing was found"
    return Check("no_leak_found", passed=not challenger.leaks, says=says, expected=expected)


def _reads_back(challenger: Challenger) -> Check:
    expected = "the version read from its files predicts what it predicted when it was made"
    if challenger.read_back is None:
        return Check("reads_back", passed=False, says="not tried", expected=expected)
    says = "; ".join(challenger.read_back) or "the same predictions"
    return Check("reads_back", passed=not challenger.read_back, says=says, expected=expected)


def _size(challenger: Challenger) -> Check:
    return Check(
        "size",
        challenger.size_bytes <= MAX_SIZE_BYTES,
        f"{challenger.size_bytes / 1e6:.1f} MB",
        f"at most {MAX_SIZE_BYTES / 1e6:.0f} MB",
    )


def _latency(challenger: Challenger) -> Check:
    expected = f"at most {MAX_LATENCY_MS:.0f} ms, the median of single appraisals in one process"
    if challenger.latency_ms is None:
        return Check("latency", passed=False, says="not measured", expected=expected)
    return Check("latency", challenger.latency_ms <= MAX_LATENCY_MS, f"{challenger.latency_ms:.2f} ms", expected)
