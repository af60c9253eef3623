"""The prices that are not said are those that would have been wrong by more."""

from __future__ import annotations

import numpy as np

from tasador.appraisal.abstention import DECIDING_LEVEL, WIDEST_RATIO
from tasador.appraisal.intervals import joining_masses
from tasador.appraisal.price_points import Distribution
from tasador.models import conformal, ladder
from tests.statistical.releases import LADDER, Releases, releases


def test_estimates_with_an_interval_too_wide_to_be_said_are_further_from_the_price() -> None:
    past, test = releases(8_000, seed=1), releases(6_000, seed=2)
    points = ladder.calibrate(LADDER, past.scores, past.estimates_usd, past.prices_usd)

    def distributions(found: Releases) -> list[Distribution]:
        pairs = zip(found.scores.tolist(), found.estimates_usd.tolist(), strict=True)
        return [points.distribution(scores, estimate) for scores, estimate in pairs]

    intervals = conformal.calibrate(conformal.scores(distributions(past), past.prices_usd), past.groups)
    rows = zip(distributions(test), test.groups, test.estimates_usd.tolist(), strict=True)
    ends = [
        intervals.interval(found, group, DECIDING_LEVEL, estimate, joining_masses(found))
        for found, group, estimate in rows
    ]
    withheld = np.array([upper / lower > WIDEST_RATIO for lower, upper in ends])
    errors = np.abs(np.log(test.estimates_usd / test.prices_usd))
    assert withheld.sum() > 100
    assert np.median(errors[withheld]) > 1.5 * np.median(errors[~withheld])
