"""A blend adds up what its boosters say."""

from __future__ import annotations

import pytest

from tasador.appraisal.blend import Blend
from tasador.errors import BundleError
from tests.appraisal.boosters import learned, rows_and_prices


def test_predictions_are_the_weighted_sum_alone_and_together() -> None:
    one, other = learned("regression"), learned("gamma")
    rows = rows_and_prices(50)[0].tolist()
    blend = Blend([one, other], [0.25, 0.75])
    expected = [0.25 * a[0] + 0.75 * b[0] for a, b in zip(one.predict(rows), other.predict(rows), strict=True)]
    assert blend.predict(rows) == pytest.approx(expected, abs=1e-12)
    assert [blend.predict([row])[0] for row in rows] == blend.predict(rows)


def test_contributions_add_up_to_the_prediction() -> None:
    blend = Blend([learned("regression"), learned("tweedie", seed=2), learned("regression_l1")], [0.5, 0.3, 0.2])
    for row in rows_and_prices(30)[0].tolist():
        assert sum(blend.contributions(row)) == pytest.approx(blend.predict([row])[0], abs=1e-9)


@pytest.mark.parametrize("weights", [[], [1.0, 2.0], [float("nan")]])
def test_weights_that_do_not_fit_are_refused(weights: list[float]) -> None:
    with pytest.raises(BundleError, match="do not belong together"):
        Blend([learned("regression")], weights)


def test_no_boosters_are_refused() -> None:
    with pytest.raises(BundleError, match="0 boosters"):
        Blend([], [])
