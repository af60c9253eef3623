"""The types of what a mapping file says, and unknown or missing keys."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Sequence
from typing import Any, Final

from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic.fields import FieldInfo

from tasador.errors import SourceError
from tasador.ingest.mapping.mapping_file import MappingFile
from tasador.ingest.mapping.model import MappingModel
from tasador.ingest.mapping.toml_lines import line_of

__all__ = ["aliases", "names_of", "nearest", "validate"]

#: What has a table of its own, and where it is looked for.
_ELSEWHERE: Final = {
    "price": "Prices have a table of their own: [price].",
    "currency": "It is told in [price].",
    "current_price": 'It is told in [price]: current = "…".',
    "discount_price": 'It is told in [price]: current = "…".',
    "kind": "Kinds have a table of their own: [kind].",
    "type": "Kinds have a table of their own: [kind].",
}


def validate(file: MappingFile) -> MappingModel:
    """Check keys and types.

    Raises:
        SourceError: Some are wrong; told of the one that comes first.
    """
    try:
        return MappingModel.model_validate(file.document)
    except ValidationError as error:
        found = error.errors(include_url=False)
        first = min(found, key=lambda one: (line_of(file.text, one["loc"]), one["type"] == "missing"))
        raise _told(file, first["type"], first["loc"], first["msg"], first["input"]) from error


def names_of(model: type[BaseModel]) -> list[str]:
    """Name the keys that a table may have."""
    return [one for name, field in model.model_fields.items() for one in aliases(name, field)]


def aliases(name: str, field: FieldInfo) -> list[str]:
    """Name the keys by which a field may be told."""
    alias = field.validation_alias
    return list(map(str, alias.choices)) if isinstance(alias, AliasChoices) else [name]


def nearest(name: str, known: Sequence[str]) -> str | None:
    """Say which of the known names was meant, if one is near."""
    close = difflib.get_close_matches(name.lower(), [one.lower() for one in known], 1)
    return next((f"Did you mean {one!r}?" for one in known if close and one.lower() == close[0]), None)


def _told(file: MappingFile, kind: str, path: tuple[str | int, ...], message: str, value: Any) -> SourceError:
    *around, key = path
    table = f"[{'.'.join(map(str, around))}]" if around else "the mapping"
    known = names_of(_model_at(around))
    if kind == "extra_forbidden" and key in known:
        got = f"{key} = {value!r}"
        return file.error(
            path, f"{table} tells a field twice", got=got, expected="one of its names", do="Leave one out."
        )
    if kind == "extra_forbidden":
        return file.error(
            path,
            f"{table} has no key {key!r}",
            got=f"{key} = {value!r}",
            expected=f"one of {', '.join(known)}",
            do=(around == ["columns"] and _ELSEWHERE.get(str(key))) or nearest(str(key), known),
        )
    if kind == "missing":
        return file.error(
            path, f"{table} lacks a key", got=", ".join(value) or "none", expected=f"{key} too", do=f"Add {key} = …"
        )
    expected, do = message.removeprefix("Input should be "), None
    if "dictionary" in expected:
        expected = f"a column's name, or a table with some of {', '.join(names_of(_model_at(path)))}"
        do = "What holds for every record is told under [constants]." if around == ["columns"] else None
    return file.error(path, f"{'.'.join(map(str, path))} has a wrong value", got=repr(value), expected=expected, do=do)


def _model_at(path: Sequence[str | int]) -> type[BaseModel]:
    """Find the table at a path; the last one on the way where the path leads to no table."""
    model: type[BaseModel] = MappingModel
    for step in path:
        field = next((one for name, one in model.model_fields.items() if step in aliases(name, one)), None)
        inner = [] if field is None else [field.annotation, *typing.get_args(field.annotation)]
        model = next((one for one in inner if isinstance(one, type) and issubclass(one, BaseModel)), model)
    return model
