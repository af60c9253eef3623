"""Sentences that know what they were made of, so that they can be told in another language."""

from __future__ import annotations

from typing import Any

__all__ = ["Said"]


class Said(str):
    """A sentence in English, and its template with what was put into it.

    Args:
        template: The sentence, with the names of the values in braces; translations go by it.
        values: What is put in.

    Attributes:
        template: See above.
        values: See above.
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, **values: Any) -> Said:
        """Put the values into the template."""
        said = super().__new__(cls, template.format(**values))
        said.template, said.values = template, values
        return said

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.template,), self.values
