"""Sentences that came as English text, told again in another language by the templates that they were made from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from tasador.web.pages.language import Language
from tasador.web.pages.names import message

__all__ = ["retold", "shared"]

#: What two games may share, as `tasador.similar.reasons` says it; labels stay as the catalogue has them.
_SHARED: Final = (
    message("the series “{name}”"),
    message("the developer {name}"),
    message("the publisher {name}"),
)


def retold(language: Language, text: str, templates: Iterable[str]) -> str:
    """Tell a text in a language; one that no template fits stays as it is.

    Args:
        language: The language.
        text: The text.
        templates: Messages that it may have been made from; what they call `start` is a day.
    """
    for template in templates:
        # NOTE: where a template has the name of a value, its pattern has a group.
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(template))
        found = re.fullmatch(pattern, text)
        if found:
            return language.say(template, **{name: _value(name, value) for name, value in found.groupdict().items()})
    return text


def shared(language: Language, text: str) -> str:
    """Tell something that two games share."""
    return retold(language, text, _SHARED)


def _value(name: str, text: str) -> Any:
    # NOTE: a label may look like a day as well, and stays as it is.
    return date.fromisoformat(text) if name == "start" else text
