"""An answer as a row of a table: the columns that it gets."""

from __future__ import annotations

from typing import Any, Final

from tasador.appraisal.appraisal import Appraisal

__all__ = ["COLUMNS", "EMPTY", "cells"]

_LEVELS: Final = (50, 80, 95)

#: The columns that a table gets, and their types.
COLUMNS: Final[dict[str, type]] = {
    "estimate_usd": float,
    **{f"{end}_{level}": float for level in _LEVELS for end in ("lower", "upper")},
    "suggested_usd": float,
    "p_suggested": float,
    "p_free": float,
    "confidence": str,
    "abstained": bool,
    "reasons": str,
    "model_version": str,
    "error": str,
}

#: A row without an answer.
EMPTY: Final[dict[str, Any]] = dict.fromkeys(COLUMNS)


def cells(appraisal: Appraisal) -> dict[str, Any]:
    """Write an answer as cells by column."""
    answer: dict[str, Any] = {
        **EMPTY,
        "estimate_usd": _cents(appraisal.estimate_usd),
        "p_free": round(appraisal.p_free, 4),
        "abstained": appraisal.abstained,
        "reasons": "; ".join(_reasons(appraisal)) or None,
        "model_version": appraisal.model_version,
    }
    for level in _LEVELS:
        if (interval := appraisal.interval(level / 100)) is not None:
            answer[f"lower_{level}"] = _cents(interval.lower_usd)
            answer[f"upper_{level}"] = _cents(interval.upper_usd)
    if appraisal.suggested is not None:
        answer["suggested_usd"] = _cents(appraisal.suggested.price_usd)
        answer["p_suggested"] = round(appraisal.suggested.probability, 4)
    if appraisal.confidence is not None:
        answer["confidence"] = appraisal.confidence.word
    return answer


def _reasons(appraisal: Appraisal) -> list[str]:
    """Say why it abstains or is so confident, what to beware of, and which labels it has not learned."""
    confidence = () if appraisal.confidence is None else appraisal.confidence.reasons
    unknown = [
        f"{one.field}: {one.label!r} is unknown" + (f", nearest {one.suggestions[0]!r}" if one.suggestions else "")
        for one in appraisal.given.unknown
    ]
    return [*map(str, appraisal.abstention), *confidence, *appraisal.warnings, *unknown]


def _cents(amount_usd: float | None) -> float | None:
    return None if amount_usd is None else round(amount_usd, 2)
