"""What a mapping must say beyond the types of its keys."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from pydantic import BaseModel

from tasador.ingest.mapping.currencies import CURRENCIES
from tasador.ingest.mapping.mapping_file import MappingFile
from tasador.ingest.mapping.model import (
    Condition,
    DateColumn,
    KindTable,
    ListColumn,
    MappingModel,
    NamesColumn,
    PlatformColumns,
    PriceTable,
    TruthColumn,
)
from tasador.ingest.mapping.validation import aliases, names_of

__all__ = ["check", "told"]

#: The directives of `strptime` that a date may be written with.
_DIRECTIVES: Final = frozenset("aAbBdfHIjmMpSyYzZ%")


def check(file: MappingFile, model: MappingModel) -> None:
    """Check what types cannot say.

    Raises:
        SourceError: Something is wrong; told of the first that is found.
    """
    _check_identity(file, model)
    _check_csv(file, model)
    for path, table in told(file, model):
        match table:
            case DateColumn():
                _check_date(file, path, table)
            case ListColumn() | PlatformColumns():
                _check_list(file, path, table, in_csv=model.format == "csv")
            case Condition():
                _check_condition(file, path, table)
            case PriceTable():
                _check_price(file, path, table)
            case KindTable():
                _check_kind(file, path, table)
            case _:
                pass
    for name in file.document.get("constants", {}):
        if name in file.document.get("columns", {}) or name in file.document:
            raise file.error(
                ("constants", name), f"{name} is told twice", got="a constant and a column", do="Leave one of them out."
            )


def told(file: MappingFile, model: MappingModel) -> Iterator[tuple[tuple[str, ...], BaseModel]]:
    """List the tables that name columns, with their paths as the file writes them."""
    for name, field in type(model.columns).model_fields.items():
        table = getattr(model.columns, name)
        if table is not None:
            written = next(one for one in aliases(name, field) if one in file.document["columns"])
            yield ("columns", written), table
    if model.price is not None:
        yield ("price",), model.price
    if model.kind is not None:
        yield ("kind",), model.kind
        for name in type(model.kind).model_fields:
            table = getattr(model.kind, name)
            if isinstance(table, Condition):
                yield ("kind", name), table


def _check_identity(file: MappingFile, model: MappingModel) -> None:
    columns = model.columns
    for name, there in (("id", columns.id or columns.url), ("name", columns.app_name)):
        if there is None:
            raise file.error(
                ("columns",),
                f"nothing says the {name} of a game",
                got=f"columns for {', '.join(file.document['columns']) or 'nothing'}",
                expected=f'{name} = "…" with the name of a column',
                do="Add it under [columns].",
            )


def _check_csv(file: MappingFile, model: MappingModel) -> None:
    if model.format != "csv":
        if "csv" in file.document:
            raise file.error(
                ("csv",), "[csv] is told of another format", got=f"format = {model.format!r}", do="Leave [csv] out."
            )
        return
    for name, character in (("delimiter", model.csv.delimiter), ("quote", model.csv.quote)):
        if len(character) != 1 or not character.isascii() or character in "\r\n":
            raise file.error(
                ("csv", name), f"the {name} is no single ASCII character", got=repr(character), do="Write one."
            )
    if model.csv.delimiter == model.csv.quote:
        raise file.error(("csv", "quote"), "delimiter and quote are the same", got=repr(model.csv.quote))
    if not _keeps_ascii(model.csv.encoding):
        raise file.error(
            ("csv", "encoding"),
            "there is no such encoding, or it is none in which ASCII is itself",
            got=repr(model.csv.encoding),
            expected="a name such as utf-8, latin-1, cp1252 or gb18030",
            do="Convert the table to UTF-8 if it is in UTF-16.",
        )


def _keeps_ascii(encoding: str) -> bool:
    try:
        return "\n,;az".encode(codecs.lookup(encoding).name) == b"\n,;az"
    except (LookupError, UnicodeError):
        return False


def _check_date(file: MappingFile, path: tuple[str, ...], table: DateColumn) -> None:
    if table.format is None:
        return
    used = re.findall(r"%(.?)", table.format, re.DOTALL)
    wrong = [f"%{one}" for one in used if one not in _DIRECTIVES or one == ""]
    twice = [f"%{one}" for one, times in Counter(used).items() if times > 1 and one != "%"]
    if twice and not wrong:
        raise file.error(
            (*path, "format"),
            f"the date format has {twice[0]} twice",
            got=repr(table.format),
            expected="each part once",
            do='02/03/2019, a day in March, is "%d/%m/%Y".',
        )
    if wrong or not {"y", "Y"} & set(used):
        raise file.error(
            (*path, "format"),
            "the date format has no year" if not wrong else f"the date format has an unknown part {wrong[0]!r}",
            got=repr(table.format),
            expected="parts such as %d for the day, %m or %b for the month and %Y for the year",
            do='02/03/2019, a day in March, is "%d/%m/%Y".',
        )


def _check_list(file: MappingFile, path: tuple[str, ...], table: ListColumn | PlatformColumns, *, in_csv: bool) -> None:
    if isinstance(table, PlatformColumns):
        own = [name for name in ("windows", "mac", "linux") if getattr(table, name) is not None]
        if bool(own) == (table.column is not None):
            raise file.error(
                path,
                "platforms are told " + ("twice" if own else "by no column"),
                got=", ".join(file.document["columns"][path[-1]]) or "nothing",
                expected="column, or some of windows, mac and linux",
            )
        if own:
            return
    if table.separator == "":
        raise file.error((*path, "separator"), "the separator is empty", expected='a text such as ";"')
    if table.separator is not None and table.bracketed:
        raise file.error(path, "a list is told in two ways", got="separator and bracketed", do="Leave one of them out.")
    if in_csv and table.separator is None and not table.bracketed and not isinstance(table, NamesColumn):
        raise file.error(
            path,
            "nothing says how the items of a list are parted",
            got=repr(table.column),
            expected=f'{path[-1]} = {{ column = "{table.column}", separator = ";" }}, or bracketed = true for '
            "texts such as ['a', 'b']",
        )


def _check_condition(file: MappingFile, path: tuple[str, ...], table: Condition) -> None:
    said = [name for name in ("equals", "contains") if getattr(table, name) is not None]
    if len(said) == 2 or (not said and not isinstance(table, TruthColumn)):
        raise file.error(
            path,
            "a condition needs one test",
            got=" and ".join(said) or "none",
            expected=f'{{ column = "{table.column}", contains = "…" }} or equals = "…"',
        )


def _check_price(file: MappingFile, path: tuple[str, ...], table: PriceTable) -> None:
    if table.currency is not None and table.currency_column is not None:
        raise file.error(
            (*path, "currency"), "the currency is told twice", got="currency and currency_column", do="Leave one out."
        )
    if table.currency_column is None and table.currency not in CURRENCIES:
        code = table.currency or ""
        raise file.error(
            (*path, "currency"),
            "no currency that there is" if code else "nothing says the currency of the prices",
            got=repr(code) if code else None,
            expected="an ISO 4217 code, such as USD or EUR",
            do='Write currency = "…", or currency_column = "…" with the column that says it.',
        )


def _check_kind(file: MappingFile, path: tuple[str, ...], table: KindTable) -> None:
    if all(getattr(table, name) is None for name in type(table).model_fields):
        raise file.error(path, "[kind] says nothing", expected=f"some of {', '.join(names_of(KindTable))}")
