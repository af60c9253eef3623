"""Whether one process of this machine will do for a source, by its size: an estimate, made without reading it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tasador import processors
from tasador.errors import SourceError
from tasador.prices.feed import read_header
from tasador.storage.nearby import nearby
from tasador.storage.sources.opening import is_url
from tasador.storage.sources.packing import is_packed, unpacked
from tasador.workflows.doctor import Check

__all__ = ["look_at_source"]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What reads a kind of source, and what that takes, as docs/scale.md and docs/prices.md tell.

    Attributes:
        command: What reads it.
        record_bytes: Of a record, unpacked.
        packed: How much larger it is unpacked.
        memory_bytes: Of memory, whatever comes.
        memory_bytes_a_record: Of memory besides.
        seconds_a_record: Of CPU time.
    """

    command: str
    record_bytes: int
    packed: int
    memory_bytes: int
    memory_bytes_a_record: int
    seconds_a_record: float


_CATALOGUE: Final = _Kind("ingest", 660, 7, 700_000_000, 10, 12e-6)
_FEED: Final = _Kind("prices import", 130, 12, 950_000_000, 2, 3.6e-6)

#: Longer than this, more machines are worth their trouble.
_PATIENCE_SECONDS: Final = 3_600

#: Where the system tells what memory there is, and what a container may take.
_MEMORY: Final = Path("/proc/meminfo")
_LIMITS: Final = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))

#: How much of the memory that is free an ingest may need.
_SHARE_OF_MEMORY: Final = 0.8


def look_at_source(named: str) -> Check:
    """Estimate what reading a source needs, a catalogue or a feed of prices, beside what this machine has."""
    if is_url(named) or named in {"-", "steam-api"}:
        says = f"{named} is not looked at: how much it is shows when it is read"
        return Check("source", "note", says, "Download it and name the file, to have it estimated.")
    path = Path(named)
    if not named or not path.exists():
        error = SourceError("no such file", where=repr(named), do=nearby(path) if named else "Name one.")
        return Check("source", "wrong", str(error))
    files = [one for one in sorted(path.rglob("*")) if one.is_file()] if path.is_dir() else [path]
    if not files:
        return Check("source", "wrong", f"{named}: the folder holds no file", "Name another.")
    kind = _FEED if _is_feed(files[0]) else _CATALOGUE
    records = sum(_unpacked_bytes(file, kind) for file in files) // kind.record_bytes
    memory = kind.memory_bytes + records * kind.memory_bytes_a_record
    seconds = records * kind.seconds_a_record / min(processors.count(), 2)
    free = _free_memory_bytes()
    says = (
        f"about {records:,} records by its size; here `tasador {kind.command}` takes some {_duration(seconds)} and "
        f"{memory / 1e9:,.1f} GB, of {free / 1e9:,.1f} GB that are free"
    )
    if memory <= _SHARE_OF_MEMORY * free and seconds <= _PATIENCE_SECONDS:
        return Check("source", "ok", says)
    too_much = "too much memory" if memory > _SHARE_OF_MEMORY * free else "long"
    return Check("source", "note", f"{says}: {too_much} for one process", _do(kind))


def _is_feed(path: Path) -> bool:
    """Whether a file begins as a feed of prices does; one that cannot be unpacked is for its reader to tell of."""
    with contextlib.suppress(SourceError, OSError), path.open("rb") as file:
        start = next(unpacked(file, size_bytes=path.stat().st_size, where=str(path)), b"")
        read_header(start.partition(b"\n")[0], where=str(path))
        return True
    return False


def _do(kind: _Kind) -> str:
    lacking = []
    if importlib.util.find_spec("pyspark") is None:
        lacking.append("pip install 'tasador[spark]'")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        lacking.append("Java 17, such as apt install openjdk-17-jre-headless")
    first = f"Install {' and '.join(lacking)}, on every machine; then " if lacking else ""
    return f"{first}`tasador {kind.command} SOURCE --engine spark --master spark://HOST:7077` works on many machines."


def _unpacked_bytes(path: Path, kind: _Kind) -> int:
    with path.open("rb") as file:
        packed = is_packed(file.read(8))
    return path.stat().st_size * (kind.packed if packed else 1)


def _free_memory_bytes() -> int:
    """Tell the memory that programs may still take, also in a container; else all that the machine has."""
    told = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    if _MEMORY.exists():
        lines = _MEMORY.read_text().splitlines()
        told += [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    told += [int(limit) for file in _LIMITS if file.exists() and (limit := file.read_text().strip()).isdecimal()]
    return min(told)


def _duration(seconds: float) -> str:
    for unit, length in (("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {unit}"
    return f"{max(seconds, 1):.0f} seconds"
