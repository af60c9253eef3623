"""The rules by which a record of a feed is no event though it breaks none of the contract's."""

from __future__ import annotations

from typing import Final

from tasador.ingest.refusals import REFUSALS

__all__ = ["CONTRADICTED", "REJECTS", "REPEATED", "SAYS", "UNCHANGED"]

REPEATED: Final = "event_repeated"
CONTRADICTED: Final = "event_contradicted"
UNCHANGED: Final = "price_unchanged"

#: The rules of lines that are no records.
REJECTS: Final = ("line_blank", "line_not_utf8", "row_misquoted", "row_ragged")

#: What the rules say of a duplicate and of a reject.
SAYS: Final[dict[str, str]] = {
    REPEATED: "An earlier record says the same of that moment.",
    CONTRADICTED: "An earlier record says another price of that moment.",
    UNCHANGED: "The prices are those that held already.",
    **{name: REFUSALS[name][1] for name in REJECTS},
}
