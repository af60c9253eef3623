from __future__ import annotations

import subprocess

import pytest
from deploy.licences import allowed

from deploy import audit, licences


@pytest.mark.parametrize(
    ("licence", "may"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("(MIT OR GPL-2.0) AND BSD-3-Clause", True),
        ("MPL-2.0 AND MIT", True),
        ("Mozilla Public License 2.0 (MPL 2.0)", True),
        ("MIT AND GPL-3.0-only", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("not stated", False),
    ],
)
def test_a_licence_is_allowed_where_each_part_that_binds_is(licence: str, may: bool) -> None:
    assert allowed(licence) == may


def test_the_page_of_licences_is_what_the_lock_file_says(monkeypatch: pytest.MonkeyPatch) -> None:
    if not licences.UV.exists():
        pytest.skip("uv is not installed beside the project: `make setup` does it")
    monkeypatch.setattr("sys.argv", ["licences", "--check"])
    assert licences.main() == 0


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        ("", 2, "not run"),
        ('{"dependencies": []}', 2, "not run"),
        ('{"dependencies": [{"name": "a", "skip_reason": "no connection"}]}', 2, "not run"),
        (
            '{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}',
            0,
            "1 packages looked up",
        ),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "X-1"}]}]}', 1, "a 1: X-1"),
    ],
)
def test_an_audit_that_could_not_be_made_is_told_as_not_run(
    said: str, code: int, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 0, said, "no route to host")

    monkeypatch.setattr(subprocess, "run", run)
    assert audit.main() == code
    assert told in capsys.readouterr().out
