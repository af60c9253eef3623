"""What similar games cost as a synthetic catalogue grows: each size in a process, whose memory is measured."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import numpy as np

from benchmarks.similar import synthetic
from benchmarks.similar.cost import K, held_bytes, recall
from benchmarks.similar.ways import vectors
from tasador.features.game import Game
from tasador.models import markdown
from tasador.similar import making

__all__ = ["grow"]

_SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
_ASKED = 300
_RECALLED = 60


def grow(most: int, place: Path) -> Iterator[str]:
    """Measure, and give the table of what came of it.

    Args:
        place: Where a catalogue is made.
    """
    table = synthetic.make(most + _ASKED, place)
    sizes = [*(size for size in _SIZES if size < most), most]
    lines = []
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.similar.growth", str(table), str(size)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout)
        print(found, flush=True)
        lines.append(
            [
                f"{size:,}",
                f"{found['build_cpu_seconds']:.1f}",
                f"{found['index_mb']:.0f}",
                f"{found['peak_mb']:,.0f}",
                f"{found['median_ms']:.2f}",
                f"{found['p99_ms']:.2f}",
                f"{found['described_ms']:.2f}",
                f"{found['recall']:.3f}",
                f"{size**2 * 4 / 1e6:,.0f}",
            ]
        )
    yield markdown.table(
        [
            "games",
            "CPU s to build",
            "MB of its arrays",
            "MB at most, building",
            "CPU ms an entry, median",
            "99 of 100",
            "a described game",
            f"recall@{K}",
            "MB of a matrix",
        ],
        lines,
    )


def _measure(table: Path, size: int) -> dict[str, float]:
    # NOTE: that the games are made is no part of it; they come one after the other, as from a snapshot read in parts.
    spent = [0.0]
    begun = time.process_time()
    kinds = making.entries(_timed(synthetic.games(table, size), spent), repeat(None, size), {})
    build = time.process_time() - begun - spent[0]
    peak = _peak_mb()
    (entries,) = kinds.values()
    index = entries.index
    asked = np.random.default_rng(2).choice(index.n_entries, min(_ASKED, index.n_entries), replace=False)
    seconds, found = [], np.full((len(asked), K), -1)
    for at, row in enumerate(asked.tolist()):
        begun = time.process_time()
        rows, _ = index.nearest(index.entry(row), K + 1)
        seconds.append(time.process_time() - begun)
        others = [other for other in rows.tolist() if other != row][:K]
        found[at, : len(others)] = others
    described = list(synthetic.games(table, _ASKED, skipped=size))
    begun = time.process_time()
    for game in described:
        index.nearest(index.weigh(game, with_tags=True), K)
    asking = (time.process_time() - begun) / len(described)
    return {
        "build_cpu_seconds": build,
        "index_mb": held_bytes(kinds) / 1e6,
        "peak_mb": peak,
        "median_ms": float(np.median(seconds)) * 1e3,
        "p99_ms": float(np.percentile(seconds, 99)) * 1e3,
        "described_ms": asking * 1e3,
        "recall": recall(vectors(entries), asked[:_RECALLED], found[:_RECALLED]),
    }


def _peak_mb() -> float:
    """Tell the most memory that this process held; what the operating system says of usage is its parent's too."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    return int(found[1]) / 1024 if found else float("nan")


def _timed(made: Iterator[Game], spent: list[float]) -> Iterator[Game]:
    while True:
        begun = time.process_time()
        game = next(made, None)
        spent[0] += time.process_time() - begun
        if game is None:
            return
        yield game


if __name__ == "__main__":
    print(json.dumps(_measure(Path(sys.argv[1]), int(sys.argv[2]))))
