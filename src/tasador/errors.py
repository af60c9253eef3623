"""The exceptions Tasador raises.

Every error says what went wrong, where, what came, what was expected and what to do next, and carries the
parts as attributes::

    TasadorError
    ├── SourceError            a source cannot be read, or is not what it claims to be
    ├── WorkspaceError         the workspace is missing a part, or a part is damaged
    │   ├── BusyError          another process is at work on it: later it may go well
    │   └── BundleError        a model bundle is absent, tampered with, or of another format
    └── UnknownValueError      a value that the catalogue does not know (a year, a genre, a version)

Rows that break a rule are not errors: they go to quarantine with the names of the rules.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["BundleError", "BusyError", "SourceError", "TasadorError", "UnknownValueError", "WorkspaceError"]


class TasadorError(Exception):
    """The base of all errors that Tasador raises on purpose.

    Args:
        what: What went wrong, in one clause.
        where: The file, table, column or argument concerned.
        got: What was found there.
        expected: What should have been there.
        do: What to do next.
    """

    def __init__(
        self,
        what: str,
        *,
        where: object | None = None,
        got: object | None = None,
        expected: object | None = None,
        do: str | None = None,
    ) -> None:
        self.what = what
        self.where = None if where is None else str(where)
        self.got = None if got is None else str(got)
        self.expected = None if expected is None else str(expected)
        self.do = do
        super().__init__(str(self))

    def __str__(self) -> str:
        subject = self.what if self.where is None else f"{self.where}: {self.what}"
        parts = [subject]
        if self.got is not None:
            parts.append(f"got {self.got}")
        if self.expected is not None:
            parts.append(f"expected {self.expected}")
        sentence = "; ".join(parts) + "."
        return sentence if self.do is None else f"{sentence} {self.do}"


class SourceError(TasadorError, ValueError):
    """A source cannot be read, or is not a catalogue that Tasador knows."""


class WorkspaceError(TasadorError, RuntimeError):
    """The workspace lacks something that the command needs, or holds something damaged."""


class BundleError(WorkspaceError):
    """A model bundle is absent, altered, incomplete, or written in a format this version does not read."""


class BusyError(WorkspaceError):
    """Another process is at work on the workspace; the same may go well when it has ended."""


class UnknownValueError(TasadorError, LookupError):
    """A value that the catalogue does not know.

    Args:
        field: The field's name.
        value: What came.
        known: The values there are, in the order to show them.
        what: What went wrong, in one clause.
        do: What to do next.
    """

    def __init__(
        self,
        field: str,
        value: object,
        known: Sequence[object],
        *,
        what: str = "there is no such value",
        do: str | None = None,
    ) -> None:
        self.field = field
        self.value = value
        self.known = tuple(known)
        shown = ", ".join(str(item) for item in self.known[:40])
        more = f" and {len(self.known) - 40} more" if len(self.known) > 40 else ""
        super().__init__(
            what,
            where=field,
            got=repr(value),
            expected=f"one of {shown}{more}" if self.known else "nothing: there is none",
            do=do,
        )
