"""Whether answers follow the question: constant answers, inputs without effect, answers that change by themselves."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tasador.audit.answer import Answer
from tasador.audit.asking import Asking
from tasador.audit.finding import Finding, could_not_check, found, not_found
from tasador.audit.inputs import Input, Questions

__all__ = ["N_BASE", "constant_output", "inputs_without_effect", "unstable_answer"]

#: Different rows that are asked for first.
N_BASE: Final = 24

#: With fewer different rows, that all answers are alike may be right.
_MIN_DIFFERENT: Final = 5

#: Changes of one input that are tried until one has an effect, and without which nothing is said against it.
_TRIES: Final = 40
_MIN_TRIES: Final = 12

#: Rows asked for twice.
_REPEATED: Final = 3
_EXAMPLES: Final = 3


def constant_output(asking: Asking, questions: Questions) -> Finding:
    """Ask for different rows: a price that never changes is no appraisal."""
    check = "constant_output"
    asked = [(row, asking.answer(row)) for row in questions.base(N_BASE)]
    answered = [(row, answer.price) for row, answer in asked if answer is not None and answer.price is not None]
    tried = f"{len(asked)} rows with different inputs"
    if len(answered) < _MIN_DIFFERENT:
        return could_not_check(
            check,
            why=f"only {len(answered)} of {len(asked)} different rows got a price",
            do=f"Give at least {_MIN_DIFFERENT} rows that differ in the inputs, and see that they are answered.",
        )
    prices = [price for _, price in answered]
    low, high = min(prices), max(prices)
    figures: dict[str, float | int | str | None] = {
        "n": len(prices), "distinct": len(set(prices)), "lowest": low, "highest": high,
    }  # fmt: skip
    if not _differ(low, high):
        return found(
            check,
            "high",
            tried=tried,
            seen=f"one answer to all {len(prices)}: {low:g}",
            do="Fit encoders and scalers in training and only apply them to a request: one that is fitted on the "
            "request's row makes all rows alike.",
            figures=figures,
            examples=[{"inputs": dict(row), "price": price} for row, price in answered[:_EXAMPLES]],
        )
    seen = f"{len(set(prices))} different answers, from {low:g} to {high:g}"
    return not_found(check, tried=tried, seen=seen, figures=figures)


def unstable_answer(asking: Asking, questions: Questions) -> Finding:
    """Ask for the same row twice."""
    check = "unstable_answer"
    differing, repeated = [], 0
    for row in questions.base(_REPEATED):
        first, again = asking.answer(row), asking.anew(row)
        if first is None or again is None or (first.price is None and again.price is None):
            continue
        repeated += 1
        if first.price is None or again.price is None or _differ(first.price, again.price):
            differing.append({"inputs": dict(row), "first": first.price, "again": again.price})
    tried = f"{repeated} rows, each asked for twice"
    if not repeated:
        return could_not_check(check, why="no row got a price", do="See that the rows are answered.")
    if differing:
        return found(
            check,
            "high",
            tried=tried,
            seen=f"{len(differing)} of them got another answer the second time",
            do="Fix the seed, and keep nothing of one request for the next.",
            figures={"repeated": repeated, "different": len(differing)},
            examples=differing,
        )
    return not_found(check, tried=tried, seen="the same answer each time", figures={"repeated": repeated})


@dataclass(slots=True)
class _Trial:
    """What was tried with one input."""

    input: Input
    seen: set[str] = field(default_factory=set)
    effect: dict[str, Any] | None = None
    last: dict[str, Any] | None = None
    out_of_requests: bool = False

    @property
    def n(self) -> int:
        return len(self.seen)


def inputs_without_effect(asking: Asking, questions: Questions, *, most_requests: int, seed: int = 0) -> list[Finding]:
    """Change one input at a time, all else the same, until an answer changes.

    Args:
        asking: Whom to ask.
        questions: What by.
        most_requests: How many requests this may take; inputs that have shown an effect take no more.
        seed: Draws the values.
    """
    generator = random.Random(seed)  # noqa: S311  (no secret)
    base = questions.base(_TRIES)
    trials = [_Trial(one) for one in questions.inputs]
    last = asking.n_asked + most_requests
    for number in range(_TRIES if base else 0):
        for trial in trials:
            if trial.effect is None and asking.n_asked < last:
                _vary(asking, trial, base[number % len(base)], generator)
    return [_told(trial) for trial in trials]


def _vary(asking: Asking, trial: _Trial, row: Mapping[str, Any], generator: random.Random) -> None:
    name = trial.input.name
    others = [value for value in trial.input.values if value != row[name]]
    if not others:
        return
    value = generator.choice(others)
    changed = {**row, name: value}
    before, after = _price(asking.answer(row)), _price(asking.answer(changed))
    if before is None or after is None:
        return
    trial.seen.add(repr((sorted(row.items(), key=str), value)))
    trial.last = {"inputs": dict(row), "price": before, name: value, "price_then": after}
    if _differ(before, after):
        trial.effect = trial.last


def _told(trial: _Trial) -> Finding:
    check, name = "input_without_effect", trial.input.name
    tried = f"{trial.n} changes of {name}, all else the same"
    if trial.effect is not None:
        effect = trial.effect
        seen = f"from {effect['inputs'][name]!r} to {effect[name]!r} the price goes from {effect['price']:g} to "
        return not_found(check, subject=name, tried=tried, seen=f"{seen}{effect['price_then']:g}")
    if trial.n < _MIN_TRIES:
        return could_not_check(
            check,
            subject=name,
            why=f"only {trial.n} changes of {name} got two prices; {_MIN_TRIES} are needed",
            do="Give it more values to take, or allow more requests.",
        )
    return found(
        check,
        "high",
        subject=name,
        tried=tried,
        seen="no answer changed",
        do=f"See that {name} reaches the model as it did in training (a text joined letter by letter matches no "
        "column), or stop asking for it.",
        figures={"changes": trial.n},
        examples=[trial.last] if trial.last else [],
    )


def _price(answer: Answer | None) -> float | None:
    return None if answer is None else answer.price


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > 1e-9 * max(1.0, abs(one), abs(other))
