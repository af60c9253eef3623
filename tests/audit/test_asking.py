"""Asking within a limit, and the measures by which answers are judged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.audit.answer import Answer, of_predict
from tasador.audit.asking import Asking
from tasador.audit.measures import interval, measure
from tasador.errors import TasadorError
from tasador.models import metrics

PRICES = st.lists(st.tuples(st.floats(0.5, 100), st.floats(0.5, 100)), min_size=2, max_size=50)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=60), st.integers(0, 20))
def test_no_more_is_asked_than_the_limit_and_nothing_twice_without_need(
    calls: list[tuple[int, bool]], limit: int
) -> None:
    came: list[int] = []

    def ask(inputs: object) -> Answer:
        assert isinstance(inputs, dict)
        came.append(inputs["x"])
        return Answer(float(inputs["x"]))

    asking = Asking(ask, limit=limit)
    for value, again in calls:
        answer = asking.anew({"x": value}) if again else asking.answer({"x": value})
        assert answer is None or answer.price == value
        assert answer is not None or asking.left == 0
    assert len(came) == asking.n_asked <= limit
    if not any(again for _, again in calls):
        assert len(came) == len(set(came))


def test_a_model_within_reach_refuses_abstains_or_fails() -> None:
    def predict(rows: object) -> list[float | None]:
        assert isinstance(rows, list)
        value = rows[0]["x"]
        if value == "wrong":
            raise TasadorError("no such value")
        if value == "crash":
            raise KeyError(value)
        known: float | None = {"nan": float("nan"), "none": None}.get(value, 1.5)
        return [known]

    ask = of_predict(predict)
    problems = {value: ask({"x": value}).problem for value in ("wrong", "crash", "nan", "none", "fine")}
    assert problems == {
        "wrong": "refused",
        "crash": "failed",
        "nan": "not_a_number",
        "none": "refused",
        "fine": None,
    }


@given(PRICES)
def test_measures_are_those_of_the_models(pairs: list[tuple[float, float]]) -> None:
    prices, predicted = (np.array(side) for side in zip(*pairs, strict=True))
    ours = metrics.measure(prices, predicted)
    names = {"rmse": "rmse_usd", "mae": "mae_usd", "median_ae": "median_ae_usd", "rmsle": "rmsle", "mdape": "mdape"}
    for name, theirs in {**names, "within_20_percent": "within_20_percent"}.items():
        assert measure(name, prices, predicted) == pytest.approx(getattr(ours, theirs)), name
    assert measure("mse", prices, predicted) == pytest.approx(ours.rmse_usd**2)


def test_the_interval_holds_the_figure_of_other_rows_as_often_as_it_says() -> None:
    generator = np.random.default_rng(0)
    held = 0
    for _ in range(25):
        prices = generator.lognormal(2, 0.5, 60)
        predicted = prices * generator.lognormal(0, 0.4, 60)
        low, high = interval("mdape", prices, predicted)
        truth = 0.2638
        held += low <= truth <= high
    assert held >= 22
