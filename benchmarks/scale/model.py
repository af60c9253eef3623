"""What follows from what was measured: time on a cluster of any size, where it is sooner, and what it costs to rent.

With *n* rows one process takes `start + each * n` seconds of wall time, on as many processors as it keeps busy; so does
a cluster of two workers with a core each, and one of *w* cores `start + alone * n + 2 * (each - alone) * n / w`, where
`alone` is the driver's, which hashes sources before the cluster begins. Measured on one machine, this holds for its two
processors, which driver, Java and Python share: more machines are not slower.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

__all__ = ["CORES", "CORE_HOUR_USD", "Line", "fitted", "report"]

#: Sizes of clusters that are told of.
CORES: Final = (2, 4, 8, 16, 32, 64)

#: Half of what an `m7g.large` (2 virtual CPUs, each a core of its own, 8 GB) costs an hour in us-east-1 on demand, as
#: of June 2026: https://www.factualminds.com/blog/amazon-ec2-on-demand-pricing-instance-families-2026/
CORE_HOUR_USD: Final = 0.0816 / 2

#: The cores that were measured.
_MEASURED: Final = 2


class Line(NamedTuple):
    """Seconds to start, seconds of each row, and how many of these no other core can share."""

    start: float
    each: float
    alone: float = 0.0

    def seconds(self, rows: float, cores: int = _MEASURED) -> float:
        """Seconds of wall time that so many rows take."""
        return self.start + self.a_row(cores) * rows

    def a_row(self, cores: int = _MEASURED) -> float:
        """Seconds of wall time that one more row takes."""
        return self.alone + (self.each - self.alone) * _MEASURED / cores


def fitted(points: Sequence[tuple[int, float]], alone: float = 0.0) -> Line:
    """Fit rows and seconds, by least squares of the relative error; one point gives a line through nothing."""
    rows, seconds = (np.array(one, dtype=float) for one in zip(*points, strict=True))
    if len(points) == 1:
        return Line(0.0, float(seconds[0] / rows[0]), alone)
    each, start = np.polyfit(rows, seconds, 1, w=1 / seconds)
    return Line(max(0.0, float(start)), float(each), alone)


def report(step: str, here: Line, there: Line, *, core_hour_usd: float) -> Iterator[str]:
    """Say where a cluster is sooner, and how long a billion rows take, as lines of Markdown."""
    yield (
        f"{step}: here {here.start:.1f} s + {here.each * 1e6:.1f} s a million rows; "
        f"two workers {there.start:.1f} s + {there.each * 1e6:.1f} s, {there.alone * 1e6:.1f} s of it the driver"
    )
    yield "| step | cores | sooner from | 100 M rows here | 100 M rows there | a billion there | rented |"
    yield "|---|---|---|---|---|---|---|"
    for cores in CORES:
        hours = there.seconds(1e9, cores) / 3600
        yield (
            f"| {step} | {cores} | {_rows(_crossing(here, there, cores))} | {_time(here.seconds(1e8))} "
            f"| {_time(there.seconds(1e8, cores))} | {_time(hours * 3600)} | {hours * cores * core_hour_usd:.2f} USD |"
        )


def _crossing(here: Line, there: Line, cores: int) -> float:
    gained = here.each - there.a_row(cores)
    return max(0.0, (there.start - here.start) / gained) if gained > 0 else math.inf


def _rows(rows: float) -> str:
    return "never" if math.isinf(rows) else f"{rows / 1e6:,.1f} M rows"


def _time(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.0f} min"
