"""The rules by which a line of a source is no record."""

from __future__ import annotations

from typing import Final

#: Each rule's name, and what it says.
REJECT_RULES: Final[dict[str, str]] = {
    "line_blank": "The line is empty.",
    "line_too_long": "The line is longer than a record can be.",
    "line_not_utf8": "The line is not UTF-8 text.",
    "line_not_literal": "The line is no Python literal: it is cut, damaged or of another format.",
    "line_not_json": "The line is no JSON: it is cut, damaged or of another format.",
    "line_not_record": "The line is a value, but no record: no dictionary with text keys.",
}
