"""Builds the wheel twice, in two places and at two times, and compares the bytes.

    python -m deploy.tests.wheel [--output DIR]

The time inside is the last commit's; the build backend is the one whose hash `deploy/build-constraints.txt` states.
Exits with 1 if the two differ.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from deploy.licences import ROOT, UV

#: What a wheel is made of.
MADE_OF = ("pyproject.toml", "README.md", "LICENSE", "MANIFEST.in", "src", "deploy/build-constraints.txt")


def main() -> int:
    """Build, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, help="where to put the wheel")
    told = parser.parse_args()
    moment = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout.strip()
    digests = []
    with tempfile.TemporaryDirectory() as name:
        for at, umask in enumerate(("022", "077")):
            wheel = _build(Path(name, f"{at}"), moment, umask)
            digests.append(hashlib.sha256(wheel.read_bytes()).hexdigest())
            print(f"{digests[-1]}  {wheel.name}", flush=True)
            time.sleep(2)  # the resolution of the times in an archive
        if told.output is not None:
            told.output.mkdir(parents=True, exist_ok=True)
            shutil.copy(wheel, told.output)
    print("2 builds, the same bytes" if len(set(digests)) == 1 else "2 builds, which DIFFER")
    return int(len(set(digests)) != 1)


def _build(place: Path, moment: str, umask: str) -> Path:
    for part in MADE_OF:
        target = place / "project" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, target, ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.egg-info"))
        else:
            shutil.copyfile(ROOT / part, target)
    constraints = place / "project" / "deploy" / "build-constraints.txt"
    command = f"umask {umask}; exec '{UV}' build --quiet --wheel --no-cache --out-dir '{place}/out' --require-hashes"
    subprocess.run(
        ["sh", "-c", f"{command} --build-constraints '{constraints}' --python '{sys.executable}'"],
        check=True, cwd=place / "project", env={**os.environ, "SOURCE_DATE_EPOCH": moment},
    )  # fmt: skip
    (found,) = (place / "out").glob("*.whl")
    return found


if __name__ == "__main__":
    sys.exit(main())
