from __future__ import annotations

import json
from pathlib import Path

from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran
from tests.cli.conftest import Tasador


def test_all_as_usual_exits_with_0(called: Tasador, ran: tuple[Workspace, Ran], tmp_path: Path) -> None:
    done = called("monitor", "--workspace", ran[0].root, "--output", tmp_path / "reports")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "monitor: 100%"), done.stderr
    assert "inputs of new entries (0 beside" in done.stdout
    assert "\n0 alerts; report " in done.stdout
    assert Path(done.stdout.rsplit("report ", 1)[1].strip()).is_file()
    assert (tmp_path / "reports" / "tasador.prom").is_file()


def test_an_alert_exits_with_3_and_says_what_to_do(
    called: Tasador, succeeded: tuple[Workspace, Ran, Ran], tmp_path: Path
) -> None:
    workspace, first, _ = succeeded
    arguments = ("--workspace", workspace.root, "--reference", first.ingested.snapshot, "--output", tmp_path)
    people = called("monitor", *arguments)
    machines = called("monitor", *arguments, "--json")
    told = json.loads(machines.stdout)
    expected = 3 if told["alerts"] else 0
    assert (people.returncode, machines.returncode) == (expected, expected)
    assert people.stdout.count("\n  do      ") == people.stdout.count("\n  limit   ") == len(told["alerts"])


def test_an_empty_workspace_and_a_wrong_day_are_told(called: Tasador, tmp_path: Path) -> None:
    done = called("monitor", "--workspace", tmp_path)
    assert (done.returncode, "no champion yet" in done.stderr) == (1, True)
    done = called("monitor", "--since", "yesterday", "--workspace", tmp_path)
    assert (done.returncode, "expected a day as year-month-day" in done.stderr) == (2, True)
    done = called("monitor", "--since", "2999-01-01", "--workspace", tmp_path)
    assert (done.returncode, "which lies ahead" in done.stderr) == (2, True)


def test_how_old_the_catalogue_may_be_is_a_setting(
    tasador: Tasador, ran: tuple[Workspace, Ran], tmp_path: Path
) -> None:
    arguments = ("monitor", "--workspace", ran[0].root, "--output", tmp_path, "--json")
    done = tasador(*arguments, env={"TASADOR_MAX_AGE_DAYS": "100"})
    assert json.loads(done.stdout)["thresholds"]["max_age_days"] == 100, done.stderr
