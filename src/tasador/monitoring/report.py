"""The report: all that was looked at, and the alerts; JSON, page and metrics are made from this one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from tasador.monitoring import comparison, drift, quality, realised, staleness
from tasador.monitoring.alert import Alert
from tasador.monitoring.comparison import Comparison
from tasador.monitoring.quality import QualityShare
from tasador.monitoring.realised import Realised
from tasador.monitoring.staleness import Staleness

__all__ = ["REPORT_VERSION", "Report"]

#: Version of the dict's layout: a reader of stored reports checks it.
REPORT_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at.

    Attributes:
        made_at: When, in UTC.
        champion: The version that answers.
        reference: The snapshot that is held for usual.
        snapshot: The current one.
        since: From which day on requests were looked at.
        comparisons: Windows side by side.
        realised: What became of appraisals whose price is known now.
        accounting: Where the records of each snapshot went, the oldest observation first.
        quality: Shares of missing values and broken rules, the reference beside the current snapshot.
        ages: How old catalogue and champion are.
        max_age_days: How old the catalogue may be.
        notes: What could not be looked at, and why.
    """

    made_at: datetime
    champion: str
    reference: str
    snapshot: str
    since: date
    comparisons: tuple[Comparison, ...]
    realised: tuple[Realised, ...]
    accounting: tuple[dict[str, Any], ...]
    quality: tuple[QualityShare, ...]
    ages: Staleness
    max_age_days: int
    notes: tuple[str, ...]

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """All that somebody should look at."""
        by_id = {one["snapshot"]: one for one in self.accounting}
        return (
            *comparison.alerts(self.comparisons),
            *(one.to_alert() for one in self.realised if one.alert),
            *quality.alerts(self.quality, by_id[self.reference], by_id[self.snapshot]),
            *staleness.alerts(self.ages, max_age_days=self.max_age_days),
        )

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "version": REPORT_VERSION,
            "made_at": self.made_at.isoformat(timespec="seconds"),
            "champion": self.champion,
            "reference": self.reference,
            "snapshot": self.snapshot,
            "since": self.since.isoformat(),
            "thresholds": {
                "false_discovery_rate": drift.LEVEL,
                "min_rows": drift.MIN_ROWS,
                "family_rows": drift.FAMILY_ROWS,
                **drift.LEAST_EFFECT,
                "error_margin": realised.ERROR_MARGIN,
                "coverage_margin_deviations": realised.COVERAGE_MARGIN,
                "most_entries_lost": quality.MOST_LOST,
                "max_age_days": self.max_age_days,
                "max_lag_days": staleness.MAX_LAG_DAYS,
            },
            "alerts": [one.to_dict() for one in self.alerts],
            "comparisons": [one.to_dict() for one in self.comparisons],
            "realised": [one.to_dict() for one in self.realised],
            "accounting": list(self.accounting),
            "quality": [one.to_dict() for one in self.quality],
            "ages": self.ages.to_dict(),
            "notes": list(self.notes),
        }
