"""Whether a source as a whole is a catalogue: a broken file is an error, however many of its records can be read."""

from __future__ import annotations

from typing import Final

from tasador.errors import SourceError
from tasador.ingest.raw_fields import FIELDS
from tasador.ingest.tally import Tally

__all__ = ["check_shape"]

#: So many values of which none can be read are no accident.
_ENOUGH: Final = 20

#: The columns of fields that are called otherwise.
_READ_INTO: Final = {"price": "list_price", "discount_price": "current_price", "owners": "owners_min"}


def check_shape(tally: Tally, *, where: str, example: str, max_reject_share: float, strict: bool) -> None:
    """Refuse a source that is no catalogue.

    Args:
        tally: What became of its records.
        where: What to call the source in errors.
        example: How one of its records looks.
        max_reject_share: The largest share of its records, 0 to 1, that may be rejects.
        strict: Whether a single record in quarantine or a single reject is too much.

    Raises:
        SourceError: Too many of its records are none, no record has a field that a catalogue has, or none is a game.
    """
    records = tally.outcomes.total()
    rejected = tally.outcomes["reject"]
    if records == 0:
        raise SourceError("the source is empty", where=where, expected="one record a line", do="Check the file.")
    if rejected > max_reject_share * records:
        number, rule, record = tally.first_reject
        excerpt = record[:60].decode("utf-8", "backslashreplace")
        raise SourceError(
            "too many of its lines are no records",
            where=where,
            got=f"{rejected:,} of {records:,} lines ({rejected / records:.0%}), first line {number} "
            f"({rule}): {excerpt!r}",
            expected=f"at most {max_reject_share:.0%}, the others {example}",
            do="Check that the file is whole and of this format; --max-reject-share allows more.",
        )
    if not tally.known_fields:
        seen = ", ".join(field for field, _ in tally.counts["unknown_fields"].most_common(8)) or "none"
        raise SourceError(
            "no record has a field that a game catalogue has",
            where=where,
            got=f"the fields {seen}",
            expected=f"some of {', '.join(FIELDS)}",
            do="Check that the file is a game catalogue, or say what its fields mean: --map FILE.",
        )
    kept = tally.outcomes["game"] + tally.outcomes["duplicate"]
    broken = ", ".join(f"{rule} ({rows:,})" for (_, rule), rows in tally.rules.most_common())
    if kept == 0:
        raise SourceError(
            "none of its records is a game",
            where=where,
            got=f"{records:,} records, set apart by: {broken}",
            expected="records that keep the rules: an id, a name, a release date, something to use",
            do="Check that the file is a game catalogue.",
        )
    for field, lost in tally.counts["unreadable"].items():
        column = _READ_INTO.get(field, field)
        if lost >= _ENOUGH and tally.nulls[column] == tally.outcomes["game"]:
            raise SourceError(
                f"none of its values of {field} can be read",
                where=where,
                got=f"{lost:,}{_such_as(tally) if field == 'price' else ''}",
                expected="values that the data dictionary tells of",
                do="Say in a mapping how they are written (unit, decimal, format), or leave the column out of it.",
            )
    lost = tally.outcomes["quarantine"] + rejected
    if strict and lost:
        raise SourceError(
            "some of its records break the contract",
            where=where,
            got=f"{lost:,} of {records:,}: {broken}",
            expected="none, since --strict is given",
            do="Mend them, or ingest without --strict: they are set aside with the names of the rules they broke.",
        )


def _such_as(tally: Tally) -> str:
    texts = [repr(text) for text, _ in tally.counts["price_texts"].most_common(3)]
    return f", such as {', '.join(texts)}"
