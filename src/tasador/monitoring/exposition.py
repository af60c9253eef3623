"""The report as metrics, for the textfile collector of Prometheus' node exporter.

Written by hand: the library that the server uses is not among what training needs, and twenty lines are less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, get_args

from tasador.monitoring.alert import Check
from tasador.monitoring.report import Report

__all__ = ["exposition"]

_DAY_SECONDS: Final = 86_400

_HELP: Final = {
    "tasador_monitor_last_run_timestamp_seconds": "When the report was made.",
    "tasador_monitor_alerts": "Alerts of the last report, by what was looked at.",
    "tasador_drift_effect": "The largest effect of a column: Kolmogorov-Smirnov distance of numbers, else Cohen's h.",
    "tasador_drift_rows": "Rows of the windows that were compared.",
    "tasador_coverage_ratio": "Share of prices, known now, that the intervals of a level in percent held.",
    "tasador_mdape_ratio": "Median absolute error as a share of prices that are known now.",
    "tasador_mdape_promised_ratio": "The same on held-out rows, as it was promised.",
    "tasador_realised_rows": "Appraised entries whose price is known now.",
    "tasador_catalogue_rows": "Where the records of the current snapshot went.",
    "tasador_catalogue_age_seconds": "Time since the current catalogue was observed.",
    "tasador_champion_lag_seconds": "How far the champion's newest release is behind the catalogue's.",
}

_Sample = tuple[str, dict[str, str], float]


def exposition(report: Report) -> str:
    """Write the metrics in Prometheus' text format. Labels hold names of the code and of columns, nothing else."""
    lines: list[str] = []
    found = list(_samples(report))
    for name, says in _HELP.items():
        mine = [(labels, value) for other, labels, value in found if other == name]
        if mine:
            lines += [f"# HELP {name} {says}", f"# TYPE {name} gauge"]
            lines += [f"{name}{_written(labels)} {value!r}" for labels, value in mine]
    return "\n".join(lines) + "\n"


def _samples(report: Report) -> Iterator[_Sample]:
    yield "tasador_monitor_last_run_timestamp_seconds", {}, report.made_at.timestamp()
    raised = Counter(one.check for one in report.alerts)
    for check in get_args(Check):
        yield "tasador_monitor_alerts", {"check": check}, float(raised[check])
    yield from _drift(report)
    for one in report.realised:
        labels = {"kind": one.kind, "origin": one.origin}
        if one.measure == "coverage":
            yield "tasador_coverage_ratio", {"level": str(one.level), **labels}, one.seen
        else:
            yield "tasador_mdape_ratio", labels, one.seen
            yield "tasador_mdape_promised_ratio", labels, one.promised
            yield "tasador_realised_rows", labels, float(one.n)
    current = next(one for one in report.accounting if one["snapshot"] == report.snapshot)
    for name in ("games", "duplicates", "quarantine", "rejects"):
        yield "tasador_catalogue_rows", {"outcome": name}, float(current[name])
    if report.ages.catalogue_days is not None and report.ages.catalogue_days >= 0:
        yield "tasador_catalogue_age_seconds", {}, float(report.ages.catalogue_days * _DAY_SECONDS)
    yield "tasador_champion_lag_seconds", {}, float(report.ages.lag_days * _DAY_SECONDS)


def _drift(report: Report) -> Iterator[_Sample]:
    for comparison in report.comparisons:
        largest: dict[str, float] = {}
        for one in comparison.tested:
            largest[one.column] = max(largest.get(one.column, 0.0), one.effect)
        for column, effect in largest.items():
            yield "tasador_drift_effect", {"column": column, "window": comparison.name}, effect
        for side, n in (("reference", comparison.n_reference), ("current", comparison.n_current)):
            yield "tasador_drift_rows", {"side": side, "window": comparison.name}, float(n)


def _written(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{value}"' for name, value in sorted(labels.items())) + "}"
