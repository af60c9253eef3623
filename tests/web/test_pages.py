"""What all pages have in common."""

from __future__ import annotations

import re
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tasador.storage.workspace import Workspace
from tasador.web import security
from tasador.web.app import create_app
from tasador.workflows.run import Ran
from tests.docs.pages import ROOT
from tests.web.pages import read

ANSWER = "/?genres=Indie&specs=Single-player&release_date=2016-11-30"
LIGHT = [
    *("/", ANSWER, f"{ANSWER}&kind=hardware", "/?release_date=soon", "/batch"),
    *("/games", "/games?q=a&genre=Indie", "/games?genre=Acton", "/games/12950", "/trust"),
]
FRAMED = [*LIGHT, "/market", "/market?year=2016&kind="]
TEMPLATES = sorted((ROOT / "src" / "tasador" / "web" / "templates").glob("*.html"))

#: Compressed, with all that it loads; of a page with charts.
MOST_BYTES = 100_000
MOST_CHART_BYTES = 500_000


@pytest.mark.parametrize("address", FRAMED)
def test_the_policy_is_the_one_that_the_page_needs(client: TestClient, address: str) -> None:
    answer = client.get(address)
    own = dict(security.page_headers(answer.text))[b"content-security-policy"].decode()
    assert answer.headers["content-security-policy"] == own
    assert "unsafe" not in own
    assert "sha256" not in own
    forms = read(answer.text).all("form")
    assert ("form-action 'self'" if forms else "form-action 'none'") in own


@pytest.mark.parametrize("address", FRAMED)
def test_headings_are_in_order_and_nothing_has_the_id_of_another(client: TestClient, address: str) -> None:
    found = read(client.get(address).text)
    levels = [int(one.tag[1]) for one in found.all() if re.fullmatch("h[1-6]", one.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [one.attributes["id"] for one in found.all() if "id" in one.attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", FRAMED)
def test_a_page_and_all_that_it_loads_are_light(client: TestClient, address: str) -> None:
    found = read(client.get(address).text)
    loaded = [one.attributes["src"] for one in found.all("script")]
    loaded += [one.attributes["href"] for one in found.all("link")]
    sizes = []
    for place in [address, *loaded]:
        with client.stream("GET", place, headers={"accept-encoding": "gzip"}) as answer:
            assert answer.status_code in {200, 422}
            sizes.append(sum(map(len, answer.iter_raw())))
    assert sum(sizes) < (MOST_BYTES if address in LIGHT else MOST_CHART_BYTES)


@pytest.mark.parametrize("address", FRAMED)
def test_every_link_leads_somewhere(client: TestClient, address: str) -> None:
    found = read(client.get(address).text)
    for link in {one.attributes["href"] for one in found.all("a")}:
        if link.startswith("#"):
            assert found.all(id=link[1:])
        elif not link.startswith("https://store.steampowered.com/app/"):
            assert client.get(link).status_code in {200, 422 if "soon" in link or "Acton" in link else 200}, link


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_a_script_or_style_in_it(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:|\|\s*safe", text)


def test_a_problem_is_told_on_a_page_in_the_readers_language(ran: tuple[Workspace, Ran], tmp_path: Path) -> None:
    copy = Workspace(tmp_path)
    copy.root.joinpath("models").symlink_to(ran[0].models)
    copy.change_current(snapshot=ran[1].ingested.snapshot, champion=ran[1].trained.version)
    with TestClient(create_app(copy)) as client:
        answer = client.get("/profile", headers={"accept-language": "es"})
    assert answer.status_code == 404
    assert read(answer.text).one("h1").text == "No existe ese informe"


def test_the_vendored_script_is_the_one_listed() -> None:
    place = ROOT / "src" / "tasador" / "web" / "static" / "htmx"
    content = (place / "htmx.min.js").read_bytes()
    readme = (place / "README.md").read_text(encoding="utf-8")
    assert sha256(content).hexdigest() in readme
    assert b'version:"2.0.11"' in content
    assert "2.0.11" in readme
    assert "Zero-Clause BSD" in (place / "LICENSE").read_text(encoding="utf-8")
