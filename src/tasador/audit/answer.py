"""What a model answers to one row, and how it is asked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from tasador.errors import TasadorError

__all__ = ["Answer", "Ask", "Predict", "Problem", "of_predict"]

#: Why there is no price: the row was refused with a word (good manners), the model failed on it, it answered as if all
#: were well but with null, or with something that is no number, or with nothing in the place where a price should be.
Problem: TypeAlias = Literal["refused", "failed", "null", "not_a_number", "absent"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came for one row.

    Attributes:
        price: The predicted price; None where there is a problem.
        problem: Why there is none.
        says: What came instead, in a few words.
        claims: Figures of error that came along, by metric.
    """

    price: float | None
    problem: Problem | None = None
    says: str = ""
    claims: Mapping[str, float] = field(default_factory=dict)


#: Asks for one row, given by the model's inputs.
Ask: TypeAlias = Callable[[Mapping[str, Any]], Answer]

#: A model within reach: rows in, prices out; None where it abstains.
Predict: TypeAlias = Callable[[Sequence[Mapping[str, Any]]], "Sequence[float | None]"]


def of_predict(predict: Predict) -> Ask:
    """Ask a model within reach row by row."""

    def ask(inputs: Mapping[str, Any]) -> Answer:
        try:
            (price,) = predict([inputs])
        except TasadorError as error:
            return Answer(None, "refused", str(error))
        except Exception as error:  # noqa: BLE001  (whatever the model fails with is what the audit reports)
            return Answer(None, "failed", f"{type(error).__name__}: {error}")
        if price is None:
            return Answer(None, "refused", "it abstains")
        if not math.isfinite(price):
            return Answer(None, "not_a_number", str(price))
        return Answer(float(price))

    return ask
