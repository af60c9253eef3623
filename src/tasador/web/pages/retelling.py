"""Sentences that came as English text, told again in another language by the templates that they were made from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from tasador.web.pages.language import Language

__all__ = ["retold"]


def retold(language: Language, text: str, templates: Iterable[str]) -> str:
    """Tell a text in a language; one that no template fits stays as it is.

    Args:
        language: The language.
        text: The text.
        templates: Messages that it may have been made from; days are written as the language does.
    """
    for template in templates:
        # NOTE: where a template has the name of a value, its pattern has a group.
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(template))
        found = re.fullmatch(pattern, text)
        if found:
            return language.say(template, **{name: _value(value) for name, value in found.groupdict().items()})
    return text


def _value(text: str) -> Any:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
