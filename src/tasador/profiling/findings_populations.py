"""Findings about which rows there are: series, the mix of the years, and what is asked of the model."""

from __future__ import annotations

from typing import Any

from tasador.profiling.figures import count, decimal, percent

__all__ = ["requests_differ", "series_repeat", "years_all_else_equal"]

Finding = dict[str, Any] | None


def series_repeat(profile: dict[str, Any]) -> Finding:
    """Many rows belong to a series of their developer."""
    series = profile["duplicates"]["series"]
    if not series["n_rows"]:
        return None
    text = percent(series["share"])
    return {
        "id": "series_repeat",
        "title": "Rows that belong to a series",
        "sentence": f"{text} of the rows with a developer share the beginning of their name with another of the same "
        f"developer; the largest of {count(series['n_groups'])} series has {count(series['largest'])} rows.",
        "number": series["share"],
        "number_text": text,
        "means_for_model": "The price of a series' earlier entries is known at launch and says much: make it a "
        "feature, of earlier days only, and never let a series stand on both sides of a split by developer.",
    }


def years_all_else_equal(profile: dict[str, Any]) -> Finding:
    """The price level of the years once the mix of entries is held equal."""
    hedonic = profile["hedonic"]
    if hedonic is None:
        return None
    low, high = (pick(hedonic["years"], key=lambda year: (year["index"], year["n"])) for pick in (min, max))
    if low["index"] == high["index"]:
        return None
    text = decimal(high["index"] - low["index"], 1)
    return {
        "id": "years_all_else_equal",
        "title": "Release years, all else equal",
        "sentence": f"Among entries that are otherwise alike the price level runs from {decimal(low['index'], 1)} "
        f"({low['year']}) to {decimal(high['index'], 1)} ({high['year']}), {hedonic['base_year']} being 100: a range "
        f"of {text} points.",
        "number": high["index"] - low["index"],
        "number_text": text,
        "means_for_model": "What is left of the years after kind, genres and specs moves the level: judge a model on "
        "later years than it learned from, and learn it anew as they come.",
    }


def requests_differ(profile: dict[str, Any]) -> Finding:
    """What is asked is not like what was learned."""
    served = profile["populations"]["served"]
    if served is None or not served["columns"]:
        return None
    farthest = served["columns"][0]
    if farthest["distance"] <= farthest["chance"]:
        return None
    text = decimal(farthest["distance"])
    return {
        "id": "requests_differ",
        "title": "Requests are not like the training rows",
        "sentence": f"{farthest['column']} differs most between the {count(served['n_second'])} requests and the "
        f"{count(served['n_first'])} training rows: a distance of {text}, {decimal(farthest['chance'])} by chance "
        "alone.",
        "number": farthest["distance"],
        "number_text": text,
        "means_for_model": "Its figures are of the training rows' like: weigh them by what is asked, and do not judge "
        "a region from which nothing was learned.",
    }
