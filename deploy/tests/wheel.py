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
        for zone in ("UTC", "Asia/Kolkata"):
            wheel = _build(Path(name, zone.lower()), moment, zone)
            digests.append(hashlib.sha256(wheel.read_bytes()).hexdigest())
            print(f"{digests[-1]}  {wheel.name}", flush=True)
            time.sleep(2)  # the resolution of the times in an archive
        if told.output is not None:
            told.output.mkdir(parents=True, exist_ok=True)
            shutil.copy(wheel, told.output)
    print("2 builds, the same bytes" if len(set(digests)) == 1 else "2 builds, which DIFFER")
    return int(len(set(digests)) != 1)


def _build(place: Path, moment: str, zone: str) -> Path:
    """Build in a place of its own, with the modes of a fresh checkout, and without notes on where it was compiled."""
    for part in MADE_OF:
        target = place / "project" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, target, ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.egg-info"))
        else:
            shutil.copyfile(ROOT / part, target)
    constraints = place / "project" / "deploy" / "build-constraints.txt"
    for path in (place / "project").rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    command = [str(UV), "build", "--quiet", "--wheel", "--no-cache", "--out-dir", str(place / "out")]
    command += ["--require-hashes", "--build-constraints", str(constraints), "--python", sys.executable]
    fixed = {"SOURCE_DATE_EPOCH": moment, "TZ": zone, "CFLAGS": "-g0"}
    subprocess.run(command, check=True, cwd=place / "project", env={**os.environ, **fixed}, umask=0o022)
    (found,) = (place / "out").glob("*.whl")
    return found


if __name__ == "__main__":
    sys.exit(main())
