from __future__ import annotations

from dataclasses import replace

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import pytest

from tasador.models.boosting import BoostingParameters, PriceBoosters, fit

PARAMETERS = BoostingParameters(num_iterations=40, num_leaves=15)

Matrix = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]


def rows(n: int = 1_500, seed: int = 0) -> tuple[Matrix, Array]:
    """Prices that hang on two of three inputs; the second is missing in places."""
    draw = np.random.default_rng(seed)
    inputs = draw.normal(size=(n, 3)).astype(np.float32)
    logs = 2 + inputs[:, 0] + np.where(inputs[:, 1] > 0, 0.5, -0.5) + draw.normal(scale=0.1, size=n)
    inputs[::10, 1] = np.nan
    return inputs, np.exp(logs)


def predict(fitted: PriceBoosters, inputs: Matrix) -> Array:
    logs = [lgb.Booster(model_str=booster.decode()).predict(inputs) for booster in fitted.boosters]
    return np.exp(np.average(logs, axis=0, weights=fitted.weights))


def test_boosters_learn_the_price() -> None:
    inputs, prices = rows()
    new_inputs, new_prices = rows(seed=1)
    error = np.abs(np.log(predict(fit(inputs, prices, PARAMETERS), new_inputs) / new_prices))
    assert np.median(error) < 0.35
    assert np.median(np.abs(np.log(np.median(prices) / new_prices))) > 0.6


def test_the_same_seed_gives_the_same_boosters_and_another_seed_others() -> None:
    inputs, prices = rows()
    first = fit(inputs, prices, PARAMETERS)
    assert fit(inputs, prices, PARAMETERS) == first
    assert fit(inputs, prices, replace(PARAMETERS, seed=2)) != first


def test_the_number_of_cores_changes_no_prediction() -> None:
    inputs, prices = rows(400)
    few = replace(PARAMETERS, num_iterations=8)
    one, two = (predict(fit(inputs, prices, few, num_threads=n), inputs) for n in (1, 2))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize(("share", "seeds", "weights"), [(0.4, 1, (0.6, 0.4)), (0.0, 2, (0.5, 0.5)), (1.0, 1, (1.0,))])
def test_there_is_a_booster_for_each_error_and_seed(share: float, seeds: int, weights: tuple[float, ...]) -> None:
    fitted = fit(*rows(200), replace(PARAMETERS, absolute_share=share, n_seeds=seeds))
    assert fitted.weights == pytest.approx(weights)
    assert len(fitted.boosters) == len(weights) == len(set(fitted.boosters))


def test_nothing_is_learnt_from_a_hidden_column() -> None:
    inputs, prices = rows()
    fitted = fit(inputs, prices, PARAMETERS, hidden=[0])
    changed = inputs.copy()
    changed[:, 0] = 99
    np.testing.assert_array_equal(predict(fitted, inputs), predict(fitted, changed))
    assert not np.isnan(inputs[:, 0]).any()
    assert inputs[0, 0] != 0


def test_a_price_far_off_is_drawn_in_by_its_neighbours_and_all_are_positive() -> None:
    inputs, prices = rows()
    prices[0] = 1e6
    predicted = predict(fit(inputs, prices, PARAMETERS), inputs)
    assert (predicted > 0).all()
    assert predicted[0] < 1_000


def test_parameters_are_plain_values() -> None:
    assert BoostingParameters(**PARAMETERS.to_dict()) == PARAMETERS
