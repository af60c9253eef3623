"""What a name tells: its words, the series it belongs to, and its shape; and the studios in a list of names."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["SHAPE", "common_start", "series", "shape", "studios", "words"]

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_DIGITS: Final = re.compile(r"\d{1,9}")
_TRADEMARKS: Final = re.compile(r"[™®©]|\((?:tm|r|c)\)", re.IGNORECASE)

#: What parts a series' name from that of an entry.
_PARTS: Final = re.compile(r"\s*(?::|\s[-–—]|[-–—]\s|[|(\[/])\s*")

#: What an entry of a series is numbered with.
_NUMBER: Final = re.compile(r"(?:\d+|[ivx]+|one|two|three)")

#: The legal form after a comma, which is no studio of its own; and remarks such as (Mac).
_COMPANY_FORM: Final = re.compile(
    r",?\s*\b(?:inc|llc|ltd|limited|corp|co|gmbh|s\.?a|s\.?r\.?l|pty|plc|k\.?k)\b\.?|\([^)]*\)"
)

#: What stands between two studios. An ampersand does not: Cornfox & Brothers is one.
_BETWEEN_STUDIOS: Final = re.compile(r"[,;|]|\s/\s")

#: The inputs that `shape` makes, in order, with the unit of each.
SHAPE: Final = (
    ("title: characters", "characters"),
    ("title: words", "words"),
    ("title: numbers", "numbers"),
    ("title: last number", "the number, at most 100,000"),
    ("title: has a colon", "0 or 1"),
    ("title: has a dash", "0 or 1"),
    ("title: has a trademark sign", "0 or 1"),
    ("title: share beyond ASCII", "share of characters"),
    ("title: share of capitals", "share of characters"),
)

_LARGEST_NUMBER: Final = 100_000
_LAST_ASCII: Final = 127


def words(name: str) -> list[str]:
    """List the words of a name in lower case, without signs of trademarks."""
    return _WORD.findall(_TRADEMARKS.sub("", name).lower())


def series(name: str) -> str:
    """Take the series out of a name: what stands before the first colon, dash or bracket, without a last number."""
    found = words(_PARTS.split(name, maxsplit=1)[0]) or words(name)
    while len(found) > 1 and _NUMBER.fullmatch(found[-1]):
        found.pop()
    return " ".join(found)


def studios(names: str | None) -> tuple[str, ...]:
    """List the studios of a developer's or publisher's field, in lower case, without legal forms, each once."""
    if not names:
        return ()
    parts = (part.strip() for part in _BETWEEN_STUDIOS.split(_COMPANY_FORM.sub("", names.lower())))
    return tuple(dict.fromkeys(part for part in parts if part))


def common_start(first: str, second: str) -> int:
    """Count the characters that two texts begin with alike."""
    n = min(len(first), len(second))
    if first[:n] == second[:n]:
        return n
    low, high = 0, n
    while high - low > 1:
        middle = (low + high) // 2
        if first[:middle] == second[:middle]:
            low = middle
        else:
            high = middle
    return low


def shape(name: str, n_words: int) -> list[float]:
    """Measure a name; the values are those that `SHAPE` names.

    Without a number the last number is NaN; of an empty name, which is none yet, everything is.
    """
    if not name:
        return [float("nan")] * len(SHAPE)
    numbers = _DIGITS.findall(name)
    n = len(name)
    return [
        float(len(name)),
        float(n_words),
        float(len(numbers)),
        float(min(int(numbers[-1]), _LARGEST_NUMBER)) if numbers else float("nan"),
        float(":" in name),
        float(" - " in name or "–" in name),
        float("™" in name or "®" in name),
        sum(map(_LAST_ASCII.__lt__, map(ord, name))) / n,
        sum(map(str.isupper, name)) / n,
    ]
