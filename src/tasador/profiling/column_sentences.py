"""What the figures of a column say: a sentence, and notes on what is odd."""

from __future__ import annotations

from typing import Any, Final

from tasador.profiling.figures import brief, count, percent, told

__all__ = ["notes", "tell"]

#: From which share on one value, or none, is noted; and zeros are.
_ONE_VALUE: Final = 0.9
_LACKING: Final = 0.5
_ZEROS: Final = 0.05


def tell(column: dict[str, Any]) -> str:
    """Say what a column's distribution shows.

    Args:
        column: A dict of `columns.describe_columns`, as it stands in the profile.
    """
    n, distribution = column["n"] - column["n_missing"], column["distribution"]
    if not n:
        return "No row has a value."
    match column["shape"]:
        case "number":
            return _number(distribution, column["column"])
        case "date":
            return f"The dates run from {distribution['min']} to {distribution['max']}{_year(distribution['top'])}."
        case "labels":
            return _labels(distribution)
        case "text":
            longest = distribution["lengths"]["max"]
            return f"{_commonest(distribution['top'])} The longest has {count(int(longest))} characters."
        case _:
            return _commonest(distribution["top"])


def notes(column: dict[str, Any]) -> list[str]:
    """Note what makes a column odd: that it is constant, a key, mostly one value, mostly missing, or often zero.

    Args:
        column: A dict of `columns.describe_columns`, as it stands in the profile.
    """
    n, distribution, distinct = column["n"] - column["n_missing"], column["distribution"], column["n_distinct"]
    found = []
    if n > 1 and distinct == 1:
        found.append("constant")
    if n > 1 and distinct == n == column["n"]:
        found.append("a key: no value comes twice")
    top = distribution.get("top")
    if top and distinct > 1 and column["shape"] != "labels" and top[0]["share"] >= _ONE_VALUE:
        found.append(f"{percent(top[0]['share'])} are “{top[0]['value']}”")
    if n and column["share_missing"] >= _LACKING:
        found.append(f"{percent(column['share_missing'])} missing")
    if n and distribution.get("n_zero", 0) / n >= _ZEROS:
        found.append(f"{percent(distribution['n_zero'] / n)} are zero")
    return found


def _number(spread: dict[str, Any], column: str) -> str:
    low, half, high, most = (told(spread[key], column) for key in ("p01", "p50", "p99", "max"))
    if spread["min"] == spread["max"]:
        return f"Every value is {most}."
    return f"Half of the values are {half} or less; 98 in 100 lie from {low} to {high}, and the highest is {most}."


def _year(top: list[dict[str, Any]]) -> str:
    return f"; {percent(top[0]['share'])} are of {top[0]['value']}" if top else ""


def _labels(distribution: dict[str, Any]) -> str:
    top, most = distribution["top"], distribution["sizes"]["max"]
    if not most:
        return "Every list is empty."
    half = f"half of the rows have {brief(distribution['sizes']['p50'])} or fewer, and none more than {brief(most)}"
    if not top:
        return f"No label comes twice; {half}."
    return f"“{top[0]['value']}” is the most frequent label, on {count(top[0]['n'])} rows; {half}."


def _commonest(top: list[dict[str, Any]]) -> str:
    if not top:
        return "No value comes twice."
    if top[0]["share"] == 1:
        return f"Every value is “{top[0]['value']}”."
    return f"“{top[0]['value']}” is the most frequent: {count(top[0]['n'])} rows, {percent(top[0]['share'])}."
