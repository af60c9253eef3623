"""The commands of the README and of the pages that go on from it, run as a reader would run them.

In a `console` block the lines after a command are what it prints to standard output; a last line `…` says that there
is more. A `python` block's output is the `text` block after it. A block that names a file, as in ```csv games.csv, is
that file. Ids of snapshots and models depend on the code, so any 12 hexadecimal digits equal any others. `VERSION`
stands for the champion.

`python -m tests.docs.readme` writes the output anew into both READMEs and the other pages.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
READMES = (ROOT / "README.md", ROOT / "README.es.md")

#: The pages in the order in which they are run, in one folder.
TOUR = (READMES[0], ROOT / "docs" / "appraise.md", ROOT / "docs" / "prices.md")
MORE = "…"

_BLOCK = re.compile(
    r"^(?P<opening>```(?P<language>\w+)(?: (?P<file>[\w.]+))?\n)(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_ID = re.compile(r"\b[0-9a-f]{12}\b")
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language and what stands in it."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Session:
    """A folder in which the README's commands are run one after the other."""

    directory: Path
    servers: list[subprocess.Popen[str]] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    def run(self, command: str) -> str:
        """Run a command and return what it prints to standard output."""
        words = shlex.split(command.replace("VERSION", self._champion()))
        if words[0] == "curl":
            return self._ask(words[-1])
        if words[-1] == "&":
            self._start(words[:-1])
            return ""
        return self._output(words)

    def run_python(self, code: str) -> str:
        """Run Python code and return what it prints."""
        return self._output([sys.executable, "-c", code])

    def _output(self, words: list[str]) -> str:
        done = subprocess.run(words, cwd=self.directory, env=_environment(), capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(words)} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def _start(self, words: list[str]) -> None:
        server = subprocess.Popen(
            [*words, "--port", "0"], cwd=self.directory, env=_environment(), stderr=subprocess.PIPE, text=True
        )
        self.servers.append(server)
        assert server.stderr is not None
        for line in server.stderr:
            if found := _ADDRESS.search(line):
                self.addresses.append(found[0])
                return
        raise AssertionError("the server ended before it listened")

    def _ask(self, url: str) -> str:
        address = urllib.parse.quote(_ADDRESS.sub(self.addresses[-1], url), safe=":/?=&%")
        with urllib.request.urlopen(address, timeout=30) as answer:
            return str(answer.read().decode()) + "\n"

    def _champion(self) -> str:
        current = self.directory / "tasador-workspace" / "current.json"
        return str(json.loads(current.read_text(encoding="utf-8"))["champion"]) if current.exists() else "VERSION"


@contextlib.contextmanager
def session(directory: Path) -> Iterator[Session]:
    """Give a session in a folder, and stop its servers at the end."""
    opened = Session(directory)
    try:
        yield opened
    finally:
        for server in opened.servers:
            server.terminate()
            server.communicate(timeout=30)


def blocks(text: str) -> list[Block]:
    """List the fenced blocks of a page."""
    return [Block(found["language"], found["text"]) for found in _BLOCK.finditer(text)]


def rerun(text: str, directory: Path) -> str:
    """Run the commands of a page and return the page with the output that they have now."""
    with session(directory) as opened:
        python_output: list[str] = []

        def renew(found: re.Match[str]) -> str:
            body = found["text"]
            if found["file"] is not None:
                (directory / found["file"]).write_text(body, encoding="utf-8")
            elif found["language"] == "console":
                body = _renew_console(body, opened)
            elif found["language"] == "python":
                python_output.append(opened.run_python(body))
            elif found["language"] == "text" and python_output:
                body = python_output.pop()
            return f"{found['opening']}{body}```"

        return _BLOCK.sub(renew, text)


def same_for_all(text: str) -> str:
    """Blank the ids, which depend on the code."""
    return _ID.sub("0" * 12, text)


def _renew_console(body: str, opened: Session) -> str:
    lines: list[str] = []
    for part in re.split(r"^(?=\$ )", body, flags=re.MULTILINE):
        if not part:
            continue
        command, *shown = part.rstrip("\n").split("\n")
        printed = opened.run(command.removeprefix("$ ")).strip("\n").split("\n")
        if shown[-1:] == [MORE]:
            printed = [*printed[: len(shown) - 1], MORE]
        lines += [command, *(line for line in printed if line or len(printed) > 1)]
    return "\n".join(lines) + "\n"


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TASADOR_")}
    return {**kept, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"}


def _main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        for page in TOUR:
            page.write_text(rerun(page.read_text(encoding="utf-8"), Path(directory)), encoding="utf-8")
    there = iter(blocks(READMES[0].read_text(encoding="utf-8")))
    spanish = READMES[1].read_text(encoding="utf-8")

    def copy(_: re.Match[str]) -> str:
        block = next(there)
        return f"```{block.language}\n{block.text}```"

    READMES[1].write_text(_BLOCK.sub(copy, spanish), encoding="utf-8")


if __name__ == "__main__":
    _main()
