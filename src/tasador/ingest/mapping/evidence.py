"""What the values of a column look like, counted."""

from __future__ import annotations

import datetime as dt
import re
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tasador.contracts.vocabulary import SENTIMENTS
from tasador.ingest.kinds import SOURCE_KINDS
from tasador.ingest.mapping import values as single
from tasador.ingest.mapping.amounts import AMOUNTS, amount

__all__ = [
    "Finding",
    "app_ids",
    "dates",
    "kinds",
    "lists",
    "names",
    "prices",
    "scores",
    "sentiments",
    "share",
    "truths",
    "whole_numbers",
]

#: Formats that are not read without being named, in the order of trust where several fit.
_FORMATS: Final = ("%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d", "%d/%m/%y", "%m/%d/%y")
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?")
_WHOLE: Final = re.compile(r"[0-9]+\+?")
_WITH_YEAR: Final = re.compile(r"[0-9]{4}")

#: What may stand between the items of a list, and between names, in which commas are common.
_SEPARATORS: Final = (";", "|", ",")
_NAME_SEPARATORS: Final = (";", "|")
_BRACKETS: Final = re.compile(r"\s*(?:\[.*\]|\{.*\})\s*", re.DOTALL)

#: Signs that only one currency has.
_SIGNS: Final = {"€": "EUR", "£": "GBP", "₽": "RUB", "₹": "INR", "₩": "KRW", "₺": "TRY", "₴": "UAH", "R$": "BRL"}

#: From this middle price on, whole numbers are taken for cents.
_CENTS: Final = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a column.

    Attributes:
        says: The evidence.
        options: What a mapping should say of the column.
        fits: Whether the column seems to be what its name says.
    """

    says: str
    options: dict[str, Any] = field(default_factory=dict)
    fits: bool = True


def share(values: Sequence[Any], test: Callable[[Any], object], what: str) -> Finding:
    """Count the values that pass a test; a column of which none does is not what it seems."""
    passed = sum(bool(test(value)) for value in values)
    return Finding(_told(passed, len(values), what), fits=passed > 0 or not values)


def whole_numbers(values: Sequence[Any]) -> Finding:
    """Count whole numbers."""
    return share(values, lambda value: _WHOLE.fullmatch(str(single.whole_number(value)).strip()), "are whole numbers")


def app_ids(values: Sequence[Any]) -> Finding:
    """Count whole numbers, and say whether each comes once."""
    found = whole_numbers(values)
    again = len(values) - len({str(value) for value in values})
    return Finding(f"{found.says}, {f'{again:,} come again' if again else 'each comes once'}", fits=found.fits)


def dates(values: Sequence[Any]) -> Finding:
    """Find how dates are written."""
    texts = Counter(str(value).strip() for value in values)
    iso = sum(times for text, times in texts.items() if _ISO.fullmatch(text))
    if iso * 2 >= len(values):
        return Finding(_told(iso, len(values), "look like ISO dates"))
    fitting = {one: sum(times for text, times in texts.items() if _is_date(text, one)) for one in _FORMATS}
    best = max(_FORMATS, key=lambda one: fitting[one])
    if fitting[best] * 2 >= len(values):
        says = _told(fitting[best], len(values), f"are dates as {best} writes them")
        rival = next((one for one in _FORMATS if one != best and fitting[one] == fitting[best]), None)
        return Finding(f"{says}; so are they as {rival}" if rival else says, {"format": best})
    return share(values, lambda value: _WITH_YEAR.search(str(value)), "have a year")


def lists(values: Sequence[Any]) -> Finding:
    """Find how lists are written."""
    return _lists(values, _SEPARATORS, default=_SEPARATORS[0])


def names(values: Sequence[Any]) -> Finding:
    """Find how several names in one value are written, if they are."""
    return _lists(values, _NAME_SEPARATORS, default=None)


def truths(values: Sequence[Any]) -> Finding:
    """Count values that say yes or no."""
    return share(values, lambda value: isinstance(single.truth(value), bool), "say yes or no")


def scores(values: Sequence[Any]) -> Finding:
    """Find whether zero stands for no score."""
    numbers = whole_numbers(values)
    zeros = sum(str(single.whole_number(value)).strip() == "0" for value in values)
    if not zeros:
        return numbers
    return Finding(_told(zeros, len(values), "are 0, which is no score"), {"missing": ["0"]}, fits=numbers.fits)


def sentiments(values: Sequence[Any]) -> Finding:
    """Count the store's summaries of user reviews."""
    return share(values, lambda value: value in SENTIMENTS or "user review" in str(value), "are summaries of reviews")


def kinds(values: Sequence[Any]) -> Finding:
    """Count the names of kinds that are known, and show those that are not."""
    found = share(values, lambda value: str(value).strip().lower() in SOURCE_KINDS, "are kinds that are known")
    others = Counter(str(value) for value in values if str(value).strip().lower() not in SOURCE_KINDS)
    shown = ", ".join(repr(value) for value, _ in others.most_common(5))
    return Finding(f"{found.says}; others are {shown}", fits=found.fits) if others else found


def prices(values: Sequence[Any]) -> Finding:
    """Find unit, decimal sign and, where their sign tells it, the currency of amounts."""
    texts = [str(value).strip() for value in values]
    decimal = max(AMOUNTS, key=lambda one: sum(AMOUNTS[one].fullmatch(text) is not None for text in texts))
    plain = [str(amount(value, decimal=decimal, cents=False)) for value in values]
    numbers = [float(text) for text in plain if re.fullmatch(r"-?[0-9.]+", text)]
    paid = sorted(number for number in numbers if number > 0)
    whole = all(number.is_integer() for number in numbers)
    middle = statistics.median_low(paid) if paid else 0.0
    cents = whole and middle >= _CENTS
    says = _told(len(numbers), len(texts), "are amounts")
    if paid:
        says += f"; {'none has decimals' if whole else 'some have decimals'}, the middle one above 0 is {middle:g}"
    signs = [code for sign, code in _SIGNS.items() if any(sign in text for text in texts)]
    options: dict[str, Any] = {"unit": "cents" if cents else "units"}
    if decimal != ".":
        options["decimal"] = decimal
    if len(signs) == 1:
        options["currency"] = signs[0]
    return Finding(says, options, fits=bool(numbers) or not values)


def _lists(values: Sequence[Any], separators: Sequence[str], *, default: str | None) -> Finding:
    if values and all(isinstance(value, list | dict) for value in values):
        return Finding(_told(len(values), len(values), "are lists"))
    texts = [value for value in values if isinstance(value, str)]
    bracketed = sum(_BRACKETS.fullmatch(text) is not None for text in texts)
    if texts and bracketed * 2 >= len(texts):
        return Finding(_told(bracketed, len(texts), "are lists in brackets"), {"bracketed": True})
    having = {one: sum(one in text for text in texts) for one in separators}
    best = max(separators, key=lambda one: having[one])
    if having[best]:
        return Finding(_told(having[best], len(texts), f"have {best!r} in them"), {"separator": best})
    return Finding("no value has several items", {} if default is None else {"separator": default})


def _is_date(text: str, date_format: str) -> bool:
    try:
        # NOTE: whether it can be read is all that is asked.
        dt.datetime.strptime(text, date_format)  # noqa: DTZ007
    except ValueError:
        return False
    return True


def _told(passed: int, of: int, what: str) -> str:
    return f"{passed:,} of {of:,} values {what}"
