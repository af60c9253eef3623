"""A compiled reader of lines that are Python dictionaries; `_literals.c` says which lines it reads."""

from collections.abc import Sequence
from typing import Literal, TypeAlias, final

Kind: TypeAlias = Literal["text", "texts", "truth"]

@final
class Table:
    """Columns of lines: `start` and `stop`, the place of each in the block without its end, and fields."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        """Hand the columns over by the Arrow PyCapsule interface.

        Raises:
            ValueError: They were handed over already.
        """

def read(block: bytes, fields: Sequence[tuple[str, Kind]], max_line_bytes: int, /) -> tuple[Table, Table]:
    """Read a block of lines without holding the GIL.

    Args:
        block: Lines that end in newlines; the last may lack its own.
        fields: Each field that a line may have, and what its column holds.
        max_line_bytes: Longer lines are left to Python.

    Returns:
        The lines that were read, with a column for each field, null where a line lacks it; and the others, without.
        Both in the order of the block.

    Raises:
        MemoryError: There is not enough memory for the columns.
        TypeError: An argument is of another type.
        ValueError: A field is of another kind.
    """
