"""The inputs of a template filled from rows."""

from __future__ import annotations

from typing import Any

import polars as pl

from tasador.audit.inputs import Input, Questions, values_of
from tasador.audit.template import InputTable, TemplateModel
from tasador.errors import UnknownValueError

__all__ = ["questions_of"]


def questions_of(template: TemplateModel, frame: pl.DataFrame | None, *, seed: int = 0) -> Questions:
    """Make the questions: for each row the value of each input.

    An input that the rows do not have takes the first of its values for every row, and is varied over the others.

    Args:
        template: Says where each input's values come from.
        frame: The rows; None where there are none.
        seed: Draws the order, and the values that are varied over.

    Raises:
        UnknownValueError: An input is neither a column of the rows nor has values of its own.
    """
    columns: dict[str, list[Any]] = {}
    inputs = []
    for name in template.asked_by():
        table = template.inputs.get(name, InputTable())
        column = table.column or name
        if frame is not None and column in frame.columns:
            columns[name] = [_taken(value, table) for value in frame[column].to_list()]
        elif not table.values or (table.column is not None and frame is not None):
            raise UnknownValueError(
                f"the column of the input {name}",
                column,
                [] if frame is None else frame.columns,
                do=f"Give rows with that column, or the values that it may take: [inputs.{name}] values = […].",
            )
        elif frame is not None:
            columns[name] = [table.values[0]] * frame.height
        inputs.append(Input(name, tuple(table.values) or values_of(columns[name], seed=seed)))
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return Questions.of(inputs, rows, seed=seed)


def _taken(value: Any, table: InputTable) -> Any:
    if table.separator is not None and isinstance(value, str):
        value = [item.strip() for item in value.split(table.separator)]
    if table.first and isinstance(value, list):
        return value[0] if value else None
    return value
