"""The quality report: what became of every record of the sources, and how complete the games are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from tasador.contracts.games import FIRST_YEAR, LAST_YEAR, RULES, Games
from tasador.contracts.vocabulary import OUTCOMES
from tasador.ingest.refusals import DUPLICATE_RULES, REFUSALS
from tasador.ingest.tally import Tally

__all__ = ["Accounting", "Quality", "RuleCount", "Step", "report"]

#: How many values of a column are listed at most: a broken source may have as many texts as rows.
_LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class Accounting:
    """Where the records of a source went: `raw = games + duplicates + quarantine + rejects`, exactly."""

    raw: int
    games: int
    duplicates: int
    quarantine: int
    rejects: int

    @property
    def balanced(self) -> bool:
        """Whether the four parts make up the whole."""
        return self.raw == self.games + self.duplicates + self.quarantine + self.rejects


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many records broke a rule; one record may break several."""

    rule: str
    outcome: str
    says: str
    rows: int
    example_record_nos: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the course project's cleaning, counted on this source.

    Attributes:
        rows: What the step counted.
        left: Rows left after it.
    """

    name: str
    says: str
    rows: int
    left: int


@dataclass(frozen=True, slots=True)
class Quality:
    """The quality report. JSON and HTML are made from this one value."""

    sources: tuple[dict[str, Any], ...]
    accounting: Accounting
    rules: tuple[RuleCount, ...]
    steps: tuple[Step, ...]
    kinds: dict[str, int]
    currencies: dict[str, int]
    price_bases: dict[str, int]
    price_texts: dict[str, int]
    release_precisions: dict[str, int]
    null_share: dict[str, float]
    unreadable: dict[str, int]
    unknown_fields: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


def report(sources: Sequence[tuple[dict[str, Any], Tally]]) -> Quality:
    """Report what became of the records of the sources of a snapshot.

    Args:
        sources: What identifies each source, and the tally of its records, in the order in which they were cleaned.
    """
    tallies = [tally for _, tally in sources]
    outcomes = _sum(tally.outcomes for tally in tallies)
    nulls = _sum(tally.nulls for tally in tallies)
    games = outcomes["game"]
    counts = {name: _commonest(_sum(tally.counts[name] for tally in tallies)) for name in tallies[0].counts}
    return Quality(
        sources=tuple({**identity, "accounting": asdict(_accounting(tally.outcomes))} for identity, tally in sources),
        accounting=_accounting(outcomes),
        rules=_rule_counts(tallies),
        steps=_steps(_sum(tally.steps for tally in tallies)),
        null_share={
            name: round(nulls[name] / games, 6) if games else 0.0
            for name, column in Games.columns().items()
            if column.nullable
        },
        **counts,
    )


def _accounting(outcomes: Counter[str]) -> Accounting:
    return Accounting(
        raw=outcomes.total(),
        games=outcomes["game"],
        duplicates=outcomes["duplicate"],
        quarantine=outcomes["quarantine"],
        rejects=outcomes["reject"],
    )


def _sum(counts: Iterable[Counter[Any]]) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for each in counts:
        found.update(each)
    return found


def _commonest(counts: Counter[str]) -> dict[str, int]:
    """Take the commonest values, most frequent first, ties by name."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_LISTED])


def _rule_counts(tallies: Sequence[Tally]) -> tuple[RuleCount, ...]:
    says = {**DUPLICATE_RULES, **{rule: text for rule, (_, text) in REFUSALS.items()}, **dict(RULES.values())}
    rows = _sum(tally.rules for tally in tallies)
    examples = {key: numbers for tally in reversed(tallies) for key, numbers in tally.examples.items()}
    return tuple(
        RuleCount(
            rule=rule,
            outcome=outcome,
            says=says.get(rule, "The record breaks the contract of games."),
            rows=found,
            example_record_nos=tuple(examples[outcome, rule]),
        )
        for (outcome, rule), found in sorted(
            rows.items(), key=lambda item: (OUTCOMES.index(item[0][0]), -item[1], item[0])
        )
    )


def _steps(left: Counter[str]) -> tuple[Step, ...]:
    return (
        Step(
            "duplicates_removed",
            "Records whose id repeats an earlier one's are set apart (a missing id counts as one id here), and the "
            "rest get a sequential index.",
            left["candidates"] - left["first"],
            left["first"],
        ),
        Step("dates_not_iso", "Release dates that are not yyyy-mm-dd are counted.", left["not_iso"], left["first"]),
        Step("year_extracted", "The release year is read by pattern from any text.", left["dated"], left["first"]),
        Step("without_year", "Rows without a year are set apart.", left["first"] - left["dated"], left["dated"]),
        Step(
            "implausible_year",
            f"Years outside {FIRST_YEAR} to {LAST_YEAR} are set apart.",
            left["dated"] - left["plausible"],
            left["plausible"],
        ),
        Step(
            "nothing_to_use",
            "Rows empty in all the columns that statistics and model need, or without a name, are set apart.",
            left["plausible"] - left["usable"],
            left["usable"],
        ),
        Step(
            "numeric_price",
            "The course project goes on with the rows whose price is a number.",
            left["usable"] - left["priced"],
            left["priced"],
        ),
    )
