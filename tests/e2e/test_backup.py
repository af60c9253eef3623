"""A copy that was made as docs/backup.md says, while a run was at work, is a workspace that serves."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tasador.registry.tracking import Tracking
from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.doctor import examine
from tasador.workflows.run import Ran, run
from tests.docs.pages import read
from tests.e2e import killing, servers
from tests.models.light import LIGHT

#: The commands of the page, without the last, whose work is done in this process.
(COMMANDS,) = re.findall(
    r'(?ms)^```sh\n(backup=.*?)^tasador doctor --workspace "\$backup"\n```$', read("docs", "backup.md")
)


def backed_up(workspace: Workspace, place: Path) -> Workspace:
    """Copy it as the page says."""
    place.mkdir()
    (place / "tasador-workspace").symlink_to(workspace.root)
    done = subprocess.run(["sh", "-e", "-u", "-c", COMMANDS], cwd=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (made,) = place.glob("backup-*")
    return Workspace(made)


def wrong(workspace: Workspace) -> list[str]:
    return [one.says for one in examine(workspace, Tracking.of(workspace)) if one.state == "wrong"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_copy_that_was_made_during_a_run_serves_and_goes_on(
    ran: tuple[Workspace, Ran], sample_file: Path, tmp_path: Path
) -> None:
    shutil.copytree(ran[0].root, tmp_path / "w")
    workspace, source, rng = Workspace(tmp_path / "w"), tmp_path / "other_games.json", random.Random(2)
    source.write_bytes(b"\n".join(make_raw_lines(1_500, seed=10)) + b"\n")
    copies: list[Workspace] = []
    process = killing.begun(workspace, source)
    while process.is_alive():
        copies.append(backed_up(workspace, tmp_path / f"copy-{len(copies)}"))
        assert wrong(copies[-1]) == []
        process.join(rng.uniform(0.2, 1.5))
    assert process.exitcode == 0
    copies.append(backed_up(workspace, tmp_path / "last"))
    champions = [copy.current().champion for copy in copies]
    assert champions[0] == ran[1].trained.version
    assert champions[-1] == workspace.current().champion != champions[0]
    with servers.serving(copies[len(copies) // 2]) as server:
        servers.until_answered(server)
    restored = copies[0]
    assert run(restored, str(sample_file), parameters=LIGHT).trained.reused
    assert restored.current() == ran[0].current()
    print(f"{len(copies)} copies, all whole; {champions.index(champions[-1])} before the promotion")
