"""Charts of a page: forms that the profile's declarations made, filled with rows and the reader's words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from tasador.web.pages.language import Language
from tasador.web.pages.names import message

__all__ = ["chart"]

#: Titles that a form brings with it.
_TITLES: Final = frozenset({message("Price (US dollars, log scale)")})


def chart(form: str, rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], language: Language) -> dict[str, Any]:
    """Fill a form.

    Args:
        form: Its name: see `tasador.profiling.forms`.
        rows: What it draws.
        names: What the reader calls the fields of the rows; a field without a name is not told of.
        language: That of the reader.

    Returns:
        A Vega-Lite specification with the rows in it.
    """
    filled: dict[str, Any] = _filled(_form(form), names, language)
    return {**filled, "data": {"values": list(rows)}}


@lru_cache(maxsize=16)
def _form(name: str) -> dict[str, Any]:
    text = files("tasador.web").joinpath("templates", "charts", f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _filled(part: Any, names: Mapping[str, str], language: Language) -> Any:
    if isinstance(part, list):
        return [_filled(one, names, language) for one in part]
    if not isinstance(part, dict):
        return part
    found = {name: _filled(one, names, language) for name, one in part.items() if name != "tooltip"}
    if "tooltip" in part:
        found["tooltip"] = _tips(part["tooltip"], names)
    if isinstance(title := part.get("title"), str):
        found["title"] = language.say(title) if title in _TITLES else names[title]
    return found


def _tips(told: list[dict[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Name what is told of a mark under the pointer, each field once."""
    once = {one["field"]: one for one in reversed(told) if one["field"] in names}
    return [{**once[field], "title": name} for field, name in names.items() if field in once]
