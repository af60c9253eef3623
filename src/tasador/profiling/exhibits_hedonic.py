"""Exhibits of the hedonic price index."""

from __future__ import annotations

from typing import Any, Final

from tasador.profiling import marks
from tasador.profiling.exhibit import Exhibit, Header
from tasador.profiling.figures import count, decimal, percent

__all__ = ["hedonic_exhibits"]

Profile = dict[str, Any]

#: What stands in the table of a regression on years alone.
_NO_EFFECT: Final = {"group": "nothing", "term": "–", "n": 0, "difference": None, "low": None, "high": None}


def hedonic_exhibits(profile: Profile) -> list[Exhibit]:
    """Give the exhibits of the index, where there is one."""
    return [_index(profile), _beside_index(profile)] if profile["hedonic"] else []


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
    series = {"index": "all else equal", "plain": "as they are", "real_index": "all else equal, less consumer prices"}
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
        takeaway=f"What entries are makes most of a difference in {most['year']}: as they are, prices stand at "
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
            Header("group", "What is held equal", "text"),
            Header("term", "Term", "text"),
            Header("n", "Rows", "count"),
            Header("difference", "Goes with a price higher by", "share"),
            Header("low", "Low", "share"),
            Header("high", "High", "share"),
        ),
        rows=hedonic["effects"] or [_NO_EFFECT],
    )
