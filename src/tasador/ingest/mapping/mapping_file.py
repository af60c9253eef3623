"""A mapping file as text, and the errors that name a line of it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tasador.errors import SourceError
from tasador.ingest.mapping.toml_lines import line_of

__all__ = ["MappingFile", "parse"]

#: How the parser ends its messages.
_PLACE: Final = re.compile(r" \(at line ([0-9]+), column [0-9]+\)$")


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A mapping file.

    Attributes:
        text: Its text.
        where: What to call it in errors.
        document: What it says.
    """

    text: str
    where: str
    document: dict[str, Any] = field(repr=False)

    def error(
        self,
        path: Sequence[str | int],
        what: str,
        *,
        got: object = None,
        expected: object = None,
        do: str | None = None,
    ) -> SourceError:
        """Make the error of a key, which names its line."""
        where = f"{self.where}, line {line_of(self.text, path)}"
        return SourceError(what, where=where, got=got, expected=expected, do=do)


def parse(text: str, where: str) -> MappingFile:
    """Read TOML.

    Raises:
        SourceError: The text is no TOML.
    """
    try:
        return MappingFile(text, where, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = _PLACE.search(message)
        last = text.rstrip().count("\n") + 1
        raise SourceError(
            "the mapping is no TOML",
            where=f"{where}, line {found[1] if found else last}",
            got=message[: found.start()] if found else message,
            expected='lines such as name = "value" under headings such as [columns]',
            do="Mend the line; texts stand in quotes.",
        ) from error
