"""Writes what is installed as CycloneDX: packages with hashes and licences, and the scripts that ship inside the wheel.

    python -m deploy.sbom [--output DIR]

Two files: `tasador.cdx.json` for all extras, on the system that this runs on, and `tasador-serve.cdx.json` for the
image that serves. Debian's packages are not in them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from deploy.licences import EXTRAS, ROOT, UV, installed, licence_of

#: Scripts of others that the wheel holds unchanged, by where they lie: name, version and licence in the npm registry.
VENDORED: Final = {
    "profiling/static/vega.min.js": ("vega", "6.4.0", "BSD-3-Clause"),
    "profiling/static/vega-lite.min.js": ("vega-lite", "6.4.1", "BSD-3-Clause"),
    "profiling/static/vega-embed.min.js": ("vega-embed", "7.3.0", "BSD-3-Clause"),
    "web/static/htmx/htmx.min.js": ("htmx.org", "2.0.11", "0BSD"),
    "web/static/swagger-ui/swagger-ui-bundle.js": ("swagger-ui-dist", "5.35.0", "Apache-2.0"),
}


def main() -> int:
    """Write both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="where to put the files")
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    left_out = (ROOT / "deploy" / "not-served.txt").read_text(encoding="utf-8").split()
    everything = [word for extra in EXTRAS for word in ("--extra", extra)]
    serving = ["--extra", "serve", *(word for name in left_out for word in ("--prune", name))]
    for name, options in (("tasador", everything), ("tasador-serve", serving)):
        found = sbom(*options)
        path = output / f"{name}.cdx.json"
        path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        print(f"{path}: {len(found['components'])} components")
    return 0


def sbom(*options: str) -> dict[str, Any]:
    """Describe what is installed with some extras."""
    command = [str(UV), "export", "--quiet", "--locked", "--offline", "--no-dev", "--format", "cyclonedx1.5", *options]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout)
    packages = [one for one in found["components"] if installed(one["name"])]
    for one in packages:
        one["licenses"] = [{"license": {"name": licence_of(one["name"])}}]
    found["components"] = [*packages, *vendored()]
    there = {one["bom-ref"] for one in (found["metadata"]["component"], *found["components"])}
    found["dependencies"] = [
        {**one, "dependsOn": [other for other in one.get("dependsOn", []) if other in there]}
        for one in found["dependencies"]
        if one["ref"] in there
    ]
    return found


def vendored() -> list[dict[str, Any]]:
    """Describe the scripts that ship inside the wheel, by the bytes that are there."""
    found = []
    for place, (name, version, licence) in VENDORED.items():
        path = ROOT / "src" / "tasador" / place
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        file = {"type": "file", "name": path.name, "hashes": [{"alg": "SHA-256", "content": digest}]}
        purl = f"pkg:npm/{name}@{version}"
        about = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
        found.append({**about, "licenses": [{"license": {"id": licence}}], "components": [file]})
    return found


if __name__ == "__main__":
    sys.exit(main())
