"""A small workspace as this version writes it, to be kept with the tests when the version is released.

`python -m tests.releases.making` packs it as `workspace-VERSION.tar.xz` beside this file. It is made anew as long as a
version is not out, and never again once it is: what later versions must be able to read is what people have.
"""

from __future__ import annotations

import json
import tarfile
import tempfile
from pathlib import Path
from typing import Final

from tasador import provenance
from tasador.storage import bundles, snapshots
from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.evidence import open_version
from tasador.workflows.ingest import ingest
from tasador.workflows.train import train
from tests.models.light import TINY

__all__ = ["PLACE", "answers", "make"]

PLACE: Final = Path(__file__).parent
_ROWS: Final = 700
_ASKED: Final = 20


def make(root: Path) -> None:
    """Make a workspace with a snapshot, a version that is champion, and what it answers."""
    workspace = Workspace(root / "workspace")
    source = root / "games.json"
    source.write_bytes(b"\n".join(make_raw_lines(_ROWS, seed=3)) + b"\n")
    snapshot = ingest(workspace, [str(source)]).snapshot
    version = train(workspace, snapshot, parameters=TINY).version
    bundles.set_challenger(workspace, None)
    workspace.append_history(
        {"at": "2026-01-01T00:00:00+00:00", "action": "promote", "version": version, "previous": None}
        | {"snapshot": snapshot, "checks": [{"name": "small", "passed": True, "says": "made so", "expected": ""}]}
    )
    workspace.change_current(champion=version)
    (workspace.root / "answers.json").write_text(json.dumps(answers(workspace)))


def answers(workspace: Workspace) -> dict[str, float | None]:
    """Ask the champion for the first games of its snapshot, by app id."""
    current = workspace.current()
    appraise = open_version(bundles.load(workspace, str(current.champion))).estimate
    games = snapshots.load_games(workspace, str(current.snapshot)).sort("app_id").head(_ASKED)
    return {str(row["app_id"]): appraise(row) for row in games.iter_rows(named=True)}


def _main() -> None:
    target = PLACE / f"workspace-{provenance.version()}.tar.xz"
    with tempfile.TemporaryDirectory() as name:
        make(Path(name))
        with tarfile.open(target, "w:xz", preset=9) as archive:
            archive.add(Path(name, "workspace"), arcname=".", filter=_anonymous)
    print(f"{target.name}: {target.stat().st_size:,} bytes")


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return None if Path(member.name).name.startswith(".") and member.name != "." else member


if __name__ == "__main__":
    _main()
