"""How old the catalogue and the champion are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Literal

from tasador.monitoring.alert import Alert, Training

__all__ = ["MAX_AGE_DAYS", "Staleness", "alerts", "notes"]

#: A catalogue that was seen longer ago than this is stale: it is read once a month, and a reading may fail.
MAX_AGE_DAYS: Final = 62

#: A champion is stale that lacks this many days of a catalogue that is there: its test period is about a half-year.
MAX_LAG_DAYS: Final = 183


@dataclass(frozen=True, slots=True)
class Staleness:
    """Ages.

    Attributes:
        seen_on: When the current catalogue was observed, or where nobody says packed; None where nobody says either.
        seen_by: Which of the two.
        catalogue_days: How long ago that was; below 0 where it lies ahead.
        learned_until: The newest release that the champion learned from.
        newest_release: The newest of the current catalogue.
        lag_days: By how many days the champion is behind the current catalogue.
    """

    seen_on: date | None
    seen_by: Literal["observed", "packed"] | None
    catalogue_days: int | None
    learned_until: date
    newest_release: date
    lag_days: int

    @classmethod
    def of(
        cls,
        today: date,
        *,
        observed_on: date | None,
        packed_on: date | None,
        learned_until: date,
        newest_release: date,
    ) -> Staleness:
        """Count days."""
        seen_on = observed_on or packed_on
        seen_by: Literal["observed", "packed"] | None = "observed" if observed_on else "packed" if packed_on else None
        age = None if seen_on is None else (today - seen_on).days
        lag = max(0, (newest_release - learned_until).days)
        return cls(seen_on, seen_by, age, learned_until, newest_release, lag)

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(self).items()}


def alerts(ages: Staleness, *, max_age_days: int) -> tuple[Alert, ...]:
    """Raise an alert for what is too old.

    Args:
        ages: How old they are.
        max_age_days: How old the catalogue may be.
    """
    raised = []
    if ages.catalogue_days is not None and ages.catalogue_days > max_age_days:
        raised.append(
            _alert(
                "catalogue",
                f"{ages.seen_by} on {ages.seen_on}, {ages.catalogue_days:,} days ago; it may be {max_age_days:,}",
                (ages.catalogue_days, max_age_days),
                "Ingest a newer catalogue (`tasador run SOURCE`), or say with --max-age-days or TASADOR_MAX_AGE_DAYS "
                "how old it may be.",
                "neither",
            )
        )
    if ages.lag_days > MAX_LAG_DAYS:
        raised.append(
            _alert(
                "champion",
                f"it learned from releases up to {ages.learned_until}, the catalogue goes to {ages.newest_release}: "
                f"{ages.lag_days:,} days; it may be {MAX_LAG_DAYS}",
                (ages.lag_days, MAX_LAG_DAYS),
                "Train on the current catalogue: `tasador train`, then `tasador models promote challenger`.",
                "mends",
            )
        )
    return tuple(raised)


def notes(ages: Staleness) -> Iterator[str]:
    """Say why an age cannot be judged."""
    if ages.catalogue_days is None:
        yield (
            "The catalogue's age is not judged, since nobody says when it was observed: `tasador ingest SOURCE "
            "--observed-on DAY` does."
        )
    elif ages.catalogue_days < 0:
        yield (
            f"The catalogue's age is not judged: it was {ages.seen_by} on {ages.seen_on}, which lies ahead. Look at "
            "the clock of this machine, and at the day that the source gives."
        )


def _alert(subject: str, says: str, seen: tuple[int, int], do: str, training: Training) -> Alert:
    return Alert("staleness", subject, says, *seen, "today", None, subject, None, do, training)
