"""Findings: what the figures of a profile mean for the model, one sentence each, with its number.

Sentences are made from the profile's figures; no figure is typed here. A finding whose figures are not defined (on an
empty table, or without a paid row) is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tasador.profiling import findings_columns, findings_groups, findings_populations, findings_prices

__all__ = ["find_out"]

#: Every finding, in the order of the page: the target first, then what explains it, then what must not.
_FINDINGS: Final[tuple[Callable[[dict[str, Any]], dict[str, Any] | None], ...]] = (
    findings_prices.skewed_prices,
    findings_prices.few_price_points,
    findings_prices.dear_rows_weigh,
    findings_prices.some_are_free,
    findings_prices.some_prices_unknown,
    findings_prices.currencies_differ,
    findings_groups.kinds_differ,
    findings_groups.genres_differ,
    findings_groups.labels_tell,
    findings_groups.numbers_tell_little,
    findings_groups.developers_explain,
    findings_groups.most_developers_are_new,
    findings_groups.price_level_over_years,
    findings_populations.years_all_else_equal,
    findings_columns.catalogue_is_recent,
    findings_columns.near_twins,
    findings_populations.series_repeat,
    findings_columns.developer_missing,
    findings_columns.metascore_missing,
    findings_columns.reviews_missing,
    findings_columns.tags_come_later,
    findings_columns.discount_leaks,
    findings_columns.missingness_moves,
    findings_populations.requests_differ,
)


def find_out(profile: dict[str, Any]) -> list[dict[str, Any]]:
    """Read the findings off a profile.

    Args:
        profile: The dict of `summary.summarise`, without its findings.

    Returns:
        For each finding `id`, `title`, `sentence`, `number` (as in the profile), `number_text` (as in the sentence)
        and `means_for_model`.
    """
    found = (finding(profile) for finding in _FINDINGS)
    return [finding for finding in found if finding is not None]
