"""The time, as what waits asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

__all__ = ["CLOCK", "Clock"]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """What tells the time and what waits.

    Attributes:
        monotonic: Seconds that only grow, for waits.
        now: The time of day, with its zone, for what is written down.
        sleep: Waits so many seconds.
    """

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep


#: The machine's own.
CLOCK: Final = Clock()
