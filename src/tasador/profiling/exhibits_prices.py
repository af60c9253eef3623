"""Exhibits of prices: their spread, the ladder, groups and the dearest rows."""

from __future__ import annotations

from typing import Any, Final

from tasador.profiling import marks
from tasador.profiling.exhibit import Exhibit, Header
from tasador.profiling.figures import count, currency_name, money, percent
from tasador.profiling.prices import FEWEST_PAID

__all__ = ["GROUP_FIGURES", "outlier_exhibits", "price_exhibits"]

Profile = dict[str, Any]

#: What is told of a group of prices.
GROUP_FIGURES: Final = (
    Header("n", "Rows", "count"),
    Header("n_paid", "Paid", "count"),
    Header("share_free", "Free, of known", "share"),
    *(Header(name, name, "money") for name in ("p10", "p25", "p50", "p75", "p90", "mean")),
)

_GROUPINGS: Final = (("kind", "kind"), ("genre", "genre"), ("developer", "developer"), ("publisher", "publisher"))


def price_exhibits(profile: Profile) -> list[Exhibit]:
    """Give the exhibits of prices that have rows to show, in the order of the page."""
    groups = [_groups(profile, key, noun) for key, noun in _GROUPINGS]
    made = [_histogram(profile), _ladder(profile), *groups]
    return [exhibit for exhibit in made if exhibit is not None]


def outlier_exhibits(profile: Profile) -> list[Exhibit]:
    """Give the exhibit of the dearest rows, where there are any."""
    dear = _dear(profile)
    return [] if dear is None else [dear]


def _histogram(profile: Profile) -> Exhibit | None:
    code = profile["currency"]["code"]
    prices = profile["prices"]
    rows = prices["histogram"]
    if not rows:
        return None
    return Exhibit(
        id="price-histogram",
        section="prices",
        title="Paid prices, in bins of equal ratio",
        takeaway=f"Half of the paid entries cost {money(prices['p50'], code)} or less, nine in ten "
        f"{money(prices['p90'], code)} or less; the dearest costs {money(prices['max'], code)}.",
        n=prices["n_paid"],
        spec=marks.histogram(rows, unit="Paid entries", currency=code),
        headers=(
            Header("from", "From", "money"),
            Header("to", "To, excluded", "money"),
            Header("n", "Paid entries", "count"),
            Header("share", "Share", "share"),
        ),
        rows=rows,
    )


def _ladder(profile: Profile) -> Exhibit | None:
    code = profile["currency"]["code"]
    ladder = profile["ladder"]
    if not ladder["points"]:
        return None
    points, top = sorted(ladder["points"], key=lambda point: point["price"]), ladder["points"][0]
    return Exhibit(
        id="price-ladder",
        section="ladder",
        title=f"The {len(points)} most frequent price points, by price",
        takeaway=f"{count(ladder['points_for_90'])} of {count(ladder['distinct'])} prices hold nine in ten paid "
        f"entries; the most frequent is {money(top['price'], code)} with {percent(top['share'])}.",
        n=ladder["n"],
        spec=marks.columns(
            [{**point, "price": money(point["price"], code)} for point in points],
            x="price",
            x_title=f"List price ({currency_name(code)})",
            y="share",
            y_title="Share of paid entries",
            y_format=".0%",
        ),
        headers=(
            Header("price", "Price", "money"),
            Header("n", "Paid entries", "count"),
            Header("share", "Share", "share"),
        ),
        rows=ladder["points"],
    )


def _groups(profile: Profile, key: str, noun: str) -> Exhibit | None:
    code = profile["currency"]["code"]
    groups = [named(group) for group in profile["price_by"][key]]
    paid = [group for group in groups if group["n_paid"]]
    if len(paid) < 2:
        return None
    large = [group for group in paid if group["n_paid"] >= FEWEST_PAID]
    told, whose = (large, f" with {FEWEST_PAID} paid entries or more") if len(large) > 1 else (paid, "")
    low, high = min(told, key=lambda group: group["p50"]), max(told, key=lambda group: group["p50"])
    size = profile["price_by"].get(f"{noun}s")
    listed = sum(group["value"] is not None for group in profile["price_by"][key])
    shown = f"the {listed} largest of {count(size['n'])}" if size and size["n"] > listed else "all"
    # An entry counts in each of its genres, but it is one entry.
    n = profile["prices"]["n_paid"] if key == "genre" else sum(group["n_paid"] for group in paid)
    return Exhibit(
        id=f"price-by-{key}",
        section="price-by",
        title=f"Paid prices by {noun}: median, middle half, and p10 to p90 ({shown})",
        takeaway=f"Every group{whose} has a median of {money(low['p50'], code)}."
        if low["p50"] == high["p50"]
        else f"Of groups{whose}, {low['value']} has the lowest median, "
        f"{money(low['p50'], code)} (n = {count(low['n_paid'])}), and {high['value']} the highest, "
        f"{money(high['p50'], code)} (n = {count(high['n_paid'])}).",
        n=n,
        spec=marks.quantiles(paid, y="value", currency=code),
        headers=(Header("value", noun.capitalize(), "text"), *GROUP_FIGURES),
        rows=groups,
    )


def named(group: dict[str, Any]) -> dict[str, Any]:
    """Give the group of rows without a value a name that can be drawn."""
    return {**group, "value": "(not given)"} if group["value"] is None else group


def _dear(profile: Profile) -> Exhibit | None:
    code = profile["currency"]["code"]
    outliers = profile["outliers"]
    rule = next((rule for rule in outliers["rules"] if rule["id"] == "price_above_threshold"), None)
    if rule is None or not rule["rows"]:
        return None
    return Exhibit(
        id="dear-rows",
        section="outliers",
        title=f"Entries above {money(outliers['threshold'], code)}, by release year and kind",
        takeaway=f"{count(rule['n'])} entries, {percent(outliers['influence']['share_of_rows'])} of the paid ones, "
        f"hold {percent(outliers['influence']['share_of_sum'])} of the sum of all list prices.",
        n=rule["n"],
        spec=marks.points(rule["rows"], x="release_year", x_title="Release year", group="kind", currency=code),
        headers=(
            Header("name", "Name", "text"),
            Header("kind", "Kind", "text"),
            Header("release_year", "Year", "year"),
            Header("price", "Price", "money"),
        ),
        rows=rule["rows"],
    )
