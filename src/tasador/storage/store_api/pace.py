"""How fast the store may be asked."""

from __future__ import annotations

from tasador.errors import TasadorError
from tasador.storage.store_api.clock import Clock

__all__ = ["Pace"]

_MINUTE_SECONDS = 60.0


class Pace:
    """Spreads requests evenly, so that no span of time has more than its share; what was late is not made up for.

    Args:
        per_minute: Requests a minute.
        clock: Tells the time and waits.

    Raises:
        TasadorError: Nothing could be asked at that rate.
    """

    def __init__(self, per_minute: float, clock: Clock) -> None:
        if not per_minute > 0:
            raise TasadorError(
                "the store cannot be asked at that rate",
                where="requests a minute",
                got=per_minute,
                expected="a number above 0",
                do="The store allows 40.",
            )
        self._seconds = _MINUTE_SECONDS / per_minute
        self._clock = clock
        self._next = clock.monotonic()

    def wait(self) -> None:
        """Wait until the next request may begin."""
        now = self._clock.monotonic()
        if now < self._next:
            self._clock.sleep(self._next - now)
        self._next = max(now, self._next) + self._seconds
