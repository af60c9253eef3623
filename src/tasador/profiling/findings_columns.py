"""Findings about the rows and columns: what is missing, what comes later, what repeats."""

from __future__ import annotations

from typing import Any, Final

from tasador.profiling.associations import find_pair
from tasador.profiling.figures import count, decimal, percent
from tasador.profiling.whole_years import whole_years

__all__ = [
    "catalogue_is_recent",
    "developer_missing",
    "discount_leaks",
    "metascore_missing",
    "missingness_moves",
    "near_twins",
    "reviews_missing",
    "tags_come_later",
]

Finding = dict[str, Any] | None

#: Years with fewer rows are not compared in a sentence.
FEWEST_ROWS: Final = 100

#: Shares of rows that differ by less are the same in a sentence.
LEAST_CHANGE: Final = 0.05


def catalogue_is_recent(profile: dict[str, Any]) -> Finding:
    """Most of the catalogue is young."""
    years, rows = whole_years(profile, profile["price_by"]["year"]), profile["overview"]["n"]
    full = [year for year in years if year["n"] >= FEWEST_ROWS]
    if len(full) < 3:
        return None
    last = full[-3:]
    part = sum(year["n"] for year in last) / rows
    text = percent(part)
    return {
        "id": "catalogue_is_recent",
        "title": "The part of the last years",
        "sentence": f"{text} of the rows were released in {last[0]['value']} to {last[-1]['value']}, the last three "
        f"whole years with {FEWEST_ROWS} rows or more.",
        "number": part,
        "number_text": text,
        "means_for_model": "A test on the last part of the time line still holds many rows, and a model grows old "
        "quickly: watch drift.",
    }


def near_twins(profile: dict[str, Any]) -> Finding:
    """Many rows repeat another one."""
    twins = profile["twins"]
    if not twins["n_rows"]:
        return None
    text = percent(twins["share"])
    return {
        "id": "near_twins",
        "title": "Rows with a near twin",
        "sentence": f"{text} of the rows with a developer and a price share both, and genres and release date, with "
        f"another row; the largest of {count(twins['n_groups'])} groups has {count(twins['largest'])} rows.",
        "number": twins["share"],
        "number_text": text,
        "means_for_model": "A random split puts twins on both sides and flatters the model: keep the rows of a "
        "developer together, and weigh or count groups once.",
    }


def developer_missing(profile: dict[str, Any]) -> Finding:
    """Some rows do not name their developer."""
    gap = _gap(profile, "developer")
    if gap is None:
        return None
    text = percent(gap["share"])
    return {
        "id": "developer_missing",
        "title": "Rows without a developer",
        "sentence": f"{text} of the rows, {count(gap['n_missing'])}, do not name a developer.",
        "number": gap["share"],
        "number_text": text,
        "means_for_model": "Missing is a level of its own, “unknown”: no developer is guessed, and no row is dropped.",
    }


def metascore_missing(profile: dict[str, Any]) -> Finding:
    """Few rows have a critics' score."""
    gap = _gap(profile, "metascore")
    if gap is None:
        return None
    text = percent(gap["share"])
    return {
        "id": "metascore_missing",
        "title": "Rows without a critics' score",
        "sentence": f"{text} of the rows have no metascore.",
        "number": gap["share"],
        "number_text": text,
        "means_for_model": "Not a feature at launch: it comes later, and having one says that critics took notice.",
    }


def reviews_missing(profile: dict[str, Any]) -> Finding:
    """Some rows lack a summary of reviews, those of a small audience where the source tells its size."""
    gap = _gap(profile, "sentiment")
    if gap is None:
        return None
    text, counted = percent(gap["share"]), profile["hindsight"]["reviews_instead"]
    known = f"; {count(counted['n'])} of them have a number of reviews instead, {counted['most']} at most"
    return {
        "id": "reviews_missing",
        "title": "Rows without a summary of reviews",
        "sentence": f"{text} of the rows have no sentiment{known if counted['n'] else ''}.",
        "number": gap["share"],
        "number_text": text,
        "means_for_model": "Whether there is a sentiment is known after launch only: it belongs to the model for "
        "entries already on sale, never to one for launch.",
    }


def tags_come_later(profile: dict[str, Any]) -> Finding:
    """Tags grow with the audience, where they do."""
    tags = profile["hindsight"]["tags_by_audience"]
    reviewed, others = tags["reviewed"], tags["not_reviewed"]
    if reviewed["mean"] is None or others["mean"] is None or reviewed["mean"] <= others["mean"]:
        return None
    text = decimal(reviewed["mean"], 1)
    return {
        "id": "tags_come_later",
        "title": "Tags grow with the audience",
        "sentence": f"Games with a summary of reviews carry {text} tags on average (n = {count(reviewed['n'])}), those "
        f"without {decimal(others['mean'], 1)} (n = {count(others['n'])}).",
        "number": reviewed["mean"],
        "number_text": text,
        "means_for_model": "Where players make tags, their number tells success: give them a variant of their own; a "
        "model for launch does without.",
    }


def discount_leaks(profile: dict[str, Any]) -> Finding:
    """The discount price is the price again."""
    pair = find_pair(profile, "numeric", profile["currency"]["price_name"], "sale_price")
    if pair is None or pair["value"] is None:
        return None
    text = decimal(pair["value"])
    return {
        "id": "discount_leaks",
        "title": "The discount price is made from the price",
        "sentence": f"Where an entry is on sale, discount price and price go together with Spearman {text}, "
        f"n = {count(pair['n'])}.",
        "number": pair["value"],
        "number_text": text,
        "means_for_model": "It gives the price away, so it is never a feature.",
    }


def missingness_moves(profile: dict[str, Any]) -> Finding:
    """What is missing depends on the release year."""
    missingness = profile["missingness"]
    years = [year for year in whole_years(profile, missingness["by_year"], "year") if year["n"] >= FEWEST_ROWS]
    columns = [gap["column"] for gap in missingness["columns"] if gap["column"] not in missingness["null_by_design"]]
    if len(years) < 2 or not columns:
        return None
    ranges = {
        name: sorted(((year["shares"][name], year["year"]) for year in years), key=lambda pair: pair)
        for name in columns
    }
    name = max(columns, key=lambda column: (ranges[column][-1][0] - ranges[column][0][0], column))
    (low, low_year), (high, high_year) = ranges[name][0], ranges[name][-1]
    if high - low < LEAST_CHANGE:
        return None
    text = f"{100 * (high - low):.1f} percentage points"
    return {
        "id": "missingness_moves",
        "title": "What is missing changes over release years",
        "sentence": f"The share of rows without {name} runs from {percent(low)} ({low_year}) to {percent(high)} "
        f"({high_year}), a range of {text}.",
        "number": high - low,
        "number_text": text,
        "means_for_model": "Missing values carry the time in them: watch their shares for drift, and do not let a "
        "missing-flag stand in for the year.",
    }


def _gap(profile: dict[str, Any], column: str) -> dict[str, Any] | None:
    gaps = profile["missingness"]["columns"]
    return next((gap for gap in gaps if gap["column"] == column), None)
