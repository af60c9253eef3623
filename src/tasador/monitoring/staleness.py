"""How old the catalogue and the champion are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from tasador.monitoring.alert import Alert

__all__ = ["MAX_AGE_DAYS", "Staleness", "alerts"]

#: A catalogue that was seen longer ago than this is stale: it is read once a month, and a reading may fail.
MAX_AGE_DAYS: Final = 62

#: A champion is stale that lacks this many days of a catalogue that is there: its test period is about a half-year.
MAX_LAG_DAYS: Final = 183


@dataclass(frozen=True, slots=True)
class Staleness:
    """Ages.

    Attributes:
        observed_on: When the current catalogue was seen; None where no source says.
        catalogue_days: How long ago that was.
        learned_until: The newest release that the champion learned from.
        newest_release: The newest of the current catalogue.
        lag_days: By how many days the champion is behind the current catalogue.
    """

    observed_on: date | None
    catalogue_days: int | None
    learned_until: date
    newest_release: date
    lag_days: int

    @classmethod
    def of(cls, today: date, *, observed_on: date | None, learned_until: date, newest_release: date) -> Staleness:
        """Count days."""
        age = None if observed_on is None else (today - observed_on).days
        return cls(observed_on, age, learned_until, newest_release, max(0, (newest_release - learned_until).days))

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(self).items()}


def alerts(ages: Staleness, *, max_age_days: int) -> tuple[Alert, ...]:
    """Raise an alert for what is too old.

    Args:
        max_age_days: How old the catalogue may be.
    """
    raised = []
    if ages.catalogue_days is not None and ages.catalogue_days > max_age_days:
        raised.append(
            _alert(
                "catalogue",
                f"seen on {ages.observed_on}, {ages.catalogue_days:,} days ago",
                ages.catalogue_days,
                max_age_days,
                "Ingest a newer catalogue (`tasador run SOURCE`), or say with --max-age-days how old it may be.",
            )
        )
    if ages.lag_days > MAX_LAG_DAYS:
        raised.append(
            _alert(
                "champion",
                f"it learned from releases up to {ages.learned_until}, the catalogue goes to {ages.newest_release}",
                ages.lag_days,
                MAX_LAG_DAYS,
                "Train on the current catalogue: `tasador train`, then `tasador models promote challenger`.",
            )
        )
    return tuple(raised)


def _alert(subject: str, says: str, seen: int, threshold: int, do: str) -> Alert:
    return Alert("staleness", subject, says, seen, threshold, "today", None, subject, None, do)
