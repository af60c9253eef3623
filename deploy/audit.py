"""Looks up whether a locked package has a known vulnerability, and says so where that could not be looked up.

    python -m deploy.audit

Uses pip-audit with the database of PyPI. Exits with 0 where all were looked up and none is known, 1 where one is, and 2
where it was not run, or not for all.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.licences import ROOT, UV

#: As it is run; its version is fixed here since it is no dependency.
AUDIT = ["tool", "run", "--quiet", "pip-audit==2.10.1"]


def main() -> int:
    """Look up, and print."""
    with tempfile.TemporaryDirectory() as name:
        locked = Path(name, "requirements.txt")
        export = [str(UV), "export", "--quiet", "--locked", "--no-dev", "--all-extras", "--no-emit-project"]
        subprocess.run([*export, "--output-file", str(locked)], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        command = [str(UV), *AUDIT, "--requirement", str(locked), "--disable-pip", "--require-hashes"]
        done = subprocess.run([*command, "--format", "json"], capture_output=True, text=True)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        reason = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"Dependency audit: not run. The database could not be asked: {reason}")
        return 2
    looked_up = [one for one in found if "skip_reason" not in one]
    if not looked_up:
        why = found[0]["skip_reason"] if found else "none is locked"
        print(f"Dependency audit: not run. No package could be looked up: {why}")
        return 2
    known = [(one["name"], one["version"], flaw["id"]) for one in looked_up for flaw in one.get("vulns", [])]
    skipped = len(found) - len(looked_up)
    print(f"Dependency audit: {len(looked_up)} packages looked up, {skipped} skipped, {len(known)} flaws known")
    for name, version, flaw in known:
        print(f"  {name} {version}: {flaw}")
    return 1 if known else 2 if skipped else 0


if __name__ == "__main__":
    sys.exit(main())
