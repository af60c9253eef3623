"""Writes docs/licences.md: under which licence each locked package comes, held against a list of those that may be.

    python -m deploy.licences [--check]

Reads the lock file and what is installed with all extras. Exits with 1 where a package has a licence that is not on the
list, or with `--check` where the page is not what it would be.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "licences.md"
UV: Final = ROOT / ".uv" / "bin" / "uv"

EXTRAS: Final = ("train", "serve", "postgres", "s3", "tracing")

#: As packages write them: SPDX expressions, or the names of classifiers.
PERMISSIVE: Final = frozenset({
    "0BSD", "3-Clause BSD License", "Apache 2.0", "Apache License 2.0", "Apache Software License", "Apache-2.0",
    "BSD 3-Clause License", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC License (ISCL)", "MIT",
    "MIT License", "MIT-0", "PSF-2.0", "Python Software Foundation License", "Zlib",
})  # fmt: skip

#: Those that ask something of whoever changes the package itself, which nobody here does.
WEAK: Final = frozenset({
    "GNU Library or Lesser General Public License (LGPL)", "MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)",
})  # fmt: skip

HEAD: Final = """# Licences of what is installed

<!-- Written by deploy/licences.py: `make licences`. -->

Tasador's own licence is Apache-2.0. These are the licences of the packages that its lock file names, as the packages
state them; a package without the mark of an extra comes always. Each must be on a list of permissive licences, or of
weak copyleft ones, which bind who changes the package itself. Scripts that ship inside Tasador (Vega, Swagger UI) have
their licences beside them, under `static`.

| package | licence | comes with |
|---|---|---|
"""


def main() -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the page is stale")
    told = parser.parse_args()
    always = _locked()
    with_extra = {extra: _locked("--extra", extra) - always for extra in EXTRAS}
    rows, refused = [], []
    for name in sorted(always.union(*with_extra.values())):
        licence = licence_of(name)
        if not allowed(licence):
            refused.append(f"{name}: {licence}")
        extras = ", ".join(f"`{extra}`" for extra, names in with_extra.items() if name in names)
        rows.append(f"| {name} | {licence} | {extras or 'always'} |\n")
    page = HEAD + "".join(rows)
    if told.check:
        stale = page != PAGE.read_text(encoding="utf-8")
    else:
        stale = False
        PAGE.write_text(page, encoding="utf-8")
    print(f"{len(rows)} packages, {len(refused)} with a licence that is not on the list{', page is stale' * stale}")
    print("".join(f"  {line}\n" for line in refused), end="")
    return int(bool(refused) or stale)


def allowed(licence: str) -> bool:
    """Say whether each licence that binds, or one of those that may be chosen, is on the list."""
    known = PERMISSIVE | WEAK
    return all(
        any(known & {one.strip(), one.strip(" ()")} for one in part.replace(" / ", " OR ").split(" OR "))
        for part in licence.split(" AND ")
    )


def licence_of(name: str) -> str:
    """Read what an installed package states: an expression, classifiers, a word, or the first line of its licence."""
    found = importlib.metadata.distribution(name)
    told = found.metadata.json
    if stated := told.get("license_expression"):
        return str(stated)
    classifiers = [
        one.split(" :: ")[-1] for one in found.metadata.get_all("Classifier") or [] if one.startswith("License ::")
    ]
    if classifiers:
        return " / ".join(classifiers)
    if (stated := str(told.get("license", ""))) and "\n" not in stated:
        return stated
    texts = [file for file in found.files or [] if file.name.upper().startswith("LICEN")]
    return texts[0].read_text().strip().splitlines()[0].strip() if texts else "not stated"


def _locked(*options: str) -> frozenset[str]:
    """List what the lock file names for this system."""
    command = [str(UV), "export", "--quiet", "--locked", "--offline", "--no-dev", "--no-hashes", "--no-emit-project"]
    done = subprocess.run([*command, *options], check=True, capture_output=True, text=True, cwd=ROOT)
    names = {line.partition("==")[0].strip() for line in done.stdout.splitlines() if line[:1].isalnum()}
    return frozenset(name for name in names if installed(name))


def installed(name: str) -> bool:
    """Say whether a package is there: what the lock file names besides is for other systems or Pythons."""
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
