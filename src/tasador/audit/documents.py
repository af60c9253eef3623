"""Templates and claims as text, TOML or JSON, and the errors that say where in it."""

from __future__ import annotations

import json
import tomllib
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tasador.audit.evidence import Claim
from tasador.audit.template import ClaimsModel, TemplateModel
from tasador.errors import SourceError
from tasador.ingest.mapping.toml_lines import line_of
from tasador.ingest.mapping.validation import nearest

__all__ = ["Stated", "read_claims", "read_template"]

Model = TypeVar("Model", bound=BaseModel)


def read_template(text: str, where: str) -> TemplateModel:
    """Read a template.

    Args:
        text: TOML, or JSON where it begins with a brace.
        where: What to call it in errors.

    Raises:
        SourceError: It is neither, or says something that a template cannot say.
    """
    template = _read(TemplateModel, text, where)
    asked = template.asked_by()
    unknown = [name for name in template.inputs if name not in asked]
    if unknown or not asked:
        raise SourceError(
            "the request does not hold the input" if unknown else "the request holds no input",
            where=_place(text, where, ["inputs", unknown[0]] if unknown else ["path"]),
            got=unknown[0] if unknown else None,
            expected=f"a placeholder such as {{{unknown[0] if unknown else 'genre'}}} in path, query or body",
            do=(unknown and nearest(unknown[0], asked)) or "Write it where the value belongs.",
        )
    return template


@dataclass(frozen=True, slots=True)
class Stated:
    """What is claimed of a model.

    Attributes:
        claims: Figures of error.
        grouped_by: The columns by which the split is said to be made.
        trained_until: The newest release that it was trained on; None where nobody says.
    """

    claims: tuple[Claim, ...] = ()
    grouped_by: tuple[str, ...] = ()
    trained_until: date | None = None


def read_claims(text: str, where: str) -> Stated:
    """Read claims.

    Raises:
        SourceError: The text is neither TOML nor JSON, or says something that claims cannot say.
    """
    model = _read(ClaimsModel, text, where)
    claims = tuple(
        Claim(**one.model_dump(), source=_place(text, where, ["claims", number]))
        for number, one in enumerate(model.claims)
    )
    return Stated(claims, tuple(model.grouped_by), model.trained_until)


def _read(model: type[Model], text: str, where: str) -> Model:
    document = _parse(text, where)
    try:
        return model.model_validate(document)
    except ValidationError as error:
        first = min(error.errors(include_url=False), key=lambda one: _line(text, one["loc"]))
        raise _told(model, text, where, first["type"], first["loc"], first["msg"], first["input"]) from error


def _parse(text: str, where: str) -> Any:
    try:
        return json.loads(text) if _is_json(text) else tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(
            f"this is no {'JSON' if _is_json(text) else 'TOML'}",
            where=where,
            got=str(error),
            expected='lines such as name = "value" under headings such as [answer]',
            do="Mend the line; texts stand in quotes.",
        ) from error


def _told(
    model: type[BaseModel], text: str, where: str, kind: str, path: Sequence[str | int], message: str, value: Any
) -> SourceError:
    place, key = _place(text, where, path), ".".join(map(str, path))
    if kind == "extra_forbidden":
        known = list(_model_at(model, path[:-1]).model_fields)
        return SourceError(
            f"there is no key {str(path[-1])!r}",
            where=place,
            got=f"{key} = {value!r}",
            expected=f"one of {', '.join(known)}",
            do=nearest(str(path[-1]), known),
        )
    if kind == "missing":
        return SourceError("a key is missing", where=place, expected=key, do=f"Add {key} = …")
    expected = message.removeprefix("Value error, ").removeprefix("Input should be ")
    return SourceError(f"{key} has a wrong value", where=place, got=repr(value), expected=expected)


def _model_at(model: type[BaseModel], path: Sequence[str | int]) -> type[BaseModel]:
    """Find the table at a path."""
    for step in path:
        field = model.model_fields.get(str(step))
        if field is not None:
            inner = [field.annotation, *typing.get_args(field.annotation)]
            model = next((one for one in inner if isinstance(one, type) and issubclass(one, BaseModel)), model)
    return model


def _place(text: str, where: str, path: Sequence[str | int]) -> str:
    if _is_json(text):
        return f"{where}, {''.join(f'/{step}' for step in path) or 'the whole'}"
    return f"{where}, line {line_of(text, path)}"


def _line(text: str, path: Sequence[str | int]) -> int:
    return 0 if _is_json(text) else line_of(text, path)


def _is_json(text: str) -> bool:
    return text.lstrip().startswith("{")
