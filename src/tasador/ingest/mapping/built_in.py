"""Mappings of tables that are well known."""

from __future__ import annotations

import dataclasses
from functools import cache
from importlib import resources
from typing import Final

from tasador.ingest.formats.definition import Format
from tasador.ingest.mapping.mapping import Mapping

__all__ = ["NAMES", "built_in", "built_in_format"]

#: Their names, which are those of the formats that they describe.
NAMES: Final = ("store-csv",)


@cache
def built_in(name: str) -> Mapping:
    """Read a mapping that comes with Tasador."""
    file = resources.files("tasador.ingest.mapping") / "builtin" / f"{name}.toml"
    return Mapping.read(file.read_text(encoding="utf-8"), where=f"{name}.toml")


@cache
def built_in_format(name: str) -> Format:
    """Make the format of the tables that such a mapping describes, by the mapping's name."""
    return dataclasses.replace(built_in(name).format(), name=name)
