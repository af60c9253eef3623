"""The tables of errors in Markdown, for the page and the card."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tasador.models import markdown
from tasador.models.accuracy import HEADLINE_SCOPE, all_kinds
from tasador.models.accuracy_scopes import GUISES
from tasador.models.markdown import Measures, percent, plain, usd

__all__ = [
    "CANDIDATE_SAYS",
    "MAIN",
    "breakdown_table",
    "errors_table",
    "glance_table",
    "intervals_table",
    "kinds_table",
    "ratios_table",
]

#: How candidates are called.
CANDIDATE_SAYS: Final = {
    "model": "the model",
    "without_app_id": "the model, not told the app id",
    "suggested": "its suggested price point",
    "constant_median": "constant: median price",
    "genre_median": "median price of the genres",
    "comparables_25": "median of 25 comparables",
    "bagging": "the course project's Bagging",
    "hedonic": "linear hedonic model",
}

#: The measures of error that most tables have.
MAIN: Final[Measures] = {
    "mae_usd": ("MAE", usd),
    "rmse_up_to_100_usd": ("RMSE ≤ $100", usd),
    "mdape": ("MdAPE", percent),
    "within_20_percent": ("within 20 %", percent),
    "rmsle": ("RMSLE", plain),
}

#: All of them.
_EVERY: Final[Measures] = {
    **MAIN,
    "rmse_usd": ("RMSE", usd),
    "mae_up_to_100_usd": ("MAE ≤ $100", usd),
    "median_ae_usd": ("median AE", usd),
    "within_10_percent": ("within 10 %", percent),
    "within_50_percent": ("within 50 %", percent),
    "exact": ("exact", percent),
}

_RATIOS: Final[Measures] = {
    "median_ratio": ("median ratio", usd),
    "cod": ("COD", lambda value: f"{value:.1f}"),
    "prd": ("PRD", usd),
    "prb": ("PRB", plain),
}

#: The level whose coverage stands where there is room for one.
_LEVEL: Final = "80"

Figures = Mapping[str, Any]


def glance_table(splits: Mapping[str, Figures]) -> str:
    """Write the model's main figures, a line a split, for games and for all kinds together."""
    rows = []
    for name, split in splits.items():
        for scope, says in ((HEADLINE_SCOPE, "games"), (all_kinds(name, split["scopes"]), "all kinds")):
            if scope not in split["scopes"]:
                continue
            figures = split["scopes"][scope]
            mae = {other: candidate["errors"]["mae_usd"] for other, candidate in figures["candidates"].items()}
            rows.append(
                [
                    f"`{name}`",
                    says,
                    f"{figures['n']:,}",
                    *markdown.written(figures["candidates"]["model"]["errors"], MAIN),
                    _held(figures),
                    _best_rival(mae, usd),
                ]
            )
    heads = ["split", "rows", "n", *markdown.heads(MAIN), f"held of {_LEVEL} %", "best baseline's MAE"]
    return markdown.table(heads, rows)


def errors_table(scope: Figures, *, every: bool = False) -> str:
    """Write the main errors of each candidate, or every measure."""
    measures = _EVERY if every else MAIN
    return _of_candidates(
        scope, markdown.heads(measures), lambda candidate: markdown.written(candidate["errors"], measures)
    )


def ratios_table(scope: Figures) -> str:
    """Write the ratio study of each candidate."""
    return _of_candidates(
        scope, markdown.heads(_RATIOS), lambda candidate: markdown.written(candidate["ratios"], _RATIOS)
    )


def intervals_table(scope: Figures) -> str:
    """Write the main errors of each candidate with their bootstrap intervals."""
    return _of_candidates(
        scope,
        markdown.heads(MAIN),
        lambda candidate: [_bounded(candidate, measure, write) for measure, (_, write) in MAIN.items()],
    )


def kinds_table(scopes: Mapping[str, Figures], *, every: bool = False) -> str:
    """Write the model's main errors, or every measure, a line a scope."""
    measures = _EVERY if every else MAIN
    rows = (
        [name, f"{scope['n']:,}", *markdown.written(scope["candidates"]["model"]["errors"], measures)]
        for name, scope in scopes.items()
    )
    return markdown.table(["", "n", *markdown.heads(measures)], rows)


def breakdown_table(breakdown: Figures) -> str:
    """Write the model's figures by group, with the best baseline's.

    Args:
        breakdown: With at least one group, or some of few rows.
    """
    groups = [*breakdown["groups"]]
    keys = list(groups[0]["keys"]) if groups else ["group"]
    rows = [_group_line(group, list(map(str, group["keys"].values()))) for group in groups]
    if breakdown["small"]:
        said = f"{breakdown['n_small']} groups of fewer than 30 rows"
        rows.append(_group_line(breakdown["small"], [said, *[""] * (len(keys) - 1)]))
    heads = ["n", "MAE", "MdAPE", "within 20 %", "RMSLE", "median ratio", "COD", f"held of {_LEVEL} %"]
    return markdown.table([*(key.replace("_", " ") for key in keys), *heads, "best baseline's MdAPE"], rows)


def _of_candidates(scope: Figures, heads: Sequence[str], write: Callable[[Figures], list[str]]) -> str:
    rows = ([CANDIDATE_SAYS[name], *write(candidate)] for name, candidate in scope["candidates"].items())
    return markdown.table(["", *heads], rows)


def _group_line(group: Figures, said: Sequence[str]) -> list[str]:
    return [
        *said,
        f"{group['n']:,}",
        _bounded(group, "mae_usd", usd),
        _bounded(group, "mdape", percent),
        percent(group["errors"]["within_20_percent"]),
        plain(group["errors"]["rmsle"]),
        usd(group["ratios"]["median_ratio"]),
        f"{group['ratios']['cod']:.1f}",
        _held(group),
        _best_rival(group["baseline_mdape"], percent),
    ]


def _held(figures: Figures) -> str:
    return percent(figures["coverage"].get(_LEVEL, {}).get("covered"))


def _best_rival(errors: Mapping[str, float], write: Callable[[float], str]) -> str:
    rivals = {name: error for name, error in errors.items() if name != "model" and name not in GUISES}
    best = min(rivals, key=lambda name: rivals[name], default=None)
    return markdown.NONE if best is None else f"{write(rivals[best])} ({CANDIDATE_SAYS[best]})"


def _bounded(figures: Figures, measure: str, write: Callable[[float], str]) -> str:
    """Write a figure with its interval, where it has one."""
    interval = figures["intervals"].get(measure)
    if interval is None:
        return write(figures["errors"][measure])
    return f"{write(interval['estimate'])} ({write(interval['low'])} to {write(interval['high'])})"
