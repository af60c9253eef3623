"""Tables of any size, read and written a block of rows at a time: CSV, JSON lines and Parquet."""

from tasador.storage.tables.block import FORMATS, Block, Row, TableFormat
from tasador.storage.tables.naming import TAB, format_named
from tasador.storage.tables.reading import Table, open_table
from tasador.storage.tables.writing import Write, write_table

__all__ = [
    "FORMATS",
    "TAB",
    "Block",
    "Row",
    "Table",
    "TableFormat",
    "Write",
    "format_named",
    "open_table",
    "write_table",
]
