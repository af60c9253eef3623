"""tasador fetch"""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tasador.cli import console, options
from tasador.ingest.formats import NAMES

if TYPE_CHECKING:
    from tasador.storage.known import KnownCatalogue

Name = Annotated[str | None, typer.Argument(metavar="NAME", help="Which catalogue. [default: list those there are]")]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="PATH", help="File or folder to write to. [default: its name, in this folder]"
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]


def fetch(name: Name = None, output: Output = None, force: Force = False, json: options.Json = False) -> None:
    """Download a known public catalogue and check its sha256; without a name, list them."""
    from tasador.storage import known

    if name is not None:
        save(known.find(name), output, force=force, json=json)
    elif json:
        console.print_json([_described(catalogue) for catalogue in known.KNOWN])
    else:
        rows = [(found.name, found.observed, _size(found), found.what) for found in known.KNOWN]
        console.print_table(("name", "observed", "size", "what"), rows)
        print("\nTheir terms: `tasador fetch NAME` tells them before it downloads, `tasador fetch --json` all at once.")


def save(catalogue: KnownCatalogue, output: Path | None, *, force: bool, json: bool) -> None:
    """Tell a catalogue's terms, download it, and tell the next step."""
    from tasador.storage import known
    from tasador.workflows.progress import of_bytes

    place = Path(catalogue.file) if output is None else output
    target = place / catalogue.file if place.is_dir() else place
    if not json:
        print(f"{catalogue.name}: {catalogue.what}.")
        print(f"page      {catalogue.page}")
        print(f"licence   {catalogue.licence}")
        print(f"cite      {catalogue.cite}")
    with console.progress() as progress:
        new = known.fetch(catalogue, target, force=force, progress=of_bytes(progress, catalogue.file))
    if json:
        console.print_json({**_described(catalogue), "path": str(target), "reused": not new})
    else:
        checked = ", sha256 as published" if catalogue.sha256 is not None else ""
        print(f"saved     {target}{'' if new else ' (was there)'}: {target.stat().st_size:,} bytes{checked}")
        suggest = "" if catalogue.format in NAMES else "--suggest-map "
        print(f"\nNext: tasador ingest {suggest}{shlex.quote(str(target))}")


def _size(catalogue: KnownCatalogue) -> str:
    if catalogue.url is None:
        return "log in"
    return "" if catalogue.size_bytes is None else f"{catalogue.size_bytes / 1e6:.1f} MB"


def _described(catalogue: KnownCatalogue) -> dict[str, Any]:
    return {**dataclasses.asdict(catalogue), "observed": catalogue.observed.isoformat()}
