"""Whether games, near twins or groups are on both sides of a split, and whether test rows are what it holds out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from tasador.audit.finding import Finding, could_not_check, found, not_found
from tasador.audit.rows import Rows
from tasador.errors import UnknownValueError

__all__ = ["check_groups", "check_held_out", "check_same_games", "check_twins"]

#: The largest share of test rows whose near twin may be among the training rows.
_TWINS: Final = 0.05

_MARK: Final = "Mark the rows as train or test in a column."
_EXAMPLES: Final = 3


def check_same_games(rows: Rows) -> Finding:
    """Look for games that have rows on both sides, as when a game was exploded into a row per genre first."""
    check = "same_game_on_both_sides"
    roles = rows.roles
    key = [roles.app_id] if roles.app_id else [one for one in (roles.name, roles.developer, roles.release_date) if one]
    if not rows.sided or (roles.name is None and roles.app_id is None):
        lacking = "no column tells training from test rows" if not rows.sided else "no column tells the games apart"
        return could_not_check(check, why=lacking, do=_MARK if not rows.sided else "Give app_id or name as a column.")
    both, n_test = _on_both(rows, key)
    tried = f"the {' and '.join(key)} of {n_test:,} test rows looked up among {int(rows.train.sum()):,} training rows"
    if both.is_empty():
        return not_found(check, tried=tried, seen="none of them is there", figures={"n_test": n_test, "n": 0})
    exploded = float(rows.frame.select(key).is_duplicated().to_numpy().mean())
    return found(
        check,
        "high",
        tried=tried,
        seen=f"{len(both):,} test rows ({len(both) / n_test:.1%}) are of games that the model was fitted on; "
        f"{exploded:.0%} of all rows share their game with another row, as when lists are exploded",
        do="Split the games first and explode their lists afterwards, or keep one row a game.",
        figures={"n": len(both), "n_test": n_test, "share_of_rows_not_alone": exploded},
        examples=_examples(both, key),
    )


def check_twins(rows: Rows) -> Finding:
    """Look for test rows that differ from a training row in little but their name, as songs of a songs game do."""
    check = "near_twin_on_both_sides"
    roles = rows.roles
    key = [one for one in (roles.developer, roles.release_date, roles.price, roles.kind) if one]
    if not rows.sided or roles.developer is None or roles.release_date is None:
        return could_not_check(
            check,
            why="the rows lack their side, developer or release date",
            do="Give the columns `split`, `developer` and `release_date`.",
        )
    both, n_test = _on_both(rows, key)
    share = len(both) / n_test
    tried = f"{n_test:,} test rows compared with the training rows by {', '.join(key)}"
    seen = f"{len(both):,} test rows ({share:.1%}) have a near twin there"
    figures = {"n": len(both), "n_test": n_test, "share": share}
    if share <= _TWINS:
        return not_found(check, tried=tried, seen=seen, figures=figures)
    return found(
        check,
        "medium",
        tried=tried,
        seen=seen,
        do="Keep what a developer released on one day on one side, or state the error without those rows.",
        figures=figures,
        examples=_examples(both, key),
    )


def check_groups(rows: Rows, grouped_by: Sequence[str]) -> list[Finding]:
    """Look for groups on both sides of a split that is said to keep them apart.

    Args:
        rows: The rows.
        grouped_by: The columns by which the split is said to be made.

    Raises:
        UnknownValueError: The rows have no such column.
    """
    check, findings = "group_on_both_sides", []
    for column in grouped_by:
        if column not in rows.frame.columns:
            raise UnknownValueError("the column that groups the split", column, rows.frame.columns, do="Mend the name.")
        if not rows.sided:
            why = "no column tells training from test rows"
            findings.append(could_not_check(check, subject=column, why=why, do=_MARK))
            continue
        both, n_test = _on_both(rows, [column])
        tried = f"the {column} of {n_test:,} test rows looked up among the training rows"
        if both.is_empty():
            findings.append(not_found(check, subject=column, tried=tried, seen="none of them is there"))
            continue
        findings.append(
            found(
                check,
                "high",
                subject=column,
                tried=tried,
                seen=f"{both[column].n_unique():,} of them, with {len(both):,} test rows, have training rows too",
                do=f"Split by {column}: all rows of one on one side.",
                figures={"n": len(both), "n_test": n_test, "groups": both[column].n_unique()},
                examples=_examples(both, [column]),
            )
        )
    return findings


def check_held_out(tested: pl.Series, held_out: pl.Series, *, subject: str) -> Finding:
    """Look for test rows that the split does not hold out: what is stated of them is an error on training rows.

    Args:
        tested: App ids of the rows that errors are stated of.
        held_out: App ids of the rows that the split holds out, parted anew; none where it could not be.
        subject: The split.
    """
    check = "training_error_as_test_error"
    if held_out.is_empty():
        why = "the catalogue is not parted so by this version of Tasador"
        return could_not_check(check, subject=subject, why=why, do="Train again.")
    trained = tested.filter(~tested.is_in(held_out.implode()))
    tried = f"{len(tested):,} test rows looked up among the {len(held_out):,} that the split holds out, parted anew"
    if trained.is_empty():
        return not_found(check, subject=subject, tried=tried, seen="all are there", figures={"n": 0})
    return found(
        check,
        "high",
        subject=subject,
        tried=tried,
        seen=f"{len(trained):,} of them ({len(trained) / len(tested):.1%}) are not: the model was fitted on them",
        do="State the error of the rows that the split holds out: train again.",
        figures={"n": len(trained), "n_test": len(tested)},
        examples=[{"app_id": app_id} for app_id in trained.head(_EXAMPLES)],
    )


def _on_both(rows: Rows, key: Sequence[str]) -> tuple[pl.DataFrame, int]:
    """Give the test rows whose key a training row has, and how many test rows have a key."""
    known = rows.frame.with_columns(pl.col(pl.String).str.strip_chars().str.to_lowercase())
    test, train = known.filter(rows.test).drop_nulls(key), known.filter(rows.train).select(key).unique()
    return test.join(train, on=key, how="semi", maintain_order="left"), max(test.height, 1)


def _examples(both: pl.DataFrame, key: Sequence[str]) -> list[dict[str, object]]:
    return both.select(key).unique(maintain_order=True).head(_EXAMPLES).to_dicts()
