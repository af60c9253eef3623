"""The tables in Markdown of how sure a model is: its intervals, what it does not answer, its probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tasador.models import markdown
from tasador.models.accuracy_tables import MAIN
from tasador.models.markdown import Measures, percent, plain

__all__ = ["answers_table", "coverage_table", "free_table", "reliability_table", "tails_table"]

#: What is said of the head that tells free from paid.
_FREE: Final[Measures] = {
    "n": ("rows", "{:,}".format),
    "share_free": ("free", percent),
    "auc": ("AUC", plain),
    "auc_games": ("AUC, games", plain),
    "auc_without_giveaways": ("AUC without the giveaways", plain),
    "brier": ("Brier score", plain),
    "calibration_error": ("calibration error", plain),
}

#: What is said of answers beside what was withheld.
_ANSWERS: Final = {name: MAIN[name] for name in ("mae_usd", "mdape", "within_20_percent", "rmsle")}

Figures = Mapping[str, Any]


def coverage_table(scopes: Mapping[str, Figures]) -> str:
    """Write how often the intervals of each level held the price, a line a scope; told the app id and not."""
    found = {
        f"{name}{says}": (scope["n"], scope[of])
        for name, scope in scopes.items()
        for of, says in (("coverage", ""), ("coverage_without_app_id", ", not told the app id"))
        if scope[of]
    }
    levels = list(dict.fromkeys(level for _, coverage in found.values() for level in coverage))
    rows = (
        [
            name,
            f"{n:,}",
            *(percent(coverage[level]["covered"]) for level in levels),
            *(f"{coverage[level]['median_ratio']:.1f}" for level in levels),
        ]
        for name, (n, coverage) in found.items()
    )
    heads = [*(f"held of {level} %" for level in levels), *(f"upper / lower at {level} %" for level in levels)]
    return markdown.table(["", "n", *heads], rows)


def tails_table(scopes: Mapping[str, Figures]) -> str:
    """Write on which side of the intervals of each level the other prices were, a line a scope and level."""
    rows = (
        [name, f"{level} %", *(percent(found[part]) for part in ("covered", "below", "above"))]
        for name, scope in scopes.items()
        for level, found in scope["coverage"].items()
    )
    return markdown.table(["", "promised", "held", "price below", "price above"], rows)


def answers_table(scopes: Mapping[str, Figures]) -> str:
    """Write how much is answered, and the errors of answers beside those of what was withheld, a line a scope."""
    rows = []
    for name, scope in scopes.items():
        if scope["answers"] is None:
            continue
        said, n = scope["answers"], scope["n"]
        answered, withheld = (markdown.written(said[part] or {}, _ANSWERS) for part in ("answered", "withheld"))
        rows.append(
            [
                name,
                f"{n:,}",
                *(percent(said[count] / n) for count in ("n_answered", "n_too_wide", "n_not_judged")),
                *(" / ".join(pair) for pair in zip(answered, withheld, strict=True)),
            ]
        )
    heads = [f"{head}: answered / withheld" for head in markdown.heads(_ANSWERS)]
    return markdown.table(["", "n", "answered", "too wide", "not judged", *heads], rows)


def reliability_table(lines: Sequence[Figures]) -> str:
    """Write how often what was called so probable came true."""
    rows = ([percent(line["predicted"]), percent(line["observed"]), f"{line['n']:,}"] for line in lines)
    return markdown.table(["probability given, mean", "came true", "n"], rows)


def free_table(free: Mapping[str, Figures]) -> str:
    """Write how well free and paid entries are told apart, a line a split."""
    rows = ([f"`{split}`", *markdown.written(figures, _FREE)] for split, figures in free.items())
    return markdown.table(["split", *markdown.heads(_FREE)], rows)
