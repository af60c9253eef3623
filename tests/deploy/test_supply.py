from __future__ import annotations

import re
import subprocess

import pytest
from deploy.licences import allowed
from deploy.sbom import VENDORED, sbom, vendored

from deploy import audit, check, licences


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
        (
            '{"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "no"}]}',
            2,
            "1 packages looked up, 1 skipped",
        ),
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


def test_what_could_not_be_checked_is_told_as_not_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "_checks", lambda _: [("one", ["/bin/true"]), ("another", ["no-such-tool", "check"])])
    assert check.main() == 2
    assert "not run  another: no-such-tool is not installed" in capsys.readouterr().out


def test_the_list_of_what_is_installed_names_the_scripts_that_ship_in_the_wheel() -> None:
    found = {one["name"]: one for one in vendored()}
    assert set(found) == {"vega", "vega-lite", "vega-embed", "htmx.org", "swagger-ui-dist"}
    scripts = {path for path in (licences.ROOT / "src").rglob("*.js") if path.stat().st_size > 40_000}
    assert {part["name"] for one in found.values() for part in one["components"]} >= {path.name for path in scripts}
    for one in found.values():
        assert one["purl"] == f"pkg:npm/{one['name']}@{one['version']}"
        assert one["licenses"]
    for place, (name, version, _) in VENDORED.items():
        says = (licences.ROOT / "src" / "tasador" / place).with_name("README.md").read_text(encoding="utf-8")
        assert re.search(rf"{re.escape(name)}\W+{re.escape(version)}\b", says), name


def test_the_list_of_what_is_installed_has_licences_and_nothing_of_other_systems() -> None:
    if not licences.UV.exists():
        pytest.skip("uv is not installed beside the project: `make setup` does it")
    found = sbom("--extra", "serve")
    packages = [one for one in found["components"] if one["purl"].startswith("pkg:pypi/")]
    assert all(one["licenses"] and one["externalReferences"][0]["hashes"] for one in packages)
    assert "colorama" not in {one["name"] for one in packages}
    assert found["metadata"]["component"]["name"] == "tasador"
