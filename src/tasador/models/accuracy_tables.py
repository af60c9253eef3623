"""The accuracy tables in Markdown, for the page and the card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from tasador.models.accuracy import GUISES

__all__ = [
    "CANDIDATE_SAYS",
    "breakdown_table",
    "coverage_table",
    "errors_table",
    "intervals_table",
    "kinds_table",
    "markdown_table",
    "percent",
    "ratios_table",
    "usd",
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

_NONE: Final = "–"

Figures = Mapping[str, Any]


def usd(value: float | None) -> str:
    """Write an amount of dollars."""
    return _NONE if value is None else f"{value:.2f}"


def percent(value: float | None) -> str:
    """Write a share."""
    return _NONE if value is None else f"{value:.1%}"


def _plain(value: float | None) -> str:
    return _NONE if value is None else f"{value:.3f}"


#: The measures of error: their names, heads of columns, and how they are written.
_ERRORS: Final = {
    "rmse_usd": ("RMSE", usd),
    "rmse_up_to_100_usd": ("RMSE ≤ $100", usd),
    "mae_usd": ("MAE", usd),
    "mae_up_to_100_usd": ("MAE ≤ $100", usd),
    "median_ae_usd": ("median AE", usd),
    "mdape": ("MdAPE", percent),
    "within_10_percent": ("within 10 %", percent),
    "within_20_percent": ("within 20 %", percent),
    "within_50_percent": ("within 50 %", percent),
    "rmsle": ("RMSLE", _plain),
    "exact": ("exact", percent),
}

#: The same of the ratio study.
_RATIOS: Final = {
    "median_ratio": ("median ratio", usd),
    "cod": ("COD", lambda value: f"{value:.1f}"),
    "prd": ("PRD", usd),
    "prb": ("PRB", _plain),
}


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; the first head may be empty."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def errors_table(scope: Figures) -> str:
    """Write the errors of each candidate."""
    rows = (
        [CANDIDATE_SAYS[name], *(write(candidate["errors"][measure]) for measure, (_, write) in _ERRORS.items())]
        for name, candidate in scope["candidates"].items()
    )
    return markdown_table(["", *(head for head, _ in _ERRORS.values())], rows)


def ratios_table(scope: Figures) -> str:
    """Write the ratio study of each candidate."""
    rows = (
        [CANDIDATE_SAYS[name], *(write(candidate["ratios"][measure]) for measure, (_, write) in _RATIOS.items())]
        for name, candidate in scope["candidates"].items()
    )
    return markdown_table(["", *(head for head, _ in _RATIOS.values())], rows)


def intervals_table(scope: Figures) -> str:
    """Write the bootstrap intervals of each candidate's main errors."""
    measures = list(next(iter(scope["candidates"].values()))["intervals"])
    rows = (
        [CANDIDATE_SAYS[name], *(_span(candidate["intervals"][measure], _ERRORS[measure][1]) for measure in measures)]
        for name, candidate in scope["candidates"].items()
    )
    return markdown_table(["", *(_ERRORS[measure][0] for measure in measures)], rows)


def coverage_table(scopes: Mapping[str, Figures]) -> str:
    """Write how often the intervals of each level held the price, a line a scope and level."""
    rows = (
        [
            name,
            f"{scope['n']:,}",
            f"{level} %",
            percent(found["covered"]),
            percent(found["below"]),
            percent(found["above"]),
            f"{found['median_ratio']:.1f}",
        ]
        for name, scope in scopes.items()
        for level, found in scope["coverage"].items()
    )
    return markdown_table(["", "n", "promised", "held", "price below", "price above", "median upper / lower"], rows)


def kinds_table(scopes: Mapping[str, Figures]) -> str:
    """Write the model's errors, a line a scope."""
    rows = (
        [
            name,
            f"{scope['n']:,}",
            *(write(scope["candidates"]["model"]["errors"][measure]) for measure, (_, write) in _ERRORS.items()),
        ]
        for name, scope in scopes.items()
    )
    return markdown_table(["", "n", *(head for head, _ in _ERRORS.values())], rows)


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
    heads = [
        *(key.replace("_", " ") for key in keys),
        "n",
        "MAE",
        "MdAPE",
        "within 20 %",
        "RMSLE",
        "median ratio",
        "COD",
    ]
    levels = [*(groups[0] if groups else breakdown["small"])["coverage"]]
    return markdown_table([*heads, *(f"held of {level} %" for level in levels), "best baseline's MdAPE"], rows)


def _group_line(group: Figures, said: Sequence[str]) -> list[str]:
    errors, ratios = group["errors"], group["ratios"]
    others = {name: value for name, value in group["baseline_mdape"].items() if name not in GUISES}
    best = min(others, key=lambda name: others[name], default=None)
    return [
        *said,
        f"{group['n']:,}",
        usd(errors["mae_usd"]),
        percent(errors["mdape"]),
        percent(errors["within_20_percent"]),
        _plain(errors["rmsle"]),
        usd(ratios["median_ratio"]),
        f"{ratios['cod']:.1f}",
        *(percent(found["covered"]) for found in group["coverage"].values()),
        _NONE if best is None else f"{percent(others[best])} ({CANDIDATE_SAYS[best]})",
    ]


def _span(interval: Figures, write: Any) -> str:
    return f"{write(interval['estimate'])} ({write(interval['low'])} to {write(interval['high'])})"
