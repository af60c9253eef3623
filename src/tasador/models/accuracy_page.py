"""The page of accuracy tables, in Markdown: how the model was measured, and what came out. No figure is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from tasador.models import accuracy_tables, certainty_tables, explanation_tables, markdown
from tasador.models.accuracy import ALL, HEADLINE_SCOPE, all_kinds, headline_of
from tasador.models.splits import HEADLINE, RANDOM

__all__ = ["PARTS", "environment", "render"]

#: What of a version's metrics the page shows.
PARTS: Final = ("accuracy", "price_points", "free", "explanation", "hedonic")

_BREAKDOWNS: Final = {
    "developer": "By kind and whether the developer has earlier priced entries",
    "price_band": "By kind and price band",
    "year": "By kind and release year, with the half-years before",
    "crossed": "By kind, price band, release year and developer, with the half-years before",
}


def render(metrics: Mapping[str, Any], *, version: str, snapshot: str, figure: str) -> str:
    """Write the page.

    Args:
        metrics: Of a version's metrics the `PARTS`; a section whose part is absent is left out.
        version: The model version's name.
        snapshot: The snapshot that it was measured on.
        figure: Where the figure of the flattery gap is, beside the page.
    """
    accuracy = metrics["accuracy"]
    splits, breakdowns = accuracy["splits"], accuracy["breakdowns"]
    first = headline_of(splits)
    scopes = splits[first]["scopes"]
    every = all_kinds(first, scopes)
    kinds = {name: scope for name, scope in scopes.items() if "_" not in name and name != ALL}
    return (
        environment()
        .get_template("accuracy.md.j2")
        .render(
            version=version,
            snapshot=snapshot,
            figure=figure,
            splits=splits,
            first=first,
            headline=scopes.get(HEADLINE_SCOPE),
            kinds=kinds,
            together=scopes[every],
            shown=kinds | {every: scopes[every]},
            random=splits.get(RANDOM),
            gap=_gap(splits),
            breakdowns={
                title: breakdowns[name]
                for name, title in _BREAKDOWNS.items()
                if breakdowns[name]["groups"] or breakdowns[name]["small"]
            },
            reliability=accuracy["reliability"],
            price_points=metrics.get("price_points", {}).get(first),
            free=metrics.get("free"),
            explanation=metrics.get("explanation"),
            hedonic=metrics.get("hedonic"),
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
        keep_trailing_newline=True,
    )
    made.filters |= {"number": "{:,}".format, "percent": markdown.percent, "usd": markdown.usd}
    made.globals |= {"all_kinds": all_kinds}
    for module in (accuracy_tables, certainty_tables, explanation_tables):
        made.filters |= {name: getattr(module, name) for name in module.__all__ if name.endswith("_table")}
    return made


def _gap(splits: Mapping[str, Any]) -> str | None:
    """Write by how much each candidate's error is larger out of time than on the split that flatters."""
    if not {HEADLINE, RANDOM} <= {*splits}:
        return None
    flattering, honest = (_of_all_kinds(name, splits[name]) for name in (RANDOM, HEADLINE))
    rows = []
    for name in (name for name in honest if name in flattering):
        looks, really = (candidates[name]["errors"]["mdape"] for candidates in (flattering, honest))
        gap = f"{100 * (really - looks):+.1f} points"
        said = accuracy_tables.CANDIDATE_SAYS[name]
        rows.append([said, markdown.percent(looks), markdown.percent(really), gap])
    return markdown.table(["", "random split", "out of time", "gap"], rows)


def _of_all_kinds(name: str, split: Mapping[str, Any]) -> Mapping[str, Any]:
    scopes = split["scopes"]
    found: Mapping[str, Any] = scopes[all_kinds(name, scopes)]["candidates"]
    return found
