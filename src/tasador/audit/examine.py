"""All checks, in the order that spends requests best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Final

import numpy as np
import polars as pl

from tasador.audit.answer import Answer, Problem
from tasador.audit.asking import Asking
from tasador.audit.behaviour import N_BASE, constant_output, inputs_without_effect, unstable_answer
from tasador.audit.claims import check_claim, check_training_error
from tasador.audit.columns import check_columns
from tasador.audit.evidence import Claim, Evidence
from tasador.audit.finding import Finding, could_not_check
from tasador.audit.inputs import Questions
from tasador.audit.kinds import check_kinds
from tasador.audit.manners import Asked, ask_impossible, bad_answers
from tasador.audit.measures import MIN_ROWS, Array
from tasador.audit.rows import Rows
from tasador.audit.sides import check_groups, check_same_games, check_twins
from tasador.errors import TasadorError

__all__ = ["examine_answers", "examine_claims", "examine_rows", "predictions", "stated"]

#: The shares of the requests that go to changing inputs and to impossible values; the rest asks for prices of rows.
_TO_EFFECTS: Final = 0.4
_TO_IMPOSSIBLE: Final = 0.15

#: How answers end of which none has anything where the template points.
_NO_PLACE: Final[frozenset[Problem]] = frozenset({"absent", "refused"})

#: Claims that differ from answer to answer are held against their rows for the largest groups of rows.
_MOST_GROUPS: Final = 10


def examine_answers(asking: Asking, questions: Questions, *, dearest: float | None, seed: int = 0) -> list[Finding]:
    """Ask, and look at the answers by themselves.

    Args:
        asking: Whom to ask.
        questions: What by.
        dearest: The highest price that is known; None where none is.
        seed: Draws what is changed.

    Raises:
        TasadorError: Every question was refused, or no answer has anything where the template says that the price is,
            so that nothing can be said.
    """
    limit = asking.left
    constant = constant_output(asking, questions)
    _check_answered(asking)
    unstable = unstable_answer(asking, questions)
    findings = [constant, unstable]
    because = next((one for one in findings if one.verdict == "found"), None)
    if because is None:
        most = int(limit * _TO_EFFECTS)
        findings += inputs_without_effect(asking, questions, most_requests=most, seed=seed)
    else:
        why = f"{because.check} was found, which hides it"
        findings.append(could_not_check("input_without_effect", why=why, do="Mend that first."))
    asked = ask_impossible(asking, questions, most_requests=int(limit * _TO_IMPOSSIBLE))
    ordinary = [Asked(inputs, answer) for inputs, answer in asking.known()]
    return findings + bad_answers([*ordinary, *asked], dearest)


def predictions(asking: Asking, questions: Questions, rows: Rows) -> tuple[Array, dict[int, Answer]]:
    """Ask for as many rows as there are requests left, training and test rows in turn.

    Returns:
        The predicted prices, NaN where none came, and the answers by the number of their row.
    """
    predicted = np.full(rows.frame.height, np.nan)
    answers: dict[int, Answer] = {}
    for number in _in_turn(questions.order, rows):
        answer = asking.answer(questions.rows[number])
        if answer is not None:
            answers[number] = answer
            predicted[number] = np.nan if answer.price is None else answer.price
    return predicted, answers


def stated(answers: dict[int, Answer], kinds: Sequence[str] | None = None) -> list[Claim]:
    """Gather the claims that came with answers; ones that differ are claims about the rows that share them.

    Args:
        answers: By the number of their row.
        kinds: The kind of each row, where the model is asked by it: a claim about rows of one kind names it.
    """
    groups: dict[str, dict[float, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, answer in answers.items():
        for metric, value in answer.claims.items():
            groups[metric][value].append(number)
    claims = []
    for metric, by_value in groups.items():
        largest = sorted(by_value.items(), key=lambda one: -len(one[1]))[:_MOST_GROUPS]
        for value, numbers in largest:
            of = {kinds[number] for number in numbers} if kinds is not None else set()
            claims.append(
                Claim(
                    metric,
                    value,
                    kind=next(iter(of)) if len(of) == 1 else None,
                    rows=None if len(by_value) == 1 else tuple(numbers),
                    source="stated in the answers"
                    + ("" if len(by_value) == 1 else f" to {len(numbers):,} of the rows that were asked for"),
                )
            )
    return claims


def examine_rows(rows: Rows, *, grouped_by: Sequence[str] = (), ignore: Collection[str] = ()) -> list[Finding]:
    """Look at the rows that a model was trained and tested on.

    Args:
        rows: The rows.
        grouped_by: The columns by which the split is said to be made.
        ignore: Columns that are no inputs of the model.

    Raises:
        UnknownValueError: The rows have no column of that name.
    """
    return [
        check_same_games(rows),
        check_twins(rows),
        *check_groups(rows, grouped_by),
        *check_columns(rows, ignore=ignore),
    ]


def examine_claims(rows: Rows, predicted: Array, claims: Sequence[Claim], *, asks_kind: bool) -> list[Finding]:
    """Hold claims against true prices and predictions.

    Args:
        rows: The rows.
        predicted: Shape (n,): what the model says of each; NaN where nothing.
        claims: What is claimed.
        asks_kind: Whether the kind of an entry is an input.
    """
    kinds = None if rows.roles.kind is None else rows.frame[rows.roles.kind].cast(pl.String).fill_null("").to_numpy()
    evidence = Evidence(rows.prices, predicted, rows.train, rows.test, kinds)
    large = [claim for claim in claims if claim.rows is None or len(claim.rows) >= MIN_ROWS]
    findings = [check_claim(claim, evidence) for claim in large]
    findings += [check_training_error(claim, evidence) for claim in large]
    if not large:
        why = f"{len(claims)} claims are about fewer than {MIN_ROWS} rows each" if claims else "nothing is claimed"
        do = "State the claimed figures in a file, or where the answers state them in the template."
        findings += [
            could_not_check(check, why=why, do=do) for check in ("claim_disagrees", "training_error_as_test_error")
        ]
    return [*findings, check_kinds(large, evidence, asks_kind=asks_kind)]


def _check_answered(asking: Asking) -> None:
    answers = [answer for _, answer in asking.known()]
    if answers and all(answer.problem == "refused" for answer in answers):
        raise TasadorError(
            f"all of {len(answers)} ordinary questions were refused",
            where="the endpoint",
            got=answers[0].says,
            expected="prices",
            do="Check the template: the path, the names of the inputs, and the values that they take.",
        )
    absent = [answer for answer in answers if answer.problem == "absent"]
    if absent and all(answer.problem in _NO_PLACE for answer in answers):
        raise TasadorError(
            "no answer has a price where the template says that it is",
            where="[answer] price",
            got=absent[0].says,
            expected="a JSON pointer to the price, such as /price or /items/0/price",
            do="Mend the template: an answer that came is shown above. If a price should stand there, mend the server.",
        )


def _in_turn(order: Sequence[int], rows: Rows) -> Iterator[int]:
    """Give row numbers, of the base rows first, then of test and training rows in turn."""
    train = rows.train
    sides: tuple[list[int], list[int]] = ([], [])
    for number in order[N_BASE:]:
        sides[int(train[number])].append(number)
    yield from order[:N_BASE]
    shorter = min(map(len, sides))
    for pair in zip(*sides, strict=False):
        yield from pair
    yield from sides[0][shorter:]
    yield from sides[1][shorter:]
