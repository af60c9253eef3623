"""Findings about what goes with the price: kinds, genres, labels, numbers, developers and years."""

from __future__ import annotations

from typing import Any, Final

from tasador.profiling.associations import find_pair
from tasador.profiling.figures import count, decimal, money, percent, ratio
from tasador.profiling.whole_years import whole_years

__all__ = [
    "developers_explain",
    "genres_differ",
    "kinds_differ",
    "labels_tell",
    "most_developers_are_new",
    "numbers_tell_little",
    "price_level_over_years",
]

Finding = dict[str, Any] | None

#: Groups with fewer paid rows are not compared in a sentence.
FEWEST_PAID: Final = 100

#: Numbers known at launch.
AT_LAUNCH: Final = (
    "release_year",
    "n_genres",
    "n_specs",
    "n_platforms",
    "n_languages",
    "required_age",
    "name_length",
)


def kinds_differ(profile: dict[str, Any]) -> Finding:
    """The table holds more than games, at other prices."""
    code = profile["currency"]["code"]
    rows = profile["overview"]["n"]
    groups = profile["price_by"]["kind"]
    others = sum(group["n"] for group in groups if group["value"] != "game")
    priced = [group for group in groups if group["n_paid"] >= FEWEST_PAID]
    if not rows or not others or len(priced) < 2:
        return None
    low, high = _extremes(priced)
    text = percent(others / rows)
    return {
        "id": "kinds_differ",
        "title": "Not everything in the catalogue is a game",
        "sentence": f"{text} of the rows are not games; medians run from {money(low['p50'], code)} ({low['value']}) "
        f"to {money(high['p50'], code)} ({high['value']}).",
        "number": others / rows,
        "number_text": text,
        "means_for_model": "Make the kind a feature and report errors by kind: one figure over all would hide "
        "the segments.",
    }


def genres_differ(profile: dict[str, Any]) -> Finding:
    """Genres differ in price."""
    code = profile["currency"]["code"]
    priced = [
        group for group in profile["price_by"]["genre"] if group["n_paid"] >= FEWEST_PAID and group["value"] is not None
    ]
    if len(priced) < 2:
        return None
    low, high = _extremes(priced)
    times = ratio(high["p50"], low["p50"])
    if times is None or high["p50"] == low["p50"]:
        return None
    text = decimal(times, 1)
    return {
        "id": "genres_differ",
        "title": "Genres differ in price",
        "sentence": f"The median of {high['value']} ({money(high['p50'], code)}, n = {count(high['n_paid'])}) is "
        f"{text} times that of {low['value']} ({money(low['p50'], code)}, n = {count(low['n_paid'])}).",
        "number": times,
        "number_text": text,
        "means_for_model": "Give each genre a column, since an entry has several.",
    }


def labels_tell(profile: dict[str, Any]) -> Finding:
    """One label tells most about the price."""
    labels = [
        (column, label)
        for column, items in profile["associations"]["labels"].items()
        for label in items
        if label["value"] is not None and column in ("genres", "specs")
    ]
    if not labels:
        return None
    column, label = max(labels, key=lambda item: (abs(item[1]["value"]), item[1]["label"]))
    text = decimal(label["value"])
    return {
        "id": "labels_tell",
        "title": "The label that says most about the price",
        "sentence": f"Of the frequent genres and specs, {label['label']} ({column}) goes most with the price: "
        f"correlation {text} with its logarithm, {percent(label['value'] ** 2)} of its variance, "
        f"n = {count(label['n'])}.",
        "number": label["value"],
        "number_text": text,
        "means_for_model": "What the best single label leaves unexplained is the room for models that combine labels; "
        "averages by label are the baseline to beat.",
    }


def numbers_tell_little(profile: dict[str, Any]) -> Finding:
    """No number known at launch goes strongly with the price."""
    price = profile["currency"]["price_name"]
    pairs = [
        pair
        for pair in profile["associations"]["numeric"]
        if pair["x"] == price and pair["y"] in AT_LAUNCH and pair["value"] is not None
    ]
    if not pairs:
        return None
    best = max(pairs, key=lambda pair: (abs(pair["value"]), pair["y"]))
    text = decimal(best["value"])
    return {
        "id": "numbers_tell_little",
        "title": "The number at launch that says most about the price",
        "sentence": f"Of the numbers known at launch, {best['y']} goes most with the price: Spearman {text}, "
        f"n = {count(best['n'])}.",
        "number": best["value"],
        "number_text": text,
        "means_for_model": "The closer this is to 0, the more the model must live on categories, labels and the "
        "history of the developer.",
    }


def developers_explain(profile: dict[str, Any]) -> Finding:
    """Who makes it explains much of the price, part of it by chance."""
    pair = find_pair(profile, "mixed", "developer", profile["currency"]["price_name"])
    if pair is None or pair["share"] is None or pair["share_adjusted"] is None:
        return None
    text = percent(pair["share"])
    return {
        "id": "developers_explain",
        "title": "What the developer explains, and what leaks",
        "sentence": f"Developers explain {text} of the variance of the log price, {percent(pair['share_adjusted'])} "
        f"after the correction for their number ({count(pair['groups'])} over {count(pair['n'])} rows).",
        "number": pair["share"],
        "number_text": text,
        "means_for_model": "Use the developer's earlier prices as features, computed from other rows and earlier "
        "dates only; the difference between the two shares is what a leaking encoding would seem to gain.",
    }


def most_developers_are_new(profile: dict[str, Any]) -> Finding:
    """Most developers have no history."""
    developers = profile["price_by"]["developers"]
    if developers["share_single"] is None:
        return None
    text = percent(developers["share_single"])
    return {
        "id": "most_developers_are_new",
        "title": "Developers without a history",
        "sentence": f"{text} of the {count(developers['n'])} developers have a single entry.",
        "number": developers["share_single"],
        "number_text": text,
        "means_for_model": "History features must shrink to the overall level and say when there is none; report the "
        "error of newcomers apart.",
    }


def price_level_over_years(profile: dict[str, Any]) -> Finding:
    """The price level by release year."""
    code = profile["currency"]["code"]
    years = [group for group in whole_years(profile, profile["price_by"]["year"]) if group["n_paid"] >= FEWEST_PAID]
    pair = find_pair(profile, "numeric", profile["currency"]["price_name"], "release_year")
    if len(years) < 2 or pair is None or pair["value"] is None:
        return None
    first, last = years[0], years[-1]
    text = decimal(pair["value"])
    return {
        "id": "price_level_over_years",
        "title": "The price level by release year",
        "sentence": f"The median was {money(first['p50'], code)} for entries of {first['value']} and "
        f"{money(last['p50'], code)} for {last['value']}; price and release year go together with Spearman {text}, "
        f"n = {count(pair['n'])}.",
        "number": pair["value"],
        "number_text": text,
        "means_for_model": "Prices are those of the day of the catalogue, not of launch: the year also holds later "
        "price cuts. Split by time, so that the test asks for the years to come.",
    }


def _extremes(groups: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the groups of the lowest and the highest median; of equal ones the larger."""
    low = min(groups, key=lambda group: (group["p50"], -group["n_paid"], group["value"]))
    high = max(groups, key=lambda group: (group["p50"], group["n_paid"], group["value"]))
    return low, high
