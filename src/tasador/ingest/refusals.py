"""The rules by which a record is refused before it is read into columns, or repeats another."""

from __future__ import annotations

from typing import Final

#: Each rule's name, what becomes of the record, and what it says.
REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "line_blank": ("reject", "The line is empty."),
    "line_too_long": ("reject", "The line is longer than a record can be."),
    "line_not_utf8": ("reject", "The line is not UTF-8 text."),
    "line_not_literal": ("reject", "The line is no Python literal: it is cut, damaged or of another format."),
    "line_not_json": ("reject", "The line is no JSON: it is cut, damaged or of another format."),
    "line_not_record": ("reject", "The line is a value, but no record: no dictionary with text keys."),
    "row_misquoted": ("reject", "A quote of the row is not closed or closed too early, or a cell is far too long."),
    "row_ragged": ("reject", "The row has more or fewer cells than the table has columns."),
    "row_not_text": ("reject", "The row is no text in the encoding that the mapping names."),
    "answer_not_read": ("reject", "The file or line is no answer of the store: no JSON object with app ids as keys."),
    "answer_without_data": ("quarantine", "The store answered that it has nothing to say of the id."),
}

#: The rules of good rows that are not kept: an earlier row of the source, or a row from elsewhere, has the app id.
REPEATED: Final = "app_id_repeated"
SUPERSEDED: Final = "superseded"

#: The same for good rows that are not kept.
DUPLICATE_RULES: Final[dict[str, str]] = {
    REPEATED: "An earlier record of the source has the same app id.",
    SUPERSEDED: "Another row of the app id wins: of a source named later, or, between a source and the snapshot that "
    "this one goes on from, the one observed later.",
}
