"""Exhibits of the hedonic price index."""

from __future__ import annotations

from typing import Any, Final

from tasador.profiling import marks
from tasador.profiling.exhibit import Exhibit, Header
from tasador.profiling.figures import count, decimal, percent

__all__ = ["hedonic_exhibits"]

Profile = dict[str, Any]

#: Terms drawn, the strongest.
TOP_EFFECTS: Final = 15


def hedonic_exhibits(profile: Profile) -> list[Exhibit]:
    """Give the exhibits of the index, where there is one."""
    if profile["hedonic"] is None:
        return []
    made = [_index(profile), _beside_index(profile), _effects(profile)]
    return [exhibit for exhibit in made if exhibit is not None]


def _index(profile: Profile) -> Exhibit:
    hedonic = profile["hedonic"]
    base, years = hedonic["base_year"], hedonic["years"]
    others = [year for year in years if year["year"] != base]
    apart = [year for year in others if year["low"] > 100 or year["high"] < 100]
    most = max(others, key=lambda year: year["n"])
    return Exhibit(
        id="hedonic-index",
        section="hedonic",
        title=f"Price index of otherwise like entries by release year, {base} = 100, with its interval of 95%",
        takeaway=f"All else equal, entries of {most['year']} cost {percent(abs(most['index'] - 100) / 100)} "
        f"{'more' if most['index'] >= 100 else 'less'} than those of {base} (index {decimal(most['index'], 1)}, "
        f"{decimal(most['low'], 1)} to {decimal(most['high'], 1)}); {count(len(apart))} of {count(len(others))} years "
        f"differ from {base} by more than their interval.",
        n=hedonic["n"],
        spec=marks.band(
            years,
            x="year",
            x_title="Release year",
            y_title=f"Index, {base} = 100",
            low="low",
            middle="index",
            high="high",
            n="n",
            y_format=",.0f",
        ),
        headers=(
            Header("year", "Year", "year"),
            Header("n", "Paid", "count"),
            Header("index", "Index", "number"),
            Header("low", "Low", "number"),
            Header("high", "High", "number"),
            Header("plain", "Without the regression", "number"),
            Header("real_index", "After consumer prices", "number"),
        ),
        rows=years,
    )


def _beside_index(profile: Profile) -> Exhibit:
    hedonic = profile["hedonic"]
    series = {"index": "all else equal", "plain": "as they are", "real_index": "all else equal, real"}
    years = hedonic["years"]
    rows = [
        {"year": year["year"], "series": name, "index": year[key], "n": year["n"]}
        for key, name in series.items()
        for year in years
        if year[key] is not None
    ]
    most = max(years, key=lambda year: (abs(year["plain"] - year["index"]), year["year"]))
    return Exhibit(
        id="hedonic-beside",
        section="hedonic",
        title="The index beside the geometric mean of prices as they are, and less consumer prices",
        takeaway=f"What entries are matters most in {most['year']}: as they are, prices stand at "
        f"{decimal(most['plain'], 1)}, all else equal at {decimal(most['index'], 1)}.",
        n=hedonic["n"],
        spec=marks.lines(
            rows,
            x="year",
            x_title="Release year",
            y_title=f"Index, {hedonic['base_year']} = 100",
            y="index",
            y_format=",.0f",
            tip_format=",.1f",
        ),
        headers=(
            Header("year", "Year", "year"),
            Header("n", "Paid", "count"),
            *(Header(key, name.capitalize(), "number") for key, name in series.items()),
        ),
        rows=years,
    )


def _effects(profile: Profile) -> Exhibit | None:
    hedonic = profile["hedonic"]
    effects = hedonic["effects"]
    if not effects:
        return None
    terms = [effect["term"] for effect in effects]
    alone = {one["term"] for one in effects if one["group"] in ("genres", "specs") and terms.count(one["term"]) == 1}
    strongest = sorted(effects, key=lambda effect: (-abs(effect["difference"]), effect["term"]))[:TOP_EFFECTS]
    drawn = [
        {**effect, "what": effect["term"] if effect["term"] in alone else f"{effect['group']}: {effect['term']}"}
        for effect in sorted(strongest, key=lambda effect: -effect["difference"])
    ]
    best = strongest[0]
    return Exhibit(
        id="hedonic-effects",
        section="hedonic",
        title=f"What goes with the price, all else equal: the {len(drawn)} strongest of {len(effects)} terms",
        takeaway=f"{best['group']}: {best['term']} goes with a price {percent(abs(best['difference']))} "
        f"{'higher' if best['difference'] >= 0 else 'lower'} (95%: {percent(best['low'])} to {percent(best['high'])}), "
        f"n = {count(best['n'])}. These are associations: they do not say what a change would earn.",
        n=hedonic["n"],
        spec=marks.bars(drawn, y="what", x="difference", x_title="Difference of the price", x_format="+.0%"),
        headers=(
            Header("group", "What is held equal", "text"),
            Header("term", "Term", "text"),
            Header("n", "Rows", "count"),
            Header("difference", "Difference of the price", "share"),
            Header("low", "Low", "share"),
            Header("high", "High", "share"),
        ),
        rows=effects,
    )
