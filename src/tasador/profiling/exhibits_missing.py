"""Exhibits of missing values: by column, together, and over release years."""

from __future__ import annotations

from itertools import chain
from typing import Any, Final

from tasador.profiling import marks
from tasador.profiling.exhibit import Exhibit, Header
from tasador.profiling.figures import count, decimal, percent
from tasador.profiling.whole_years import whole_years

__all__ = ["missing_exhibits"]

Profile = dict[str, Any]

#: Years with fewer rows are left out of the map of missing values.
FEWEST_ROWS: Final = 20


def missing_exhibits(profile: Profile) -> list[Exhibit]:
    """Give the exhibits of missing values that have rows to show, in the order of the page."""
    made = [_missing(profile), _together(profile), _missing_by_year(profile)]
    return [exhibit for exhibit in made if exhibit is not None]


def _missing(profile: Profile) -> Exhibit | None:
    missingness = profile["missingness"]
    rows = [{**gap, "n": gap["n_missing"]} for gap in missingness["columns"]]
    if not rows:
        return None
    *most, last = missingness["null_by_design"] or ["none"]
    design = f"{', '.join(most)} and {last}" if most else last
    return Exhibit(
        id="missing-by-column",
        section="missingness",
        title="Share of rows without a value, columns with any",
        takeaway=f"{rows[0]['column']} lacks most, {percent(rows[0]['share'])}; {count(len(missingness['complete']))} "
        f"columns are complete. In {design} a missing value is meant.",
        n=missingness["n"],
        spec=marks.bars(
            rows, y="column", x="share", x_title="Share of rows missing", x_format=".0%", domain=[0.0, 1.0]
        ),
        headers=(
            Header("column", "Column", "text"),
            Header("n_missing", "Missing", "count"),
            Header("share", "Share", "share"),
        ),
        rows=rows,
    )


def _missing_by_year(profile: Profile) -> Exhibit | None:
    missingness = profile["missingness"]
    names = [gap["column"] for gap in missingness["columns"]]
    years = [year for year in whole_years(profile, missingness["by_year"], "year") if year["n"] >= FEWEST_ROWS]
    if not names or len(years) < 2:
        return None
    cells = [
        {"year": year["year"], "column": name, "share": year["shares"][name], "n": year["n"]}
        for name in names
        for year in years
    ]
    last = years[-1]
    most = max(names, key=lambda name: abs(last["shares"][name] - years[0]["shares"][name]))
    before, after = years[0]["shares"][most], last["shares"][most]
    return Exhibit(
        id="missing-by-year",
        section="missingness",
        title=f"Share of rows without a value by release year, whole years with {FEWEST_ROWS} rows or more",
        takeaway=f"{most} moved most between the first and the last of these years: from {percent(before)} missing in "
        f"{years[0]['year']} to {percent(after)} in {last['year']}."
        if before != after
        else f"No share differs between {years[0]['year']} and {last['year']}.",
        n=sum(year["n"] for year in years),
        spec=marks.heat_map(
            cells,
            x="year",
            y="column",
            value="share",
            title="Share missing",
            value_format=".0%",
            domain=[0.0, 1.0],
            written=False,
        ),
        headers=(
            Header("year", "Year", "year"),
            Header("n", "Rows", "count"),
            *(Header(name, name, "share") for name in names),
        ),
        rows=[{"year": year["year"], "n": year["n"], **year["shares"]} for year in missingness["by_year"]],
        wide=True,
    )


def _together(profile: Profile) -> Exhibit | None:
    pairs = profile["missingness"]["together"]
    known = [pair for pair in pairs if pair["value"] is not None]
    if not known:
        return None
    best = max(known, key=lambda pair: abs(pair["value"]))
    names = list(dict.fromkeys(chain.from_iterable((pair["x"], pair["y"]) for pair in pairs)))
    both = {(pair["x"], pair["y"]): pair for pair in known} | {(pair["y"], pair["x"]): pair for pair in known}
    empty = {"n": None, "value": None}
    return Exhibit(
        id="missing-together",
        section="missingness",
        title="Columns that lack values together: correlation of the gaps (phi, -1 to 1)",
        takeaway=f"The gaps of {best['x']} and {best['y']} go together most: phi {decimal(best['value'])}.",
        n=profile["missingness"]["n"],
        spec=marks.heat_map(
            [{**both.get((x, y), empty), "x": x, "y": y} for y in names for x in names],
            x="x",
            y="y",
            value="value",
            title="Phi",
            value_format=".2f",
            domain=[-1.0, 1.0],
        ),
        headers=(
            Header("x", "Column", "text"),
            Header("y", "With", "text"),
            Header("n", "Rows", "count"),
            Header("value", "Phi", "number"),
        ),
        rows=pairs,
        wide=True,
    )
