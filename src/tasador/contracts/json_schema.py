"""The contracts as JSON Schema, draft 2020-12: what a row looks like when it is written as JSON."""

from __future__ import annotations

import warnings
from typing import Any, Final

import dataframely as dy
from pydantic.json_schema import GenerateJsonSchema

from tasador.contracts.games import RULES

__all__ = ["table_schema"]

#: The units that the names of columns end with.
_UNITS: Final = {"_usd": "USD"}


def table_schema(schema: type[dy.Schema]) -> dict[str, Any]:
    """Describe one row of a table.

    Every column is a member, null where there is no value; dates are ISO 8601 texts, bytes are texts in base64. What
    JSON Schema has no word for is an annotation: `x-primary-key`, the columns whose values together name a row;
    `x-unit` of a column; `x-rules`, the names of the rules that a column's constraints stand for, and of them all what
    they say. A rule that looks at several columns is told there, and not checked. A length counts characters here, and
    bytes in the contract.

    Args:
        schema: The contract of the table.
    """
    with warnings.catch_warnings():
        # NOTE: Dataframely warns that rules over several columns do not become Pydantic's; `x-rules` tells them.
        warnings.filterwarnings("ignore", message="Schema-level rules", category=UserWarning)
        model = schema.to_pydantic_model(schema.__name__)
    row = model.model_json_schema(schema_generator=_RowSchema)
    rules = _rules(schema)
    return {
        "$schema": _RowSchema.schema_dialect,
        "title": row["title"],
        "description": " ".join(str(schema.__doc__).split()),
        "type": row["type"],
        **row,
        "properties": {name: {**column, **_annotations(name, rules)} for name, column in row["properties"].items()},
        "additionalProperties": False,
        "x-primary-key": schema.primary_key(),
        "x-rules": dict(rules.values()),
    }


class _RowSchema(GenerateJsonSchema):
    """Pydantic's schema, without titles that repeat the names, and bytes as base64."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002
        return False

    def bytes_schema(self, schema: object) -> dict[str, Any]:  # noqa: ARG002
        return {"type": "string", "contentEncoding": "base64"}


def _rules(schema: type[dy.Schema]) -> dict[str, tuple[str, str]]:
    """Take the named rules that are this contract's: of its columns, or rules of its own over several."""
    columns = schema.columns()
    return {key: rule for key, rule in RULES.items() if key.partition("|")[0] in columns or hasattr(schema, key)}


def _annotations(name: str, rules: dict[str, tuple[str, str]]) -> dict[str, Any]:
    units = [unit for suffix, unit in _UNITS.items() if name.endswith(suffix)]
    broken = dict.fromkeys(rule for key, (rule, _) in rules.items() if key.startswith(f"{name}|"))
    return {**({"x-unit": units[0]} if units else {}), **({"x-rules": list(broken)} if broken else {})}
