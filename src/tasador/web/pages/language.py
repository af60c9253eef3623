"""The languages that pages speak: which one a reader is answered in, and how it writes messages, money and dates."""

from __future__ import annotations

import gettext
import string
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from tasador.appraisal.said import Said
from tasador.web.accept import weighted
from tasador.web.pages.names import KINDS, MONTHS

__all__ = ["LANGUAGES", "Language", "accepted", "languages"]

#: By code: what each calls itself, and its decimal sign. The first is spoken to who asks for none of them.
LANGUAGES: Final = {"en": ("English", "."), "es": ("Español", ",")}

_DOMAIN: Final = "messages"
_THOUSANDS: Final = {".": ",", ",": "."}

#: Between a number and its sign, where no line may end.
_CLOSE: Final = "\u00a0"


@dataclass(frozen=True)
class Language:
    """How pages speak to a reader.

    Attributes:
        code: By ISO 639-1.
        name: What it calls itself.
        decimal: The sign before decimals.
        messages: Translations of the messages, which are English.
    """

    code: str
    name: str
    decimal: str
    messages: gettext.NullTranslations

    def say(self, message: str, **values: Any) -> str:
        """Tell a message: of the page, or one that the core made."""
        template, found = (message.template, message.values) if isinstance(message, Said) else (message, values)
        told = {name: self._value(name, value) for name, value in found.items()}
        return _Formatter(self).vformat(self.messages.gettext(template), (), told)

    def told(self, text: str) -> str:
        """Tell what the core said: in this language where it knows what it was made of, else as it is."""
        return self.say(text) if isinstance(text, Said) else text

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number with so many decimals."""
        return self._localised(f"{value:,.{digits}f}")

    def money(self, amount_usd: float | str) -> str:
        """Write an amount in US dollars, to the cent."""
        amount = float(amount_usd)
        sign, text = ("−" if amount < 0 else ""), self._localised(f"{abs(amount):,.2f}")
        return f"{sign}${text}" if self.decimal == "." else f"{sign}{text}{_CLOSE}US$"

    def percent(self, share: float, digits: int = 0) -> str:
        """Write a share of one; what is above nothing and below the last digit is said to be so."""
        least = 10.0 ** -(digits + 2)
        text = f"<{_CLOSE}{self.number(least * 100, digits)}" if 0 < share < least else self.number(share * 100, digits)
        return f"{text}%" if self.decimal == "." else f"{text}{_CLOSE}%"

    def date(self, day: date | str) -> str:
        """Write a day."""
        found = date.fromisoformat(day) if isinstance(day, str) else day
        month = self.messages.gettext(MONTHS[found.month - 1])
        return f"{found.day} {month} {found.year}" if self.code == "en" else f"{found.day} de {month} de {found.year}"

    def factor(self, factor: float) -> str:
        """Write what a price is multiplied by."""
        return f"×{_CLOSE}{self.number(factor, 2)}"

    def listed(self, words: list[str] | tuple[str, ...]) -> str:
        """Write several words one after another."""
        if len(words) < 2:
            return "".join(words)
        return self.say("{words} and {last}", words=", ".join(words[:-1]), last=words[-1])

    def _value(self, name: str, value: Any) -> Any:
        return self.messages.gettext(KINDS[value]) if name == "kind" and value in KINDS else value

    def _localised(self, text: str) -> str:
        return text.translate({ord(","): _THOUSANDS[self.decimal], ord("."): self.decimal})


class _Formatter(string.Formatter):
    """Puts values into a message, numbers and days as the language writes them."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, date):
            return self._language.date(value)
        if not isinstance(value, float):
            return format(value, format_spec)
        if format_spec.endswith("%"):
            return self._language.percent(value)
        digits = format_spec.removeprefix(".").removesuffix("f")
        return self._language.number(value, int(digits) if digits else 1)


@lru_cache(maxsize=1)
def languages() -> dict[str, Language]:
    """Read the languages, by code."""
    return {code: Language(code, name, decimal, _messages(code)) for code, (name, decimal) in LANGUAGES.items()}


@lru_cache(maxsize=256)
def accepted(header: str) -> str:
    """Choose the code of a language by the header `Accept-Language`."""
    codes = [(name.partition("-")[0], weight) for name, weight in weighted(header)]
    known = [(code, weight) for code, weight in codes if code in LANGUAGES and weight > 0]
    return max(known, key=lambda one: one[1], default=(next(iter(LANGUAGES)), 0.0))[0]


def _messages(code: str) -> gettext.NullTranslations:
    file = files("tasador.web").joinpath("locales", code, "LC_MESSAGES", f"{_DOMAIN}.mo")
    if not file.is_file():
        # NOTE: the messages themselves are English.
        return gettext.NullTranslations()
    with file.open("rb") as opened:
        return gettext.GNUTranslations(opened)
