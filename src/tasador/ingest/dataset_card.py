"""The dataset card of a snapshot: what it holds, where it comes from and what it cannot tell. No figure is typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import dataframely as dy
import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from tasador.contracts.games import Games
from tasador.contracts.json_schema import table_schema
from tasador.contracts.set_aside import SetAside
from tasador.ingest.attribution import UNKNOWN, citation, licences, published
from tasador.ingest.croissant import GAMES_FILES, SET_ASIDE_FILE

__all__ = ["render"]

#: How Hugging Face calls the types of columns that it does not call as Polars does, in lower case.
_HUB_TYPES: Final = {pl.Boolean: "bool", pl.Date: "date32", pl.Enum: "string"}

#: An identifier of a licence, such as CC-BY-4.0, as against a sentence about one.
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9.+-]+")

#: What Markdown, or the HTML in it, gives a meaning.
_MARKS: Final = re.compile(r"[\\`*_\[\]<>&|~$#]")


def render(
    snapshot: str,
    *,
    quality: Mapping[str, Any],
    sources: Sequence[Mapping[str, Any]],
    made_by: Mapping[str, str],
) -> str:
    """Write the card in Markdown, with the front matter that Hugging Face reads.

    Args:
        snapshot: The snapshot's id.
        quality: The quality report, as JSON can hold it.
        sources: What identifies each source, with `accounting`, and `licence` and `cite` where they are known.
        made_by: `version` and `fingerprint` of the code that made it.

    Returns:
        The same text for the same arguments.
    """
    environment = Environment(
        loader=PackageLoader("tasador.ingest"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"counts": _counts, "number": "{:,}".format, "percent": "{:.1%}".format, "text": _text}
    games, records = quality["accounting"]["games"], quality["accounting"]["raw"]
    return environment.get_template("dataset_card.md.j2").render(
        snapshot=snapshot,
        quality=quality,
        sources=list(sources),
        earlier=[source for source in published(sources) if source not in sources],
        made_by=made_by,
        unknown=UNKNOWN,
        hub_licences=_hub_licences(licences(sources)),
        cite=list(dict.fromkeys(source["cite"] for source in published(sources) if source.get("cite"))),
        citation=citation(snapshot, sources=sources, made_by=made_by),
        size_category=_size_category(games),
        tables=[
            _table("games", Games, rows=games, files=GAMES_FILES),
            _table("set_aside", SetAside, rows=records - games, files=SET_ASIDE_FILE),
        ],
    )


def _table(name: str, schema: type[dy.Schema], *, rows: int, files: str) -> dict[str, Any]:
    units = {name: row.get("x-unit") for name, row in table_schema(schema)["properties"].items()}
    return {
        "name": name,
        "says": " ".join(str(schema.__doc__).split()),
        "rows": rows,
        "files": files,
        "columns": [
            {
                "name": column.name,
                "type": _type(column),
                "hub_type": _hub_type(column),
                "is_list": isinstance(column, dy.List),
                "unit": units[column.name],
                "key": column.primary_key,
                "nullable": column.nullable,
                "description": column.description,
                "closed_set": [f"`{value}`" for value in column.categories] if isinstance(column, dy.Enum) else [],
            }
            for column in schema.columns().values()
        ],
    }


def _type(column: dy.Column) -> str:
    return f"List of {_type(column.inner)}" if isinstance(column, dy.List) else str(column.dtype.base_type())


def _hub_type(column: dy.Column) -> str:
    if isinstance(column, dy.List):
        return _hub_type(column.inner)
    return _HUB_TYPES.get(column.dtype.base_type(), str(column.dtype).lower())


def _hub_licences(names: Sequence[str]) -> list[str]:
    """Name the licences as Hugging Face does: by identifier, in lower case, or `other` where one has none."""
    return list(dict.fromkeys(name.lower() if _IDENTIFIER.fullmatch(name) else "other" for name in names))


def _size_category(rows: int) -> str:
    """Name the size of a table as Hugging Face does."""
    names = ("1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T")
    for place, name in enumerate(names):
        if rows < 10 ** (place + 3):
            return f"{names[place - 1]}<n<{name}" if place else f"n<{name}"
    return f"n>{names[-1]}"


def _text(value: object) -> str:
    """Write what a source says so that it stays text, on one line."""
    return _MARKS.sub(r"\\\g<0>", " ".join(str(value).split()))


def _counts(values: Mapping[str, int]) -> str:
    return ", ".join(f"`{value}` {rows:,}" for value, rows in values.items()) or "none"
