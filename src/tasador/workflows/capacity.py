"""Whether one process of this machine will do for a source, by its size: an estimate, made without reading it."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path
from typing import Final

from tasador import processors
from tasador.errors import SourceError
from tasador.storage.nearby import nearby
from tasador.storage.sources.packing import is_packed
from tasador.workflows.doctor import Check

__all__ = ["look_at_source"]

#: Of a catalogue of Python literals or JSON: bytes of a record, and how much larger it is unpacked.
_RECORD_BYTES: Final = 660
_PACKED: Final = 7

#: What an ingest takes, as docs/scale.md tells: memory whatever comes, and with each record; CPU time with each record.
_MEMORY_BYTES: Final = 500_000_000
_MEMORY_BYTES_A_RECORD: Final = 100
_SECONDS_A_RECORD: Final = 12e-6

#: Longer than this, more machines are worth their trouble.
_PATIENCE_SECONDS: Final = 3_600

#: How much of the memory that is free an ingest may need.
_SHARE_OF_MEMORY: Final = 0.8


def look_at_source(named: Path) -> Check:
    """Estimate what a source's ingest needs, beside what this machine has."""
    if not named.exists():
        error = SourceError("no such file", where=named, do=nearby(named))
        return Check("source", "wrong", str(error))
    files = [path for path in named.rglob("*") if path.is_file()] if named.is_dir() else [named]
    records = sum(map(_unpacked_bytes, files)) // _RECORD_BYTES
    memory = _MEMORY_BYTES + records * _MEMORY_BYTES_A_RECORD
    seconds = records * _SECONDS_A_RECORD / min(processors.count(), 2)
    free = _free_memory_bytes()
    says = (
        f"about {records:,} records; here an ingest takes some {_duration(seconds)} and {memory / 1e9:,.1f} GB, "
        f"of {free / 1e9:,.1f} GB that are free"
    )
    if memory <= _SHARE_OF_MEMORY * free and seconds <= _PATIENCE_SECONDS:
        return Check("source", "ok", says)
    too_much = "too much memory" if memory > _SHARE_OF_MEMORY * free else "long"
    return Check("source", "note", f"{says}: {too_much} for one process", _do())


def _do() -> str:
    lacking = []
    if importlib.util.find_spec("pyspark") is None:
        lacking.append("pip install 'tasador[spark]'")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        lacking.append("Java 17, such as apt install openjdk-17-jre-headless")
    first = f"Install {' and '.join(lacking)}, on every machine; then " if lacking else ""
    return f"{first}`tasador ingest SOURCE --engine spark --master spark://HOST:7077` works on many machines."


def _unpacked_bytes(path: Path) -> int:
    with path.open("rb") as file:
        packed = is_packed(file.read(8))
    return path.stat().st_size * (_PACKED if packed else 1)


def _free_memory_bytes() -> int:
    """Tell the memory that programs may still take; where the system does not say, all that the machine has."""
    told = Path("/proc/meminfo")
    if told.exists():
        for line in told.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _duration(seconds: float) -> str:
    for unit, length in (("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {unit}"
    return f"{max(seconds, 1):.0f} seconds"
