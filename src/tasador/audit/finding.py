"""What a check says: what was tried, what was seen, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

__all__ = ["Finding", "Severity", "Verdict", "could_not_check", "found", "not_found"]

Verdict: TypeAlias = Literal["found", "not_found", "could_not_check"]
Severity: TypeAlias = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check.

    Attributes:
        check: Its name.
        verdict: Whether the defect was found; a check that could not be made says why in `seen`.
        severity: High: the figures or the answers mean nothing; medium: they mislead; low: they are careless.
        subject: The input, column, claim or split that it speaks of; None where it speaks of the whole.
        tried: What was done, with how many rows or requests.
        seen: What came of it.
        do: What to do about it; empty where nothing was found.
        figures: The numbers behind it.
        examples: A few inputs or rows that show it.
    """

    check: str
    verdict: Verdict
    severity: Severity
    tried: str
    seen: str
    do: str = ""
    subject: str | None = None
    figures: Mapping[str, float | int | str | None] = field(default_factory=dict)
    examples: tuple[Mapping[str, Any], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


def found(
    check: str,
    severity: Severity,
    *,
    tried: str,
    seen: str,
    do: str,
    subject: str | None = None,
    figures: Mapping[str, float | int | str | None] | None = None,
    examples: Sequence[Mapping[str, Any]] = (),
) -> Finding:
    """Say that a defect is there."""
    return Finding(check, "found", severity, tried, seen, do, subject, figures or {}, tuple(examples))


def not_found(
    check: str,
    *,
    tried: str,
    seen: str,
    subject: str | None = None,
    figures: Mapping[str, float | int | str | None] | None = None,
) -> Finding:
    """Say that a defect was looked for and is not there."""
    return Finding(check, "not_found", "low", tried, seen, "", subject, figures or {})


def could_not_check(check: str, *, why: str, do: str, subject: str | None = None) -> Finding:
    """Say why a check was not made, and what it needs."""
    return Finding(check, "could_not_check", "low", "nothing", why, do, subject)
