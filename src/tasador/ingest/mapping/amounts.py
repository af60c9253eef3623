"""Amounts of money as tables write them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

__all__ = ["AMOUNTS", "amount"]

#: What may stand beside a number: a currency's code or sign. More is a sentence, such as "Starting at".
_SIGN: Final = r"[^\W\d_]{0,3}[^\w\s.,+-]?"
_BEFORE: Final = rf"(?:{_SIGN}|[^\W\d_]{{1,3}}\.(?=\s))"


def _pattern(decimal: str) -> re.Pattern[str]:
    thousands = re.escape("," if decimal == "." else ".")
    whole = rf"[0-9]{{1,3}}(?:[{thousands} '\u00a0\u202f][0-9]{{3}})+|[0-9]*"
    return re.compile(rf"{_BEFORE}\s*(-?(?:{whole})(?:{re.escape(decimal)}[0-9]+)?)\s*{_SIGN}\.?")


#: What reads as a number by itself.
_NUMBER: Final = re.compile(r"\s*[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?\s*")

#: How an amount looks, by what stands before its decimals.
AMOUNTS: Final = {decimal: _pattern(decimal) for decimal in (".", ",")}


def amount(value: Any, *, decimal: str, cents: bool) -> Any:
    """Write an amount as a plain number, exactly, in units of its currency.

    Args:
        value: A number, or a text such as `9.99`, `$1,299.00` or `8,99 €`.
        decimal: What stands before the decimals.
        cents: Whether the amount counts hundredths.

    Returns:
        The number as a text. A value that is no amount, such as "Free To Play", comes back as it is, and so does one
        whose decimals stand behind another sign.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    text, sign = (value.strip(), decimal) if isinstance(value, str) else (repr(value), ".")
    found = AMOUNTS[sign].fullmatch(text)
    if found is None or not any(map(str.isdigit, found[1])):
        # NOTE: a number that is not of this kind must not pass for one in units.
        return f"{value} (not read)" if _NUMBER.fullmatch(text) else value
    number = Decimal(re.sub(rf"[^0-9{sign}-]", "", found[1]).replace(sign, "."))
    return f"{number.scaleb(-2) if cents else number:f}"
