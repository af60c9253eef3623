"""Parameters of a candidate that is fitted in a moment: enough to beat the baselines on the synthetic catalogue."""

from __future__ import annotations

from typing import Final

from tasador.models.boosting import BoostingParameters
from tasador.models.free_or_paid import FreeParameters
from tasador.models.ladder import LadderParameters
from tasador.models.parameters import Parameters

__all__ = ["LIGHT", "TINY"]

LIGHT: Final = Parameters(
    price=BoostingParameters(num_iterations=40),
    ladder=LadderParameters(num_iterations=16),
    free=FreeParameters(num_iterations=40),
)

#: Learns hardly anything: for what must hold of any fit.
TINY: Final = Parameters(
    price=BoostingParameters(num_iterations=4, num_leaves=7),
    ladder=LadderParameters(num_iterations=2),
    free=FreeParameters(num_iterations=4),
)
