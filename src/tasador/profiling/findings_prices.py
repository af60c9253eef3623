"""Findings about prices themselves."""

from __future__ import annotations

from typing import Any

from tasador.profiling.figures import count, currency_name, decimal, money, percent

__all__ = [
    "currencies_differ",
    "dear_rows_weigh",
    "few_price_points",
    "skewed_prices",
    "some_are_free",
    "some_prices_unknown",
]

Finding = dict[str, Any] | None


def skewed_prices(profile: dict[str, Any]) -> Finding:
    """Prices are skewed, their logarithms are not."""
    code = profile["currency"]["code"]
    prices = profile["prices"]
    if prices["skewness"] is None or prices["log_skewness"] is None:
        return None
    text = decimal(prices["skewness"], 1)
    return {
        "id": "skewed_prices",
        "title": "Skewness of prices, before and after the logarithm",
        "sentence": f"Paid prices have a skewness of {text}, their logarithms of {decimal(prices['log_skewness'])}; "
        f"the median is {money(prices['p50'], code)} and the mean {money(prices['mean'], code)}.",
        "number": prices["skewness"],
        "number_text": text,
        "means_for_model": "Learn the logarithm of the price, and give medians and ratios beside "
        f"{_unit(code)} errors.",
    }


def few_price_points(profile: dict[str, Any]) -> Finding:
    """Prices stand on a ladder."""
    ladder = profile["ladder"]
    if ladder["share_top_ten"] is None:
        return None
    text = percent(ladder["share_top_ten"])
    return {
        "id": "few_price_points",
        "title": "Prices stand on a ladder",
        "sentence": f"{text} of paid rows stand on the ten most frequent of {count(ladder['distinct'])} prices, and "
        f"{percent(ladder['share_ending_99'])} end in .99.",
        "number": ladder["share_top_ten"],
        "number_text": text,
        "means_for_model": "A price between two points is never asked: give the nearest price points with the "
        "appraisal, and measure how often the true point is among them.",
    }


def dear_rows_weigh(profile: dict[str, Any]) -> Finding:
    """A few dear rows make most of the squared error."""
    code = profile["currency"]["code"]
    influence, threshold = profile["outliers"]["influence"], profile["outliers"]["threshold"]
    if influence["share_of_squared_error"] is None or not influence["n_above"]:
        return None
    text = percent(influence["share_of_squared_error"])
    rows, make = ("one row", "makes") if influence["n_above"] == 1 else (f"{count(influence['n_above'])} rows", "make")
    return {
        "id": "dear_rows_weigh",
        "title": "A few dear entries in the squared error",
        "sentence": f"The {rows} above {money(threshold, code)}, {percent(influence['share_of_rows'])} of the paid "
        f"ones, {make} {text} of the squared error of always answering the median.",
        "number": influence["share_of_squared_error"],
        "number_text": text,
        "means_for_model": f"A root mean squared error in {_units(code)} measures those rows: report it with and "
        "without them, beside the median absolute error, and keep them in the test set.",
    }


def some_are_free(profile: dict[str, Any]) -> Finding:
    """Free rows are a class of their own."""
    code = profile["currency"]["code"]
    prices = profile["prices"]
    if prices["share_free"] is None:
        return None
    text = percent(prices["share_free"])
    return {
        "id": "some_are_free",
        "title": "Free is a decision, not a low price",
        "sentence": f"{text} of the rows with a known price are free, and the lowest paid price is "
        + (f"{money(prices['min'], code)}." if prices["min"] is not None else "not known."),
        "number": prices["share_free"],
        "number_text": text,
        "means_for_model": "Model in two stages: the chance of being free first, then the price of what is sold; "
        "a zero also has no logarithm.",
    }


def some_prices_unknown(profile: dict[str, Any]) -> Finding:
    """Rows without a price cannot teach."""
    prices = profile["prices"]
    if not prices["n_unknown"]:
        return None
    text = percent(prices["share_unknown"])
    return {
        "id": "some_prices_unknown",
        "title": "Entries without a price",
        "sentence": f"{text} of the rows, {count(prices['n_unknown'])}, have no price that can be read.",
        "number": prices["share_unknown"],
        "number_text": text,
        "means_for_model": "They leave training and tests, and are what an appraisal is for; none is filled in.",
    }


def currencies_differ(profile: dict[str, Any]) -> Finding:
    """Some rows are priced in another currency."""
    currency = profile["currency"]
    others = currency["n_paid"] - currency["n"]
    if not others:
        return None
    part = others / currency["n_paid"]
    text = percent(part)
    return {
        "id": "currencies_differ",
        "title": "Prices in other currencies",
        "sentence": f"{text} of the paid rows, {count(others)}, are not priced in {currency_name(currency['code'])}.",
        "number": part,
        "number_text": text,
        "means_for_model": "They are in no figure of prices, since nothing is converted: a model learns and is judged "
        "in one currency.",
    }


def _unit(code: str | None) -> str:
    return {"USD": "dollar", None: "price"}.get(code, str(code))


def _units(code: str | None) -> str:
    return "dollars" if code == "USD" else currency_name(code)
