"""The page of accuracy tables, in Markdown: how the model was measured, and what came out. No figure is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from tasador.models import accuracy_tables as tables
from tasador.models.accuracy import FLATTERING_SPLIT, HEADLINE_SCOPE, HEADLINE_SPLIT

__all__ = ["environment", "render"]

#: The splits whose tables have the ratio study and bootstrap intervals too.
_FULL: Final = (HEADLINE_SPLIT, "unseen_developers", FLATTERING_SPLIT)

_BREAKDOWNS: Final = {
    "price_band": "By kind and price band",
    "year": "By kind and release year, with the half-years before",
    "developer": "By kind and whether the developer has earlier priced entries",
    "crossed": "By kind, price band and developer",
}


def render(accuracy: Mapping[str, Any], *, version: str, snapshot: str, figure: str) -> str:
    """Write the page.

    Args:
        accuracy: What `tasador.models.accuracy.Accuracy.to_dict` gives.
        version: The model version's name.
        snapshot: The snapshot it was trained and measured on.
        figure: Where the figure of the flattery gap is, beside the page.
    """
    splits, breakdowns = accuracy["splits"], accuracy["breakdowns"]
    headline = splits.get(HEADLINE_SPLIT, {}).get("scopes", {}).get(HEADLINE_SCOPE)
    return (
        environment()
        .get_template("accuracy.md.j2")
        .render(
            version=version,
            snapshot=snapshot,
            figure=figure,
            splits=splits,
            full=_FULL,
            headline=headline and headline["candidates"]["model"]["errors"],
            random=splits.get(FLATTERING_SPLIT),
            gap=_gap(splits),
            breakdowns={
                title: breakdowns[name]
                for name, title in _BREAKDOWNS.items()
                if breakdowns[name]["groups"] or breakdowns[name]["small"]
            },
            reliability=accuracy["reliability"],
        )
    )


def environment() -> Environment:
    """Make what renders the templates of this package, with the tables as filters."""
    made = Environment(
        loader=PackageLoader("tasador.models"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "breakdown": tables.breakdown_table,
        "coverage": tables.coverage_table,
        "errors": tables.errors_table,
        "intervals": tables.intervals_table,
        "number": "{:,}".format,
        "percent": tables.percent,
        "ratios": tables.ratios_table,
        "scopes": tables.kinds_table,
        "usd": tables.usd,
    }
    return made


def _gap(splits: Mapping[str, Any]) -> str | None:
    """Write by how much each candidate's error is larger out of time than on the split that flatters."""
    if not {HEADLINE_SPLIT, FLATTERING_SPLIT} <= {*splits}:
        return None
    honest, flattering = (splits[name]["scopes"]["all"]["candidates"] for name in (HEADLINE_SPLIT, FLATTERING_SPLIT))
    rows = []
    for name in (name for name in honest if name in flattering):
        looks, really = (candidates[name]["errors"]["mdape"] for candidates in (flattering, honest))
        gap = f"{100 * (really - looks):+.1f} points"
        rows.append([tables.CANDIDATE_SAYS[name], tables.percent(looks), tables.percent(really), gap])
    return tables.markdown_table(["", "random split", "out of time", "gap"], rows)
