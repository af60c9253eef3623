"""Figures: values as they stand in the profile (JSON) and as they are read in a sentence (text)."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Final

__all__ = [
    "amount",
    "brief",
    "count",
    "currency_name",
    "decimal",
    "money",
    "percent",
    "plain",
    "ratio",
    "round_money",
    "share",
    "told",
]

#: Decimals kept in the profile. Sums over threads may differ in the last bits of a float; six decimals are more
#: than a reader needs, and make the same table give the same profile.
DECIMALS: Final = 6

#: Columns of numbers that name something end so.
_NAMES: Final = ("_id", "_no", "_year")


def plain(value: Any) -> Any:
    """Make a value JSON-able: dates become ISO text, NaN and infinities null, floats are rounded."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return round(value, DECIMALS) if math.isfinite(value) else None
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def share(part: float, whole: float) -> float | None:
    """Give part of whole, 0 to 1; null when there is no whole."""
    return part / whole if whole else None


def ratio(above: float | None, below: float | None) -> float | None:
    """Divide two figures; null when one is missing or the divisor is 0."""
    return above / below if above is not None and below else None


def count(number: int) -> str:
    """Write a count: 29,959."""
    return f"{number:,}"


def percent(part: float) -> str:
    """Write a share of 1 as a percentage, with a decimal where that says something: 38.4%."""
    value = 100 * part
    if 0 < abs(value) < 0.1 or 99.9 < value < 100:
        return f"{value:.2f}%"
    return f"{value:.1f}%"


def money(price: float, code: str | None) -> str:
    """Write a price in a currency, by its ISO 4217 code: $1,299.99, GBP 1,299.99; 1,299.99 when it is not known."""
    return _marked(f"{price:,.2f}", code)


def round_money(price: float, code: str | None) -> str:
    """Write a round price without needless decimals: $100, GBP 7.50."""
    return _marked(amount(price), code)


def amount(price: float) -> str:
    """Write a round amount without its currency: 2,000."""
    return f"{price:,.0f}" if price.is_integer() else f"{price:,.2f}"


def currency_name(code: str | None) -> str:
    """Name a currency in a sentence or beside an axis: by its code, but for US dollars."""
    return {"USD": "US dollars", None: "an unnamed currency"}.get(code, str(code))


def _marked(text: str, code: str | None) -> str:
    if code is None:
        return text
    return f"${text}" if code == "USD" else f"{code} {text}"


def brief(number: float) -> str:
    """Write a number of any kind without needless decimals: 1,234, 0.5."""
    return f"{number:,.2f}".rstrip("0").rstrip(".") if number % 1 else f"{number:,.0f}"


def told(number: float, column: str) -> str:
    """Write a value of a column: one that names something, such as a year or an app id, without commas."""
    return f"{number:.0f}" if column.endswith(_NAMES) else brief(number)


def decimal(number: float, digits: int = 2) -> str:
    """Write a plain number with fixed digits: 0.35."""
    return f"{number:,.{digits}f}"
