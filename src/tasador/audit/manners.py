"""How answers hold at the edges: impossible inputs, nothing under a success status, prices that cannot be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tasador.audit.answer import Answer, Problem
from tasador.audit.asking import Asking
from tasador.audit.finding import Finding, Severity, could_not_check, found, not_found
from tasador.audit.inputs import Questions

__all__ = ["Asked", "ask_impossible", "bad_answers"]

#: What no input should hold. The bracket is for inputs that are used as regular expressions.
_IMPOSSIBLE: Final = ("no such value", "", "(", -1, 10**12)

#: How many times the dearest known price a price may be.
_BOUND: Final = 10
_EXAMPLES: Final = 3

#: Nothing, told as null or by leaving the price out.
_NOTHING: Final[frozenset[Problem]] = frozenset({"null", "absent"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its answer.

    Attributes:
        inputs: The question.
        answer: The answer.
        impossible: The input that had a value which it cannot have; None in an ordinary question.
    """

    inputs: Mapping[str, Any]
    answer: Answer
    impossible: str | None = None


def ask_impossible(asking: Asking, questions: Questions, *, most_requests: int) -> list[Asked]:
    """Give each input values that it cannot have, one at a time."""
    rows = questions.base(1)
    asked: list[Asked] = []
    last = asking.n_asked + most_requests
    for value in _IMPOSSIBLE:
        for one in questions.inputs:
            if not rows or asking.n_asked >= last:
                return asked
            listed = any(isinstance(known, (list, tuple)) for known in one.values)
            inputs = {**rows[0], one.name: [value] if listed else value}
            answer = asking.anew(inputs)
            if answer is not None:
                asked.append(Asked(inputs, answer, one.name))
    return asked


def bad_answers(asked: Sequence[Asked], dearest: float | None) -> list[Finding]:
    """Look through all answers for ones that cannot be right.

    Args:
        asked: Ordinary questions and impossible ones.
        dearest: The highest price that is known; None where none is.
    """
    if not asked:
        why = "no request was left"
        return [could_not_check("bad_answers", why=why, do="Allow more requests.")]
    return [
        _problem(
            asked, "null_answer", _NOTHING, "medium", "Answer 404 or 422 with what was wrong and what may be asked."
        ),
        _problem(
            asked, "failed_answer", {"failed"}, "medium", "Check inputs before use, and answer 422 to wrong ones."
        ),
        _problem(
            asked,
            "not_a_number",
            {"not_a_number"},
            "medium",
            "Answer with a finite number, or with an error; if the number stands elsewhere, mend the template.",
        ),
        _beyond(
            asked, "negative_price", -float("inf"), -1e-9, "Learn the logarithm of the price, or bound the answer at 0."
        ),
        _beyond(
            asked,
            "unbounded_price",
            _BOUND * (100.0 if dearest is None else dearest),
            float("inf"),
            "Refuse inputs out of the training rows' range, or warn that the answer is.",
        ),
    ]


def _problem(asked: Sequence[Asked], check: str, problems: Collection[Problem], severity: Severity, do: str) -> Finding:
    bad = [one for one in asked if one.answer.problem in problems]
    ordinary = sum(one.impossible is None for one in bad)
    tried = _tried(asked)
    if not bad:
        return not_found(check, tried=tried, seen="none of that kind")
    return found(
        check,
        "high" if ordinary else severity,
        tried=tried,
        seen=f"{ordinary} ordinary and {len(bad) - ordinary} impossible questions ended so: {bad[0].answer.says}",
        do=do,
        figures={"ordinary": ordinary, "impossible": len(bad) - ordinary},
        examples=[{"inputs": dict(one.inputs), "answer": one.answer.says} for one in bad[:_EXAMPLES]],
    )


def _beyond(asked: Sequence[Asked], check: str, low: float, high: float, do: str) -> Finding:
    """Look for prices within bounds in which none should be."""
    bad = [one for one in asked if one.answer.price is not None and low <= one.answer.price <= high]
    tried = _tried(asked)
    if not bad:
        return not_found(check, tried=tried, seen="none of that kind")
    worst = max(bad, key=lambda one: abs(one.answer.price or 0.0))
    return found(
        check,
        "medium",
        tried=tried,
        seen=f"{len(bad)} such prices, such as {worst.answer.price:g}",
        do=do,
        figures={"n": len(bad), "worst": worst.answer.price},
        examples=[{"inputs": dict(one.inputs), "price": one.answer.price} for one in [worst]],
    )


def _tried(asked: Sequence[Asked]) -> str:
    impossible = sum(one.impossible is not None for one in asked)
    return f"{len(asked) - impossible} ordinary questions and {impossible} with an impossible value"
