"""All findings of an audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from tasador.audit.finding import Finding

__all__ = ["AuditReport"]

_ORDER: Final = {"found": 0, "could_not_check": 1, "not_found": 2}
_SEVERITY: Final = {"high": 0, "medium": 1, "low": 2}


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit says.

    Attributes:
        subject: The model or endpoint that was looked at.
        findings: The outcome of every check, what was found first.
        n_rows: Rows with true prices that were at hand.
        n_requests: How many requests were made.
        most_requests: How many might have been.
    """

    subject: str
    findings: tuple[Finding, ...]
    n_rows: int
    n_requests: int
    most_requests: int

    @classmethod
    def of(
        cls, subject: str, findings: list[Finding], *, n_rows: int = 0, n_requests: int = 0, most_requests: int = 0
    ) -> AuditReport:
        """Put findings in order: what was found first, the gravest of it before the rest."""
        ordered = sorted(findings, key=lambda one: (_ORDER[one.verdict], _SEVERITY[one.severity]))
        return cls(subject, tuple(ordered), n_rows, n_requests, most_requests)

    @property
    def found(self) -> tuple[Finding, ...]:
        """The defects."""
        return tuple(one for one in self.findings if one.verdict == "found")

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            "subject": self.subject,
            "found": len(self.found),
            "n_rows": self.n_rows,
            "n_requests": self.n_requests,
            "most_requests": self.most_requests,
            "findings": [one.to_dict() for one in self.findings],
        }
