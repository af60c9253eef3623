"""What Prometheus scrapes: that counts are right, and that no client can make more series of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import tracemalloc
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from starlette.types import Receive, Scope, Send

from tasador.web.answers import Answers
from tasador.web.metrics import TOGETHER, Metrics, create_router
from tasador.web.route_names import UNMATCHED, RouteNames
from tests.appraisal import answers

LEARNED_UNTIL = date(2018, 1, 4)


@dataclass(frozen=True)
class Abstention:
    learned_until: date = LEARNED_UNTIL


@dataclass(frozen=True)
class Calibration:
    abstention: Abstention = Abstention()


@dataclass(frozen=True)
class Appraises:
    calibration: Calibration = Calibration()


@dataclass(frozen=True)
class Served:
    version: str = "launch-1"
    snapshot: str = "abc"
    appraiser: Appraises = Appraises()


def scraped(metrics: Metrics, served: Served | None = None) -> dict[tuple[str, frozenset[str]], float]:
    """Read what is exposed: values by name and labels."""
    text, media_type = metrics.exposition(cast("Answers", served or Served()), "")
    assert media_type.startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_requests_are_counted_by_route_method_and_status() -> None:
    metrics = Metrics()
    for seconds in (0.0001, 0.02, 9.0):
        metrics.observe("/v1/games/{app_id}", "GET", 200, seconds)
    metrics.observe("/v1/games/{app_id}", "GET", 404, 0.3)
    found = scraped(metrics)
    name, route = "tasador_http_requests_total", "/v1/games/{app_id}"
    assert found[name, frozenset({route, "GET", "200"})] == 3
    assert found[name, frozenset({route, "GET", "404"})] == 1
    name = "tasador_http_request_duration_seconds"
    assert found[f"{name}_count", frozenset({route})] == 4
    assert found[f"{name}_sum", frozenset({route})] == pytest.approx(9.3201)
    assert found[f"{name}_bucket", frozenset({"0.025", route})] == 2
    assert found[f"{name}_bucket", frozenset({"+Inf", route})] == 4


def test_no_client_makes_more_series() -> None:
    metrics = Metrics()
    metrics.observe("/v1/games", "GET", 200, 0.1)
    metrics.observe("/v1/games", "BREW", 405, 0.1)
    n = len(scraped(metrics))
    for number in range(50):
        metrics.observe("/v1/games", f"BREW{number}", 405, 0.1)
    assert len(scraped(metrics)) == n
    assert scraped(metrics)["tasador_http_requests_total", frozenset({"/v1/games", "other", "405"})] == 51


def test_appraisals_are_counted_by_kind_and_confidence() -> None:
    metrics = Metrics()
    for appraisal in (answers.full(), answers.full(), answers.abstained()):
        metrics.appraised(appraisal)
    found = scraped(metrics)
    assert found["tasador_appraisals_total", frozenset({"game", "medium"})] == 2
    assert found["tasador_appraisals_total", frozenset({"hardware", "none"})] == 1
    assert found["tasador_abstentions_total", frozenset({"rare_kind"})] == 1


def test_what_is_turned_away_reloaded_and_dropped_is_counted() -> None:
    metrics = Metrics()
    before = scraped(metrics)
    names = ("tasador_reloads_total", "tasador_reload_failures_total", "tasador_appraisal_log_dropped_total")
    assert [before[name, frozenset()] for name in names] == [0, 0, 0]
    metrics.reload("reloaded")
    metrics.reload("refused")
    metrics.dropped(7)
    metrics.rejected("queue_full")
    found = scraped(metrics)
    assert [found[name, frozenset()] for name in names] == [1, 1, 7]
    assert found["tasador_load_rejected_total", frozenset({"queue_full"})] == 1


def test_the_model_is_the_one_that_answers_now() -> None:
    metrics, before = Metrics(), Served()
    after = replace(before, version="launch-2", snapshot="def")
    scraped(metrics, before)
    found = scraped(metrics, after)
    assert {labels for name, labels in found if name == "tasador_model_info"} == {frozenset({"def", "launch-2"})}
    assert found["tasador_model_info", frozenset({"def", "launch-2"})] == 1
    since = time.time() - datetime(2018, 1, 4, tzinfo=UTC).timestamp()
    assert found["tasador_learned_until_age_seconds", frozenset()] == pytest.approx(since, abs=5)


def test_applications_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.rejected("queue_full")
    assert ("tasador_load_rejected_total", frozenset({"queue_full"})) not in scraped(second)


def test_names_are_as_the_field_names_them() -> None:
    metrics = Metrics()
    metrics.observe("/", "GET", 200, 0.1)
    text, _ = metrics.exposition(cast("Answers", Served()), "")
    for family in text_string_to_metric_families(text.decode()):
        assert family.name.startswith(("tasador_", "process_", "python_"))
        assert family.documentation
        assert all(sample.name.endswith("_total") for sample in family.samples) or family.type != "counter"
        assert not any(sample.name.endswith("_created") for sample in family.samples)
    if (promtool := shutil.which("promtool")) is None:
        pytest.skip("promtool, of Prometheus, is not installed: names were checked, its rules were not")
    assert subprocess.run([promtool, "check", "metrics"], input=text).returncode == 0


def test_it_is_scraped_in_both_formats() -> None:
    app = FastAPI()
    app.include_router(create_router(Metrics()))

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["served"] = Served()
        await app(scope, receive, send)

    with TestClient(served) as client:
        plain = client.get("/metrics")
        assert plain.status_code == 200
        assert plain.headers["content-type"].startswith("text/plain")
        assert plain.headers["cache-control"] == "no-store"
        assert "tasador_model_info" in plain.text
        other = client.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
        assert other.headers["content-type"].startswith("application/openmetrics-text")
        assert other.text.endswith("# EOF\n")


COUNTS = """
import sys
from tests.web.test_metrics import Served
from tasador.web.metrics import Metrics
metrics = Metrics()
for _ in range(int(sys.argv[1])):
    metrics.observe("/v1/games", "GET", 200, 0.001)
text, _ = metrics.exposition(Served(version=sys.argv[2]), "")
print(text.decode())
"""


def test_workers_count_together(tmp_path: Path) -> None:
    def worker(n: int, version: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", COUNTS, str(n), version],
            env={**os.environ, TOGETHER: str(tmp_path)},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    worker(2, "launch-1")
    both = worker(3, "launch-1")
    assert 'tasador_http_requests_total{method="GET",route="/v1/games",status="200"} 5.0' in both
    assert 'tasador_model_info{snapshot="abc",version="launch-1"} 1.0' in both


@pytest.fixture(scope="module")
def app() -> FastAPI:
    found = FastAPI(openapi_url=None)

    @found.get("/v1/games/{app_id}")
    async def game(app_id: int) -> int:
        return app_id

    @found.get("/genero/año/{year}")
    async def year(year: str) -> str:
        return year

    found.mount("/static", StaticFiles(directory=Path(__file__).parent))
    return found


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/v1/games/10", "/v1/games/{app_id}"),
        ("GET", "/v1/games/ten", "/v1/games/{app_id}"),
        ("POST", "/v1/games/10", "/v1/games/{app_id}"),
        ("GET", "/genero/año/2015", "/genero/año/{year}"),
        ("GET", "/none", UNMATCHED),
        ("GET", "/v1/games/10/none", UNMATCHED),
        ("GET", "/static/test_metrics.py", "/static/{file:path}"),
        ("GET", "/static/none", UNMATCHED),
    ],
)
def test_a_route_is_called_as_it_was_declared(app: FastAPI, method: str, path: str, name: str) -> None:
    names = RouteNames(["/v1/games/{app_id}", "/genero/año/{year}", "/static/{file:path}"])
    scopes: list[Scope] = []

    async def kept(scope: Scope, receive: Receive, send: Send) -> None:
        scopes.append(scope)
        await app(scope, receive, send)

    with TestClient(kept) as client:
        answer = client.request(method, path)
    asked = scopes[-1]
    assert names.of(asked, answer.status_code) == name
    # answered before the application is asked, as what is known beforehand is
    if answer.status_code == 200:
        known = {"path": path}
        assert names.of(known, 200) == names.of(known, 304) == name


def test_long_addresses_are_not_remembered() -> None:
    names = RouteNames(["/static/{file:path}"])
    for length in (100, 10_000):
        assert names.of({"path": "/static/" + "a" * length}, 200) == "/static/{file:path}"
    tracemalloc.start()
    for number in range(200):
        names.of({"path": f"/static/{number}" + "a" * 10_000}, 200)
    assert tracemalloc.get_traced_memory()[0] < 100_000
    tracemalloc.stop()
