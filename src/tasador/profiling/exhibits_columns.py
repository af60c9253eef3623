"""Exhibits of columns: what goes together, what is missing, which words are frequent."""

from __future__ import annotations

from itertools import chain
from typing import Any, Final

from tasador.profiling import marks
from tasador.profiling.exhibit import Exhibit, Header
from tasador.profiling.figures import count, decimal, percent

__all__ = ["column_exhibits"]

Profile = dict[str, Any]

#: Associations measured on fewer rows are not drawn; they stay in the table.
FEWEST_PAIRS: Final = 30

#: Labels drawn of each multi-label column, the strongest.
TOP_LABELS: Final = 15

#: Years with fewer rows are left out of the map of missing values.
FEWEST_ROWS: Final = 20

_PAIR: Final = (Header("x", "Column", "text"), Header("y", "With", "text"), Header("n", "Rows", "count"))


def column_exhibits(profile: Profile) -> list[Exhibit]:
    """Give the exhibits of columns that have rows to show, in the order of the page."""
    made = [
        _pairs(profile, "numeric"),
        _pairs(profile, "categorical"),
        _explained(profile),
        *(_labels(profile, column) for column in profile["associations"]["labels"]),
        _missing(profile),
        _missing_by_year(profile),
        _words(profile, "genres", "Genres, by the entries that carry them", largest=76, height=220),
        _words(profile, "titles", "Words of names, by the entries that have them", largest=60, height=290),
    ]
    return [exhibit for exhibit in made if exhibit is not None]


def _pairs(profile: Profile, kind: str) -> Exhibit | None:
    pairs = profile["associations"][kind]
    drawn = [pair for pair in pairs if pair["value"] is not None and pair["n"] >= FEWEST_PAIRS]
    if not drawn:
        return None
    best = max(drawn, key=lambda pair: abs(pair["value"]))
    numeric = kind == "numeric"
    names = list(dict.fromkeys(chain.from_iterable((pair["x"], pair["y"]) for pair in pairs)))
    both = {(pair["x"], pair["y"]): pair for pair in drawn} | {(pair["y"], pair["x"]): pair for pair in drawn}
    empty = {"n": None, "value": None}
    cells = [{**both.get((x, y), empty), "x": x, "y": y} for y in names for x in names]
    measure = "Spearman's correlation" if numeric else "Cramér's V, bias corrected"
    return Exhibit(
        id=f"associations-{kind}",
        section="associations",
        title=f"{'Numbers' if numeric else 'Categories'} with each other: {measure} "
        f"(pairs with {FEWEST_PAIRS} rows or more)",
        takeaway=f"The strongest pair is {best['x']} and {best['y']}: {decimal(best['value'])}, "
        f"n = {count(best['n'])}.",
        n=max(pair["n"] for pair in drawn),
        spec=marks.heat_map(
            cells,
            x="x",
            y="y",
            value="value",
            title=measure,
            value_format=".2f",
            domain=[-1.0, 1.0] if numeric else [0.0, 1.0],
        ),
        headers=(*_PAIR, Header("value", measure, "number")),
        rows=pairs,
        wide=True,
    )


def _explained(profile: Profile) -> Exhibit | None:
    mixed, price = profile["associations"]["mixed"], profile["currency"]["price_name"]
    drawn = [pair for pair in mixed if pair["y"] == price and pair["share_adjusted"] is not None]
    if not drawn:
        return None
    drawn = sorted(drawn, key=lambda pair: -pair["share_adjusted"])
    best = drawn[0]
    return Exhibit(
        id="price-explained",
        section="associations",
        title="Share of the variance of the log price that each category explains: raw (filled) and adjusted (hollow)",
        takeaway=f"{best['x']} explains {percent(best['share'])} raw and {percent(best['share_adjusted'])} after the "
        f"correction for its {count(best['groups'])} levels.",
        n=max(pair["n"] for pair in drawn),
        spec=marks.spans(
            drawn, y="x", low="share_adjusted", high="share", x_title="Share of variance explained", x_format=".0%"
        ),
        headers=(
            *_PAIR,
            Header("groups", "Levels", "count"),
            Header("eta", "Eta", "number"),
            Header("share", "Eta squared", "share"),
            Header("share_adjusted", "Adjusted", "share"),
        ),
        rows=mixed,
    )


def _labels(profile: Profile, column: str) -> Exhibit | None:
    labels = profile["associations"]["labels"][column]
    known = [label for label in labels if label["value"] is not None]
    if not known:
        return None
    strongest = sorted(known, key=lambda label: (-abs(label["value"]), label["label"]))[:TOP_LABELS]
    best = strongest[0]
    drawn = sorted(strongest, key=lambda label: -label["value"])
    return Exhibit(
        id=f"price-with-{column}",
        section="associations",
        title=f"Price with and without a label of {column}: correlation with the log price "
        f"(the {len(drawn)} strongest of the {len(labels)} most frequent)",
        takeaway=f"{best['label']} says most: {decimal(best['value'])}, on {count(best['n_with'])} of "
        f"{count(best['n'])} paid rows.",
        n=best["n"],
        spec=marks.bars(drawn, y="label", x="value", x_title="Point-biserial correlation", x_format=".2f"),
        headers=(
            Header("label", "Label", "text"),
            Header("n", "Paid rows", "count"),
            Header("n_with", "With it", "count"),
            Header("median_with", "Median with it", "money"),
            Header("value", "Correlation", "number"),
        ),
        rows=labels,
    )


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
    years = [year for year in missingness["by_year"] if year["n"] >= FEWEST_ROWS]
    if not names or len(years) < 2:
        return None
    cells = [
        {"year": year["year"], "column": name, "share": year["shares"][name], "n": year["n"]}
        for name in names
        for year in years
    ]
    last = years[-1]
    most = max(names, key=lambda name: abs(last["shares"][name] - years[0]["shares"][name]))
    return Exhibit(
        id="missing-by-year",
        section="missingness",
        title=f"Share of rows without a value by release year (years with {FEWEST_ROWS} rows or more)",
        takeaway=f"{most} moved most between the first and the last of these years: from "
        f"{percent(years[0]['shares'][most])} missing in {years[0]['year']} to {percent(last['shares'][most])} in "
        f"{last['year']}.",
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


def _words(profile: Profile, key: str, title: str, *, largest: int, height: int) -> Exhibit | None:
    words = profile["words"][key]
    if not words:
        return None
    rows = profile["overview"]["n"]
    return Exhibit(
        id=f"words-{key}",
        section="words",
        title=title,
        takeaway=f"“{words[0]['word']}” is the most frequent: {count(words[0]['n'])} entries, "
        f"{percent(words[0]['n'] / rows)}.",
        n=rows,
        spec=marks.word_cloud(words, largest=largest, height=height),
        headers=(Header("word", "Word", "text"), Header("n", "Entries", "count")),
        rows=words,
    )
