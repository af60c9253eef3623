from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from tasador.settings import PREFIX, Settings
from tests.docs.pages import ROOT, read
from tests.e2e.test_serve_extra import NOT_IMPORTED

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
YAML = [path for path in FILES if path.suffix == ".yaml"]
KUBERNETES = [path for path in YAML if "kubernetes" in path.parts and path.name != "kustomization.yaml"]

#: What `tasador monitor` and `tasador run` write into files of the workspace.
OF_OTHERS = {
    "tasador_run_last_exit_code", "tasador_run_last_timestamp_seconds",
    "tasador_coverage_ratio", "tasador_drift_effect", "tasador_mdape_promised_ratio", "tasador_mdape_ratio",
    "tasador_monitor_alerts", "tasador_monitor_last_run_timestamp_seconds",
}  # fmt: skip


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def documents(path: Path) -> list[Any]:
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each pod that the manifests describe, by the name of what makes it."""
    for path in KUBERNETES:
        for document in documents(path):
            spec = document.get("spec", {})
            for owner in (spec, spec.get("jobTemplate", {}).get("spec", {})):
                if "template" in owner:
                    yield f"{document['kind']} {document['metadata']['name']}, {path.name}", owner["template"]["spec"]


def containers() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, pod in pods():
        for container in (*pod.get("containers", ()), *pod.get("initContainers", ())):
            yield f"{name}, {container['name']}", container


def expressions() -> list[str]:
    groups = yaml.safe_load(read("deploy", "prometheus", "rules.yaml"))["groups"]
    panels = json.loads(read("deploy", "grafana", "dashboards", "tasador.json"))["panels"]
    return [rule["expr"] for group in groups for rule in group["rules"]] + [
        target["expr"] for panel in panels for target in panel.get("targets", ())
    ]


def test_what_is_rolled_out_needs_no_right_and_writes_nothing_but_its_volumes() -> None:
    found = dict(containers())
    assert len(found) == 5
    for name, container in found.items():
        told = container["securityContext"]
        assert told["allowPrivilegeEscalation"] is False, name
        assert told["readOnlyRootFilesystem"] is True, name
        assert told["capabilities"] == {"drop": ["ALL"]}, name
        assert {"cpu", "memory"} <= container["resources"]["requests"].keys(), name
        assert "memory" in container["resources"]["limits"], name
    for name, pod in pods():
        if "containers" in pod:
            told = pod["securityContext"]
            assert told["runAsNonRoot"] is True, name
            assert told["runAsUser"] == 10001, name
            assert told["seccompProfile"] == {"type": "RuntimeDefault"}, name
            assert pod["automountServiceAccountToken"] is False, name


def test_a_replica_that_leaves_has_the_time_that_its_requests_have() -> None:
    (pod,) = (pod for name, pod in pods() if name == "Deployment server, server.yaml")
    pause = int(pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][-1])
    assert pod["terminationGracePeriodSeconds"] > pause + Settings.model_fields["stop_seconds"].default
    compose = yaml.safe_load(read("deploy", "compose.yaml"))
    assert compose["services"]["api"]["stop_grace_period"] == "40s"


def test_nothing_may_talk_to_anything_unless_it_is_named() -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in documents(DEPLOY / "kubernetes/base/networks.yaml")}
    assert policies["nothing"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert "egress" not in policies["server"]
    assert "ingress" not in policies["trainer"]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_no_file_holds_a_secret_or_names_an_image_without_a_version(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"-----BEGIN|AKIA[0-9A-Z]{16}|ghp_\w{20}", text)
    if path.suffix in {".yaml", ".env"}:
        for given in re.findall(r"(?im)^\s*-?\s*\w*(?:password|secret_access_key|api_key)\w*\s*[:=][ \t]*(\S+)", text):
            assert given.startswith("${"), given
    for image in re.findall(r"(?m)^\s*-?\s*image:\s*(\S+)$", text):
        assert re.search(r":[\w.-]*\d|^tasador:", image), image
        assert "latest" not in image


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix in {".yaml", ""}], ids=named)
def test_every_setting_that_is_given_is_one(path: Path) -> None:
    given = set(re.findall(rf"\b{PREFIX}[A-Z_]+", path.read_text(encoding="utf-8")))
    assert given <= {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def test_the_image_leaves_out_what_serving_never_loads() -> None:
    left_out = read("deploy", "not-served.txt").split()
    assert left_out
    assert set(left_out) <= set(NOT_IMPORTED)


def test_the_image_runs_as_nobody_and_is_stopped_and_asked_as_the_server_expects() -> None:
    stages = re.split(r"(?m)^FROM ", read("deploy", "Dockerfile"))
    (serve,) = (stage for stage in stages if stage.startswith("running AS serve"))
    assert "USER 10001:10001" in serve
    assert "STOPSIGNAL SIGTERM" in serve
    assert "HEALTHCHECK" in serve
    assert "/readyz" in read("deploy", "healthy.py")
    (train,) = (stage for stage in stages if stage.startswith("running AS train"))
    assert "USER 10001:10001" in train


def test_nothing_but_what_is_needed_goes_into_a_build() -> None:
    lines = [line for line in read(".dockerignore").splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    texts = [path.read_text(encoding="utf-8") for path in FILES if path.name == "Dockerfile"]
    copied = [line for text in texts for line in re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", text)]
    wanted = {part for line in copied for part in line.split()}
    assert {line.removeprefix("!") for line in lines if line.startswith("!")} == wanted


def test_rules_and_dashboard_ask_for_metrics_that_there_are() -> None:
    asked = {name for text in expressions() for name in re.findall(r"\btasador_\w+", text)}
    there = set(re.findall(r'"(tasador_\w+)"', read("src", "tasador", "web", "metrics.py"))) | OF_OTHERS
    suffixed = {re.sub(r"_(bucket|sum|count)$", "", name) for name in asked}
    assert suffixed <= there
    recorded = {name for text in expressions() for name in re.findall(r"\btasador:[\w:]+", text)}
    groups = yaml.safe_load(read("deploy", "prometheus", "rules.yaml"))["groups"]
    assert recorded == {rule["record"] for group in groups for rule in group["rules"] if "record" in rule} & recorded


def test_every_alert_says_what_to_do_and_is_tried_both_ways() -> None:
    groups = yaml.safe_load(read("deploy", "prometheus", "rules.yaml"))["groups"]
    alerts = [rule for group in groups for rule in group["rules"] if "alert" in rule]
    tried: dict[str, set[bool]] = {}
    for one in yaml.safe_load(read("deploy", "prometheus", "rules_test.yaml"))["tests"]:
        for case in one.get("alert_rule_test", ()):
            tried.setdefault(case["alertname"], set()).add("exp_alerts" in case)
    for alert in alerts:
        assert alert["labels"]["severity"] in {"page", "ticket"}
        assert alert["annotations"].keys() == {"summary", "action"}
    assert tried == {alert["alert"]: {True, False} for alert in alerts}


def test_the_free_tier_is_given_what_the_server_listens_on() -> None:
    (service,) = yaml.safe_load(read("deploy", "render.yaml"))["services"]
    told = {one["key"]: one["value"] for one in service["envVars"]}
    assert told["PORT"] == told["TASADOR_PORT"]
    assert (service["plan"], service["healthCheckPath"]) == ("free", "/readyz")
    run = yaml.safe_load(read("deploy", "cloudrun", "service.yaml"))["spec"]["template"]["spec"]["containers"][0]
    assert run["ports"][0]["containerPort"] == run["startupProbe"]["httpGet"]["port"] == 8000


def test_every_package_of_an_image_comes_by_its_hash() -> None:
    for path in (path for path in FILES if path.name == "Dockerfile"):
        for command in re.findall(r"pip install(?:[^&]|&(?!&))*", path.read_text(encoding="utf-8")):
            assert "--require-hashes" in command or "/wheel/" in command, command
    for path in (DEPLOY / "uv.txt", DEPLOY / "mlflow" / "requirements.txt"):
        named = re.split(r"(?m)^(?=[a-z])", path.read_text(encoding="utf-8"))[1:]
        assert named
        assert all("--hash=sha256:" in one for one in named)


def services() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(read("deploy", "compose.yaml"))["services"]
    return told


def test_what_is_published_is_on_a_network_that_leads_out() -> None:
    networks = yaml.safe_load(read("deploy", "compose.yaml"))["networks"]
    closed = {name for name, told in networks.items() if (told or {}).get("internal")}
    assert closed == {"inside"}
    published = {name: told for name, told in services().items() if "ports" in told}
    assert set(published) == {"api", "mlflow", "prometheus", "grafana"}
    for name, told in published.items():
        assert set(told["networks"]) - closed, name
        assert name == "api" or all(port.startswith("127.0.0.1:") for port in told["ports"])


def test_nothing_of_a_run_keeps_the_api_from_starting() -> None:
    assert "depends_on" not in services()["api"]
    for name, told in services().items():
        for other, how in told.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}, name
            assert "healthcheck" in services()[other], other


def test_every_service_has_no_right_that_it_does_not_need() -> None:
    for name, told in services().items():
        assert told["cap_drop"] == ["ALL"], name
        assert told["security_opt"] == ["no-new-privileges:true"], name
    ours = {name for name, told in services().items() if str(told["image"]).startswith("tasador:")}
    assert all(services()[name]["read_only"] for name in ours)


def given_to_a_platform(path: str) -> dict[str, str]:
    text = (DEPLOY / path).read_text(encoding="utf-8")
    listed = yaml.safe_load(text)
    if "services" in listed:
        return {one["key"]: one["value"] for one in listed["services"][0]["envVars"]}
    return {one["name"]: one["value"] for one in listed["spec"]["template"]["spec"]["containers"][0]["env"]}


@pytest.mark.parametrize(
    ("path", "peer", "forwarded"),
    [
        ("render.yaml", "10.21.157.68", "203.0.113.9, 198.51.100.7, 104.22.17.40"),
        ("render.yaml", "10.21.157.68", "198.51.100.7, 2606:4700::1, 10.1.2.3"),
        ("cloudrun/service.yaml", "169.254.169.126", "203.0.113.9, 198.51.100.7"),
    ],
)
def test_a_rate_limit_behind_a_platforms_proxy_counts_clients_and_not_the_proxy(
    path: str, peer: str, forwarded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given_to_a_platform(path).items():
        if name.startswith(PREFIX):
            monkeypatch.setenv(name, value)
    told = Settings()
    assert told.rate_limit is not None
    assert told.trusted_proxies is not None
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])

    scope: Any = {"type": "http", "client": (peer, 1), "headers": [(b"x-forwarded-for", forwarded.encode())]}
    believing: Any = ProxyHeadersMiddleware(app, trusted_hosts=told.trusted_proxies)
    asyncio.run(believing(scope, None, None))
    assert seen == ["198.51.100.7"]
