"""What a model is asked by: its inputs, the values each may take, and the rows as it is asked for them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["Input", "Questions", "values_of"]

#: Values of an input that are drawn from; more are not needed to see whether it has an effect.
_VALUES: Final = 50


@dataclass(frozen=True, slots=True)
class Input:
    """One input.

    Attributes:
        name: What it is called.
        values: Values that it may take; the checks vary it over these.
    """

    name: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Questions:
    """The rows as the model is asked for them.

    Attributes:
        inputs: What it is asked by.
        rows: The values of all inputs, a row each.
        order: Numbers of the rows in the order in which to ask for them, drawn at random.
    """

    inputs: tuple[Input, ...]
    rows: tuple[Mapping[str, Any], ...]
    order: tuple[int, ...]

    @classmethod
    def of(cls, inputs: Sequence[Input], rows: Sequence[Mapping[str, Any]], *, seed: int = 0) -> Questions:
        """Put rows in a random order.

        Args:
            inputs: What the model is asked by.
            rows: The values of all inputs, a row each; without any, rows are drawn from the inputs' values.
            seed: The same one gives the same order.
        """
        generator = random.Random(seed)  # noqa: S311  (no secret)
        if not rows:
            rows = [{one.name: generator.choice(one.values) for one in inputs} for _ in range(_VALUES)]
        return cls(tuple(inputs), tuple(rows), tuple(generator.sample(range(len(rows)), len(rows))))

    def column(self, name: str) -> list[str]:
        """Give an input's value in each row, as text."""
        return [str(row[name]) for row in self.rows]

    def base(self, n: int) -> list[Mapping[str, Any]]:
        """Give the first rows to ask for, no two alike."""
        chosen: dict[str, Mapping[str, Any]] = {}
        for number in self.order:
            if len(chosen) == n:
                break
            chosen.setdefault(repr(sorted(self.rows[number].items(), key=str)), self.rows[number])
        return list(chosen.values())


def values_of(column: Sequence[Any], *, seed: int = 0) -> tuple[Any, ...]:
    """List the distinct values of a column; some of them, where there are many."""
    distinct = list({repr(value): value for value in column if value is not None}.values())
    if len(distinct) <= _VALUES:
        return tuple(distinct)
    return tuple(random.Random(seed).sample(distinct, _VALUES))  # noqa: S311  (no secret)
