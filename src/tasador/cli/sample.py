"""tasador sample"""

from __future__ import annotations

import itertools
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Final

import typer

from tasador.cli import numbers
from tasador.errors import TasadorError

if TYPE_CHECKING:
    from tasador.storage.tables import Block, TableFormat
    from tasador.testing.record import Record

_LITERALS: Final = "python-literals"

#: The tables that it can be written as, by the name that `ingest` and its mappings know them by.
_TABLES: Final[dict[str, TableFormat]] = {"json-lines": "jsonl", "csv": "csv", "parquet": "parquet"}

#: How names end that say one of them; any other, such as .json, is python-literals, as the store's catalogue is.
_ENDINGS: Final = {
    ".jsonl": "json-lines",
    ".ndjson": "json-lines",
    ".csv": "csv",
    ".parquet": "parquet",
}


def _format(name: str) -> str:
    if name not in {_LITERALS, *_TABLES}:
        raise typer.BadParameter(f"got {name!r}, expected one of {', '.join((_LITERALS, *_TABLES))}.")
    return name


Rows = Annotated[int, typer.Argument(metavar="N", parser=numbers.whole_number(0), help="How many records.")]
Seed = Annotated[
    int,
    typer.Option("--seed", metavar="S", parser=numbers.whole_number(0), help="The same seed gives the same bytes."),
]
Written = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        parser=_format,
        help="python-literals, as the store's catalogue; json-lines; csv or parquet, which are read by a mapping. "
        "[default: what --output says, or python-literals]",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Where to write it; .gz compresses. [default: standard output]"
    ),
]
Split = Annotated[
    bool,
    typer.Option("--split", help="--output is a new folder, with a packed file for each 40,000 records."),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        parser=numbers.whole_number(1),
        help="For python-literals: how many processes make them; the bytes are the same. [default: one a processor]",
    ),
]


Prices = Annotated[
    bool,
    typer.Option("--prices", help="Write the feed of price changes of that catalogue instead: CSV, some 25 a record."),
]


def sample(
    rows: Rows,
    seed: Seed = 0,
    format: Written = None,  # noqa: A002  (the option's name)
    prices: Prices = False,
    output: Output = None,
    split: Split = False,
    workers: Workers = None,
) -> None:
    """Write a synthetic raw catalogue, shaped like the real one and with all its warts.

    Of any size, as it is made: a billion records take a day of a processor's time, and memory does not grow with them.
    """
    if prices:
        _write_prices(rows, seed, format, output, split=split, workers=workers)
        return
    written = _chosen(format, output)
    if split and (output is None or written != _LITERALS):
        raise typer.BadParameter(
            "only python-literals are split, into a folder that --output names.", param_hint="--split"
        )
    if written == "parquet" and output is None and sys.stdout.isatty():
        raise typer.BadParameter("Parquet is not for terminals: name a file with --output.", param_hint="--format")
    target = sys.stdout.buffer if output is None else output
    if split and output is not None:
        _write_folder(output, _parts(rows, seed, workers, packed=True), "json")
    elif written == _LITERALS:
        _write_lines(target, _parts(rows, seed, workers, packed=_packed(output)))
    else:
        _write_table(target, _TABLES[written], rows, seed)
    if output is not None:
        print(f"{output}: {rows:,} records as {written}, seed {seed}", file=sys.stderr)
        if written in {"csv", "parquet"}:
            print(f"Next: tasador ingest --suggest-map {shlex.quote(str(output))} > mapping.toml", file=sys.stderr)


def _chosen(named: str | None, output: Path | None) -> str:
    """Take the format that was named, or that the output's name says."""
    suffixes = [] if output is None else [one.lower() for one in output.suffixes if one.lower() != ".gz"]
    says = _ENDINGS.get(suffixes[-1]) if suffixes else None
    if named is not None and says is not None and named != says:
        raise typer.BadParameter(
            f"got {named} for a name that ends in {suffixes[-1]}: leave one out.", param_hint="--format, --output"
        )
    written = named or says or _LITERALS
    if written == "parquet" and output is not None and output.suffix.lower() == ".gz":
        raise typer.BadParameter(f"got {output}: Parquet is packed inside, leave the .gz out.", param_hint="--output")
    return written


def _write_table(target: Path | BinaryIO, written: TableFormat, rows: int, seed: int) -> None:
    from tasador.storage.tables import write_table
    from tasador.testing.record import FIELDS

    columns = None if written == "jsonl" else FIELDS
    with write_table(target, written, columns, {}) as write:
        for block in _blocks(rows, seed, lists=written == "jsonl"):
            write(block, [{}] * len(block.rows))


def _blocks(rows: int, seed: int, *, lists: bool) -> Iterator[Block]:
    """Make records block by block; without lists they become texts with semicolons in between."""
    from tasador.storage.tables import Block, Row
    from tasador.storage.tables.block import BLOCK_ROWS
    from tasador.testing import make_raw_records

    records = make_raw_records(rows, seed=seed)
    while block := list(itertools.islice(records, BLOCK_ROWS)):
        yield Block([Row(dict(one) if lists else _flat(one)) for one in block], 0)


def _flat(record: Record) -> dict[str, Any]:
    from tasador.storage.tables.cells import text

    return {name: ";".join(value) if isinstance(value, list) else text(value) for name, value in record.items()}


def _write_prices(
    rows: int, seed: int, named: str | None, output: Path | None, *, split: bool, workers: int | None
) -> None:
    from tasador import processors
    from tasador.testing import make_price_parts

    if named not in {None, "csv"} or (split and output is None):
        raise typer.BadParameter("prices are written as CSV, split into a folder that --output names.")
    packed = split or _packed(output)
    parts = make_price_parts(rows, seed=seed, packed=packed, headed=split, workers=workers or processors.count())
    if split and output is not None:
        _write_folder(output, parts, "csv")
    else:
        _write_lines(sys.stdout.buffer if output is None else output, parts)
    if output is not None:
        print(f"{output}: price changes of {rows:,} records, seed {seed}", file=sys.stderr)


def _packed(output: Path | None) -> bool:
    return output is not None and output.suffix == ".gz"


def _write_lines(target: Path | BinaryIO, parts: Iterator[bytes]) -> None:
    from tasador.storage import atomic

    if not isinstance(target, Path):
        target.writelines(parts)
        return
    place = target.resolve()
    if place.is_dir() or not place.parent.is_dir():
        raise TasadorError(
            "cannot write there",
            where=target,
            got="a folder" if place.is_dir() else f"no folder {place.parent}",
            expected="a file in a folder that is there",
            do="Name a file.",
        )
    if place.exists() and not place.is_file():
        with place.open("wb") as device:  # a pipe or a device is written to, not replaced
            device.writelines(parts)
    else:
        with atomic.replacing(place) as file:
            file.writelines(parts)


def _write_folder(target: Path, parts: Iterator[bytes], ending: str) -> None:
    from tasador.storage import atomic

    if target.exists():
        raise TasadorError("there is something already", where=target, do="Name a new folder.")
    with atomic.scratch_directory(target.resolve().parent) as folder:
        for number, part in enumerate(parts):
            (folder / f"part-{number:05}.{ending}.gz").write_bytes(part)
        atomic.publish(folder, target)


def _parts(rows: int, seed: int, workers: int | None, *, packed: bool) -> Iterator[bytes]:
    from tasador import processors
    from tasador.testing import make_raw_parts

    return make_raw_parts(rows, seed=seed, packed=packed, workers=workers or processors.count())
