"""A template: how an endpoint is asked for a row, and where its answer holds the price."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tasador.audit.measures import METRICS
from tasador.audit.rows import Roles

__all__ = ["PLACEHOLDER", "AnswerTable", "ClaimEntry", "ClaimsModel", "InputTable", "RowsTable", "TemplateModel"]

#: Stands for an input's value.
PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_]\w*)\}")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _pointer(text: str) -> str:
    if text and not text.startswith("/"):
        raise ValueError("Input should be a JSON pointer, such as /price or /prediction/0")
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"Input should be a regular expression: {error}") from error
    return text


def _metric(name: str) -> str:
    if name not in METRICS:
        raise ValueError(f"Input should be one of {', '.join(METRICS)}")
    return name


_Pointer = Annotated[str, AfterValidator(_pointer)]
_Metric = Annotated[str, AfterValidator(_metric)]


class InputTable(_Table):
    """`[inputs.NAME]`: where an input's values come from.

    Attributes:
        column: The column of the rows; the input's name where nothing is said.
        separator: What stands between the items of a text that is a list.
        first: Whether the first item of a list is taken instead of the list.
        values: The values that it may take; those of the column where nothing is said.
    """

    column: str | None = None
    separator: str | None = Field(default=None, min_length=1)
    first: bool = False
    values: list[Any] = []


class AnswerTable(_Table):
    """`[answer]`: where an answer holds what is looked for.

    Attributes:
        price: JSON pointer of the predicted price; `*` stands for any part of a key.
        number: Regular expression whose first group is the number, where it stands in a text.
        claims: JSON pointers of figures of error, by metric.
    """

    price: _Pointer
    number: Annotated[str, AfterValidator(_pattern)] | None = None
    claims: dict[_Metric, _Pointer] = {}


class RowsTable(Roles):
    """`[rows]`: the columns of the rows that mean something, where they have other names than the usual ones.

    Attributes:
        ignore: Columns that are no inputs of the model.
    """

    ignore: list[str] = Field(default=[])


class TemplateModel(_Table):
    """The whole template."""

    method: Literal["GET", "POST"] = "GET"
    path: str = ""
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    body: Any = None
    inputs: dict[str, InputTable] = {}
    answer: AnswerTable
    rows: RowsTable = RowsTable()

    def asked_by(self) -> list[str]:
        """Name the inputs that the request holds, in the order in which they come."""
        return list(dict.fromkeys(_names([self.path, self.query, self.body])))


class ClaimEntry(_Table):
    """`[[claims]]`: one figure that somebody states; see `Claim`."""

    metric: _Metric
    value: float = Field(allow_inf_nan=False)
    on: Literal["test", "train", "all"] = "test"
    kind: str | None = None
    max_price: float | None = Field(default=None, gt=0)
    n: int | None = Field(default=None, gt=0)


class ClaimsModel(_Table):
    """The whole file of claims.

    Attributes:
        claims: The figures.
        grouped_by: The columns by which the split is said to be made: no value of theirs on both sides.
        trained_until: The newest release that the model was trained on; parts rows that do not tell their side.
    """

    claims: list[ClaimEntry] = []
    grouped_by: list[str] = []
    trained_until: Annotated[date, Field(strict=False)] | None = None


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from PLACEHOLDER.findall(value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _names(item)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)
