"""Release dates that are no dates: what studios write instead, or where they know only about when."""

from __future__ import annotations

from random import Random
from typing import Final

from tasador.testing.shares import ENTRIES
from tasador.testing.weighted import Weighted

__all__ = ["RELEASE_FORMS", "RELEASE_TEXTS", "draw_binary_nonsense", "draw_long_number"]

#: Each form of vague date that the store has, with the number of entries that have it.
_COUNTS: Final[dict[str, int]] = {
    "Coming Soon": 27,
    "2018": 21,
    "2017": 20,
    "TBA": 16,
    "Q1 2018": 10,
    "Dec 2017": 8,
    "Coming soon": 8,
    "Aug 2014": 7,
    "TBD": 6,
    "Winter 2017": 5,
    "Fall 2017": 5,
    "SOON": 5,
    "Q4 2017": 5,
    "Early 2018": 5,
    "Soon": 4,
    "Oct 2010": 3,
    "Q2 2018": 3,
    "Jul 2017": 3,
    "Summer 2017": 3,
    "Jun 2009": 2,
    "When it's done": 2,
    "Spring 2018": 2,
    "Coming 2017": 2,
    "Not yet available": 2,
    "Soon..": 1,
    "14 July": 1,
    "June 2016": 1,
    "January 2018": 1,
    "Январь 2018": 1,
    "2018年1月": 1,
    "First quarter of 2018": 1,
    "1st Quarter 2018": 1,
    "H2 2018": 1,
    "21 Jun, 2017": 1,
    "15.01.2018": 1,
    "2017 Q4": 1,
    "Q1, 2018": 1,
    "Q2 2018 (Tentative)": 1,
    "Late 2016 - Early 2017": 1,
    "End 2017": 1,
    "2018 early": 1,
    "TBA 2017": 1,
    "When it's done (2017)": 1,
    "Coming Q3 2017": 1,
    '"""Soon"""': 1,
    "Soon™": 1,
}
RELEASE_TEXTS: Final = Weighted(_COUNTS)
#: The share of all entries with each form.
RELEASE_FORMS: Final = {text: count / ENTRIES for text, count in _COUNTS.items()}

_COMBINING_MARKS: Final = "\u0334\u0335\u0336\u0337\u0338"


def draw_long_number(rng: Random) -> str:
    """A chat group's number in place of a date: its first four digits are no year."""
    return f"预热群5275{rng.randrange(1000, 10_000)}"


def draw_binary_nonsense(rng: Random) -> str:
    """Binary digits, each struck through with a combining mark."""
    digits = [rng.choice("01") + rng.choice(_COMBINING_MARKS) for _ in range(32)]
    return " ".join("".join(digits[start : start + 8]) for start in range(0, 32, 8))
