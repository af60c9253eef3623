"""Yes or no in a query: `true` or `false`, and nothing else that could be meant for one of them."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

__all__ = ["Flag"]


def _read(value: object) -> bool:
    flag = {"true": True, "false": False}.get(str(value).lower())
    if flag is None:
        raise PydanticCustomError("flag", "It is neither true nor false.", {"expected": "true or false"})
    return flag


Flag: TypeAlias = Annotated[bool, BeforeValidator(_read)]
