"""The data quality of snapshots over time, from their quality reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from tasador.monitoring.alert import Alert
from tasador.monitoring.drift import LEAST_EFFECT, MIN_ROWS
from tasador.monitoring.measures import COHENS_H, cohens_h

__all__ = ["QualityShare", "accounting", "alerts", "shares"]

#: A catalogue that lost more of its entries than this share lost a part of its source.
MOST_LOST: Final = 0.1

_DO_SHARE: Final = "Look at the source and at its quality report (`tasador snapshots show`) before training on it."
#: What says how a record was come by, and nothing of the game.
_PROVENANCE: Final = frozenset({"observed_on"})

_DO_LOST: Final = "Look whether the source is whole; `tasador snapshots diff` lists what is gone."


@dataclass(frozen=True, slots=True)
class QualityShare:
    """A share of records, in two snapshots.

    Attributes:
        what: `missing` of a column, or the outcome of a rule: `quarantine`, `duplicate`, `reject`.
        name: The column or rule.
        reference: The share in the reference.
        current: The share in the current snapshot.
        effect: Cohen's h.
    """

    what: str
    name: str
    reference: float
    current: float
    effect: float

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


def accounting(snapshot: str, quality: Mapping[str, Any]) -> dict[str, Any]:
    """Tell where the records of a snapshot went, and when its sources were observed, or where nobody says, packed."""
    days = {
        name: max((day for source in quality["sources"] if (day := source.get(name))), default=None)
        for name in ("observed_on", "packed_on")
    }
    return {"snapshot": snapshot, **days, **quality["accounting"]}


def shares(reference: Mapping[str, Any], current: Mapping[str, Any]) -> tuple[QualityShare, ...]:
    """Compare missing values and broken rules of two snapshots, the farthest apart first.

    Args:
        reference: The quality report of the snapshot that the champion learned from.
        current: That of the current one.
    """
    before, after = _shares_of(reference), _shares_of(current)
    found = []
    for what, name in sorted(before.keys() | after.keys()):
        one, other = before.get((what, name), 0.0), after.get((what, name), 0.0)
        effect = float(cohens_h(np.array(one), np.array(other)))
        found.append(QualityShare(what, name, one, other, effect))
    return tuple(sorted(found, key=lambda one: -one.effect))


def alerts(
    found: Sequence[QualityShare], reference: Mapping[str, Any], current: Mapping[str, Any]
) -> tuple[Alert, ...]:
    """Raise an alert for each share that became worse by enough, and for entries that are gone.

    Args:
        found: What `shares` gave.
        reference: `accounting` of the reference.
        current: That of the current snapshot.
    """
    least = LEAST_EFFECT[COHENS_H]
    raised = []
    if min(reference["raw"], current["raw"]) >= MIN_ROWS:
        raised = [
            _alert(f"{one.name}: {one.what}", f"{one.reference:.1%} before, {one.current:.1%} now; Cohen's h "
                   f"{one.effect:.2f}, above {least:g}", (one.effect, least), (reference, current), _DO_SHARE)
            for one in found
            if one.effect >= least and one.current > one.reference
        ]  # fmt: skip
    lost = 1 - current["games"] / reference["games"] if reference["games"] else 0.0
    if lost > MOST_LOST:
        says = f"{reference['games']:,} entries before, {current['games']:,} now: {lost:.0%} fewer"
        raised.append(_alert("entries", says, (lost, MOST_LOST), (reference, current), _DO_LOST))
    return tuple(raised)


def _alert(
    subject: str, says: str, seen: tuple[float, float], sides: tuple[Mapping[str, Any], Mapping[str, Any]], do: str
) -> Alert:
    before, after = sides
    return Alert(
        "data_quality", subject, says, *seen,
        f"snapshot {before['snapshot']}", before["raw"], f"snapshot {after['snapshot']}", after["raw"], do,
        "harms",
    )  # fmt: skip


def _shares_of(quality: Mapping[str, Any]) -> dict[tuple[str, str], float]:
    raw = quality["accounting"]["raw"] or 1
    missing = {
        ("missing", name): float(share) for name, share in quality["null_share"].items() if name not in _PROVENANCE
    }
    return missing | {(rule["outcome"], rule["rule"]): rule["rows"] / raw for rule in quality["rules"]}
