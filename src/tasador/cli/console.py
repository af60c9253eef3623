"""What people see: progress on standard error, results on standard output."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from tasador.workflows.progress import Progress

if TYPE_CHECKING:
    from tasador.workflows.delete import Deleted

__all__ = ["print_deleted", "print_json", "print_table", "progress"]

#: How long a step may go on without a line where there is no terminal.
_QUIET_SECONDS: Final = 5.0


@contextlib.contextmanager
def progress() -> Iterator[Progress]:
    """Show progress: a bar a step on a terminal, lines elsewhere."""
    if sys.stderr.isatty():
        with _bars() as show:
            yield show
    else:
        yield _lines()


def print_json(value: Any) -> None:
    """Print a result for machines."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows for people; columns of numbers are flush right."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(name), *(len(row[i]) for row in cells)) if cells else len(name) for i, name in enumerate(head)]
    right = [all(isinstance(row[i], (int, float)) for row in rows) and bool(rows) for i in range(len(head))]

    def line(values: Sequence[str]) -> str:
        padded = (
            value.rjust(width) if flush else value.ljust(width)
            for value, width, flush in zip(values, widths, right, strict=True)
        )
        return "  ".join(padded).rstrip()

    print(line(head))
    print("  ".join("-" * width for width in widths))
    for row in cells:
        print(line(row))


def print_deleted(deleted: Deleted, *, as_json: bool) -> None:
    """Print what is gone."""
    if as_json:
        print_json({"deleted": list(deleted.names), "size_bytes": deleted.size_bytes})
    else:
        print(f"deleted   {', '.join(deleted.names)}: {deleted.size_bytes / 1e6:.1f} MB")


@contextlib.contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    bars = Bars(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"), console=Console(stderr=True),
    )  # fmt: skip
    tasks: dict[str, Any] = {}

    def show(step: str, done: int, total: int, note: str = "") -> None:
        if step not in tasks:
            tasks[step] = bars.add_task(step, total=total or None, note="")
        bars.update(tasks[step], completed=done, note=note)

    with bars:
        yield show


def _lines() -> Progress:
    """Print a line when a step begins and ends, and now and then in between."""
    last = 0.0

    def show(step: str, done: int, total: int, note: str = "") -> None:
        nonlocal last
        if done in {0, total} or time.monotonic() - last > _QUIET_SECONDS:
            last = time.monotonic()
            told = [f"{done / total:.0%}"] if total else []
            print(f"{step}: {', '.join([*told, note] if note else told)}", file=sys.stderr, flush=True)

    return show
