"""Paired load: all servers up on one core, wrk on another, slices in random order, ratios inside each round."""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving.servers import CORES, Server, ServerError

__all__ = ["Rounds", "Slice", "Target", "measure"]

#: Before the first round each is asked for so long, uncounted.
_WARM_SECONDS = 1

#: Asks with each line of a file in turn.
_IN_TURN = """\
local requests, at = {{}}, 0
function init()
  wrk.headers["Content-Type"] = "application/json"
  for line in io.lines("{file}") do
    requests[#requests + 1] = wrk.format({arguments})
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
"""


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked of a server.

    Attributes:
        name: What it is called in tables.
        server: The server.
        path: The address, with its query.
        bodies: A file of JSON bodies, one a line, that are posted in turn; None reads.
        paths: A file of addresses, one a line, that are read in turn; None reads the one address.
    """

    name: str
    server: Server
    path: str
    bodies: Path | None = None
    paths: Path | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """What came of asking one target for some seconds.

    Attributes:
        per_second: Answers a second.
        cpu_us: CPU time of the server an answer, in microseconds.
        refused: How many further requests were not answered with success: the server had too much to do.
    """

    per_second: float
    cpu_us: float
    refused: int


@dataclass(frozen=True, slots=True)
class Rounds:
    """Slices of several targets, round by round.

    Attributes:
        slices: By target, one for each round.
        resident_mb: By target, what its server held in the end.
    """

    slices: dict[str, list[Slice]]
    resident_mb: dict[str, float]

    def ratios(self, of: str, to: str) -> list[float]:
        """Divide two targets' throughputs, round by round."""
        return [a.per_second / b.per_second for a, b in zip(self.slices[of], self.slices[to], strict=True)]


def measure(targets: Sequence[Target], *, connections: int, rounds: int, seconds: int) -> Rounds:
    """Ask all targets in each round, in random order.

    Raises:
        ServerError: One answers with an error.
    """
    order = random.Random(7)
    found = Rounds({target.name: [] for target in targets}, {})
    for target in targets:
        # NOTE: what is loaded when first asked for keeps others waiting.
        target.server.ask(target.path, None if target.bodies is None else target.bodies.read_bytes().splitlines()[0])
        _slice(target, connections, _WARM_SECONDS)
    for _ in range(rounds):
        for target in order.sample(targets, len(targets)):
            found.slices[target.name].append(_slice(target, connections, seconds))
    found.resident_mb.update({target.name: target.server.resident_mb for target in targets})
    return found


def _slice(target: Target, connections: int, seconds: int) -> Slice:
    command = ["taskset", "-c", str(CORES[1]), "wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--timeout", "30s"]
    for file, arguments in ((target.bodies, '"POST", nil, nil, line'), (target.paths, '"GET", line')):
        if file is not None:
            script = file.with_suffix(".lua")
            script.write_text(_IN_TURN.format(file=file, arguments=arguments))
            command += ["-s", str(script)]
    before = target.server.cpu_seconds
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{target.server.port}{target.path}"], check=True, capture_output=True, text=True
    )
    used = target.server.cpu_seconds - before
    lost = re.search(r"Socket errors: .*", done.stdout)
    refused = int(_number(r"Non-2xx or 3xx responses: (\d+)", done.stdout))
    total = int(_number(r"(\d+) requests in", done.stdout))
    if lost or total <= refused:
        raise ServerError(f"{target.name}: {lost[0] if lost else f'{refused} of {total} refused'} at {target.path}")
    answered = total - refused
    return Slice(_number(r"Requests/sec:\s+([\d.]+)", done.stdout) * answered / total, used / answered * 1e6, refused)


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    return float(found[1]) if found else 0.0
