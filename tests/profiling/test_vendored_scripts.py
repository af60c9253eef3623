from __future__ import annotations

import hashlib
import re
from importlib.resources import files

import altair as alt
import pytest

STATIC = files("tasador.profiling").joinpath("static")
ROW = re.compile(r"^\| (\S+\.js) \| (\S+) \| (\S+) \| (\S+), (\S+) \| ([0-9a-f]{64}) \|$", re.M)
SCRIPTS = ROW.findall(STATIC.joinpath("README.md").read_text(encoding="utf-8"))


def test_every_script_is_listed() -> None:
    kept = {item.name for item in STATIC.iterdir() if item.name.endswith(".js")} - {"looks.js"}
    assert {script[0] for script in SCRIPTS} == kept == {"vega.min.js", "vega-lite.min.js", "vega-embed.min.js"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script[0])
def test_script_is_the_one_listed_and_has_its_licence(script: tuple[str, ...]) -> None:
    name, _, version, _, licence, sha256 = script
    content = STATIC.joinpath(name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == sha256
    assert f'"{version}"' in content.decode()
    assert "Copyright" in STATIC.joinpath(licence).read_text(encoding="utf-8")


def test_vega_lite_is_of_altairs_schema() -> None:
    version = next(script[2] for script in SCRIPTS if script[1] == "vega-lite")
    assert alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2] == version.split(".")[:2]


def test_scripts_cannot_end_their_element() -> None:
    for item in STATIC.iterdir():
        if item.name.endswith(".js"):
            assert "</script" not in item.read_text(encoding="utf-8").lower()
