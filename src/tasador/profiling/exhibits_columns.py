"""Exhibits of columns and genres: what goes together."""

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

_PAIR: Final = (Header("x", "Column", "text"), Header("y", "With", "text"), Header("n", "Rows", "count"))


def column_exhibits(profile: Profile) -> list[Exhibit]:
    """Give the exhibits of columns that have rows to show, in the order of the page."""
    made = [
        _pairs(profile, "numeric"),
        _pairs(profile, "categorical"),
        _explained(profile),
        *(_labels(profile, column) for column in profile["associations"]["labels"]),
        _companions(profile),
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


def _companions(profile: Profile) -> Exhibit | None:
    companions = profile["companions"]
    pairs = [pair for pair in companions["pairs"] if pair["jaccard"] is not None]
    if not any(pair["n_both"] for pair in pairs):
        return None
    often = [pair for pair in pairs if pair["n_both"] >= FEWEST_PAIRS] or pairs
    closest = pairs[0]
    seeking = max((pair for pair in often if pair is not closest), key=lambda pair: pair["lift"], default=closest)
    both = {(pair["x"], pair["y"]): pair for pair in pairs} | {(pair["y"], pair["x"]): pair for pair in pairs}
    names = [genre["genre"] for genre in companions["genres"]]
    cells = [
        {"x": x, "y": y, "n": pair["n_both"] if pair else None, "jaccard": pair["jaccard"] if pair else None}
        for y in names
        for x in names
        for pair in [both.get((x, y))]
    ]
    return Exhibit(
        id="genres-together",
        section="companions",
        title=f"Genres that travel together: Jaccard index of the {len(names)} most frequent",
        takeaway=f"{closest['x']} and {closest['y']} share most: {count(closest['n_both'])} entries have both, "
        f"{decimal(closest['jaccard'])} of those with either. Of the others, {seeking['x']} and {seeking['y']} seek "
        f"each other most: {count(seeking['n_both'])} entries have both, {decimal(seeking['lift'], 1)} times as many "
        "as if one said nothing of the other.",
        n=companions["n"],
        spec=marks.heat_map(
            cells,
            x="x",
            y="y",
            value="jaccard",
            title="Jaccard index",
            value_format=".2f",
            domain=[0.0, max(pair["jaccard"] for pair in pairs)],
        ),
        headers=(
            Header("x", "Genre", "text"),
            Header("y", "With", "text"),
            Header("n_x", "Entries of the first", "count"),
            Header("n_y", "Of the second", "count"),
            Header("n_both", "Of both", "count"),
            Header("expected", "By chance", "number"),
            Header("lift", "Lift", "number"),
            Header("jaccard", "Jaccard", "number"),
        ),
        rows=pairs,
        wide=True,
    )
