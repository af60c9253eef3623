"""The schedules of compose, Kubernetes and cron, with a command in the place of `tasador` that writes down its call."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from tests.docs.pages import ROOT, read

SCRIPT = ROOT / "deploy" / "schedule.sh"
SECONDS = 30.0

#: A run that takes a while to stop.
STOPPABLE = (
    "trap 'sleep 0.2; echo stopped >> {log}; exit 130' TERM\necho at work >> {log}\nwhile :; do sleep 0.02; done"
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "tasador").write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/log\n[ "$1" = monitor ] || . {tmp_path}/run\n'  # how a run goes
    )
    (tmp_path / "tasador").chmod(0o755)
    return tmp_path


def begin(place: Path, run: str, *command: str) -> subprocess.Popen[str]:
    (place / "run").write_text(run)
    variables = {"PATH": f"{place}:{os.environ['PATH']}", "SOURCE": "a catalogue.json", "EVERY_SECONDS": "0.05"}
    return subprocess.Popen(command or ["/bin/sh", str(SCRIPT)], env=variables, stderr=subprocess.PIPE, text=True)


def wait_for(path: Path, lines: int) -> list[str]:
    end = time.monotonic() + SECONDS
    while True:
        found = path.read_text().splitlines() if path.exists() else []
        if len(found) >= lines:
            return found[:lines]
        assert time.monotonic() < end, found
        time.sleep(0.01)


def test_a_run_is_made_at_once_and_again_and_a_look_follows_whatever_came_of_it(place: Path) -> None:
    process = begin(place, "exit 3")
    assert wait_for(place / "log", 4) == ["run a catalogue.json", "monitor"] * 2
    process.terminate()
    _, told = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert told.splitlines()[0].startswith("tasador run ended with 3")


def test_a_run_at_work_is_told_to_stop_and_has_the_time_to_tell_it(place: Path) -> None:
    process = begin(place, STOPPABLE.format(log=place / "log"))
    wait_for(place / "log", 2)
    process.terminate()
    process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert (place / "log").read_text().splitlines() == ["run a catalogue.json", "at work", "stopped"]


def of_the_cronjob(path: str) -> list[str]:
    job = next(yaml.safe_load_all((ROOT / "deploy" / "kubernetes" / "base" / path).read_text(encoding="utf-8")))
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    return [*container["command"], *container["args"]]


@pytest.mark.parametrize(("ended", "code"), [(0, 0), (3, 0), (1, 1), (2, 2), (75, 75)])
def test_a_job_of_a_run_that_the_gate_held_did_not_fail(place: Path, ended: int, code: int) -> None:
    process = begin(place, f"exit {ended}", *of_the_cronjob("trainer.yaml"))
    process.communicate(timeout=SECONDS)
    assert process.returncode == code
    assert (place / "log").read_text() == "run a catalogue.json\n"


def test_a_job_that_is_stopped_lets_the_run_tell_it(place: Path) -> None:
    process = begin(place, STOPPABLE.format(log=place / "log"), *of_the_cronjob("trainer.yaml"))
    wait_for(place / "log", 2)
    process.terminate()
    process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    assert (place / "log").read_text().splitlines() == ["run a catalogue.json", "at work", "stopped"]


def test_a_job_of_a_look_that_found_something_did_its_work() -> None:
    assert of_the_cronjob("watch.yaml")[-1] == "tasador monitor || [ $? -eq 3 ]"


@pytest.mark.parametrize(("ended", "printed"), [(0, ""), (3, "it was held\n"), (1, "it was held\n")])
def test_cron_mails_where_there_is_something_to_know_and_nothing_else(place: Path, ended: int, printed: str) -> None:
    (line, *_) = re.findall(r"(?m)^0 4 \* \* 1  (tasador run .*)$", read("docs", "retraining.md"))
    (place / "run").write_text(f"echo it was held >&2; exit {ended}")
    variables = {"PATH": f"{place}:{os.environ['PATH']}"}
    done = subprocess.run(["/bin/sh", "-c", line], cwd=place, env=variables, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (printed, "")
