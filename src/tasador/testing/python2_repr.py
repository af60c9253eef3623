"""Python 2's `repr` of plain data: the notation the raw catalogue is written in."""

from __future__ import annotations

import math
from typing import cast

__all__ = ["render"]


def render(value: object) -> str:
    r"""Write a value as Python 2's `repr` would.

    Text becomes `u'…'` (`u"…"` when it holds an apostrophe and no double quote), in ASCII, with `\xNN`,
    `\uXXXX` and `\UXXXXXXXX` for the rest; dicts keep the order of their keys.

    Args:
        value: Text, a number, a truth value, None, or lists and dicts of these.

    Returns:
        One line of ASCII that `ast.literal_eval` reads back as an equal value.

    Raises:
        TypeError: The value is of another type.
        ValueError: The value is a float that no literal denotes: infinite or not a number.
    """
    if isinstance(value, str):
        # Python 3's `ascii` chooses quotes and escapes exactly as Python 2 did for unicode, at C's speed.
        return "u" + ascii(value)
    if isinstance(value, dict):
        items = cast("dict[object, object]", value).items()
        return "{" + ", ".join([f"{render(key)}: {render(item)}" for key, item in items]) + "}"
    if isinstance(value, list):
        return "[" + ", ".join([render(item) for item in cast("list[object]", value)]) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        message = f"no literal denotes {value!r}"
        raise ValueError(message)
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    message = f"cannot write a {type(value).__name__}"
    raise TypeError(message)
