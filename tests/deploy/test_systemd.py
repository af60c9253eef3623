"""The units: what systemd itself says of them where it is installed, and what must stand in them."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tasador.cli import setting_words
from tasador.settings import PREFIX, Settings
from tests.docs.pages import ROOT

UNITS = ROOT / "deploy" / "systemd"
SERVICE, TIMER = "tasador-run.service", "tasador-run.timer"
MONITOR, DAILY = "tasador-monitor.service", "tasador-monitor.timer"
SERVE = "tasador-serve@.service"

#: In tenths; systemd calls up to 2.0 safe.
MOST_EXPOSED = 15


class Unit(configparser.ConfigParser):
    """A unit, whose names count in their case."""

    def __init__(self, name: str) -> None:
        super().__init__(interpolation=None, strict=False, delimiters=("=",), comment_prefixes=("#",))
        self.read(UNITS / name, encoding="utf-8")

    def optionxform(self, optionstr: str) -> str:
        return optionstr


@pytest.fixture
def installed(tmp_path: Path) -> list[Path]:
    """The units with the paths of this machine."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed: only the keys of the units are checked")
    for name in (SERVICE, MONITOR, SERVE, TIMER, DAILY):
        text = (UNITS / name).read_text(encoding="utf-8")
        text = text.replace("ExecStart=tasador", f"ExecStart={Path(sys.executable).parent / 'tasador'}")
        (tmp_path / name.replace("@", "@8001")).write_text(text, encoding="utf-8")
    return sorted(tmp_path.iterdir())


def test_systemd_understands_every_line(installed: list[Path]) -> None:
    done = subprocess.run(["systemd-analyze", "verify", *installed], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_calls_the_services_that_write_safe(installed: list[Path]) -> None:
    for path in (path for path in installed if path.name in {SERVICE, MONITOR}):
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", path],
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout


def test_a_model_that_is_held_is_no_failure_and_a_failure_is_tried_again() -> None:
    service = Unit(SERVICE)["Service"]
    assert service["ExecStart"] == "tasador run ${SOURCE}"
    assert (service["Type"], service["SuccessExitStatus"], service["Restart"]) == ("oneshot", "3", "on-failure")
    assert (service["RestartPreventExitStatus"], "KillSignal" in service) == ("2", False)
    assert int(Unit(SERVICE)["Unit"]["StartLimitBurst"]) < 10


def test_it_may_write_its_own_directory_alone_and_is_nobody_else() -> None:
    service = Unit(SERVICE)["Service"]
    assert service["Environment"] == "TASADOR_WORKSPACE=%S/tasador/workspace"
    assert (service["StateDirectory"], service["ProtectSystem"], service["ProtectHome"]) == ("tasador", "strict", "yes")
    assert (service["User"], service["NoNewPrivileges"], service["CapabilityBoundingSet"]) == ("tasador", "yes", "")
    assert "MemoryDenyWriteExecute" not in service


def test_a_look_that_found_something_is_no_failure_of_the_look() -> None:
    service = Unit(MONITOR)["Service"]
    assert (service["ExecStart"], service["SuccessExitStatus"]) == ("tasador monitor", "3")
    for name in ("User", "Environment", "StateDirectory", "UMask", "ProtectSystem"):
        assert service[name] == Unit(SERVICE)["Service"][name]


@pytest.mark.parametrize("name", [TIMER, DAILY])
def test_a_schedule_that_was_slept_through_is_caught_up(name: str) -> None:
    timer = Unit(name)
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_a_server_that_waits_for_the_first_champion_is_not_given_up() -> None:
    unit = Unit(SERVE)
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert (unit["Service"]["Restart"], unit["Service"]["ReadWritePaths"][0]) == ("always", "-")


def test_the_file_of_settings_names_settings_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (UNITS / "run.env").read_text(encoding="utf-8").splitlines()
    told = [line.removeprefix("#").partition("=") for line in lines if "=" in line]
    assert [name for name, *_ in told] == ["SOURCE", "TASADOR_WEBHOOK_URL", "TASADOR_WEBHOOK_SECRET"]
    for name, _, value in told:
        monkeypatch.setenv(name, value)
    found = setting_words.read()
    assert isinstance(found, Settings), found
    assert PREFIX not in str(found.webhook_url)
    assert "hooks" not in str(found.webhook_url)
