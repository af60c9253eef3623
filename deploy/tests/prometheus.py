"""A real Prometheus with the file and the rules that are shipped, on two replicas and on what monitor and run wrote.

    python -m deploy.tests.prometheus [--workspace DIR]

Only where it looks and how often is changed. Counts targets, rules and metrics, ends a replica, waits for the alert,
starts it again, and waits until the alert is gone. Exits with 1 if something is not as it should be. Needs Debian's
prometheus and prometheus-node-exporter. Without `--workspace` a synthetic catalogue goes through `tasador run` first.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import yaml
from benchmarks.measure import TASADOR, sample
from benchmarks.serving.servers import ROOT, Server

from deploy.tests.balancer import ASKED, replica
from deploy.tests.image import Checks
from tasador.storage.workspace import Workspace

SHIPPED: Final = ROOT / "deploy" / "prometheus"
ROWS: Final = 2_500
MOST_SECONDS: Final = 120.0

#: From each source one, without which rules would be silent.
METRICS: Final = (
    "tasador_http_requests_total", "tasador_model_info", "tasador_monitor_last_run_timestamp_seconds",
    "tasador_run_last_timestamp_seconds", "node_filesystem_avail_bytes", "tasador:requests:rate5m",
)  # fmt: skip


def main() -> int:
    """Start everything, look, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, help="one with a champion, after a run; it is copied")
    told = parser.parse_args()
    check = Checks()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        workspace = _workspace(told.workspace, place)
        raised = _look(workspace)
        with (
            replica(workspace, _free()) as one,
            replica(workspace, _free()) as two,
            Server("node_exporter", _node_exporter(workspace), "/metrics", core=None) as textfiles,
        ):
            file = _configuration(place, [one.port, two.port], textfiles.port)
            command = [_found("prometheus"), f"--config.file={file}", f"--storage.tsdb.path={place}/data"]
            command += ["--web.listen-address=127.0.0.1:{port}"]
            with Server("prometheus", command, "/-/ready", core=None) as prometheus:
                for question in ASKED.values():
                    one.ask(question.path, question.body or None)
                _all_well(check, prometheus, raised)
                _one_away(check, prometheus, workspace, two)
    print(f"{check.n} checks, {check.wrong} not as they should be")
    return int(check.wrong > 0)


def _all_well(check: Checks, prometheus: Server, raised: int) -> None:
    up = _until(lambda: Counter(one["health"] for one in _get(prometheus, "targets")["activeTargets"]), {"up": 3})
    check("targets", dict(up), well=up == {"up": 3})

    def health() -> Counter[str]:
        return Counter(rule["health"] for group in _get(prometheus, "rules")["groups"] for rule in group["rules"])

    rules = _until(lambda: {state for state in health() if state != "ok"}, set())
    check("rules evaluated", dict(health()), well=not rules)
    for metric in METRICS:
        missing = _until(lambda name=metric: [] if _series(prometheus, name) else [name], [])  # type: ignore[misc]
        check(metric, f"{len(_series(prometheus, metric))} series", well=not missing)
    told = _until(lambda: _firing(prometheus)["TasadorMonitorAlerts"], raised)
    check("alerts of the monitor's report, firing", f"{told} of {raised}", well=told == raised)
    check("replicas away, firing", _firing(prometheus)["TasadorDown"], well=not _firing(prometheus)["TasadorDown"])


def _one_away(check: Checks, prometheus: Server, workspace: Workspace, two: Server) -> None:
    two.signal(signal.SIGTERM)
    begun = time.perf_counter()
    told = _until(lambda: _firing(prometheus)["TasadorDown"], 1)
    check("a replica away, firing", f"{told} after {time.perf_counter() - begun:.0f} s", well=told == 1)
    begun = time.perf_counter()
    with replica(workspace, two.port):
        told = _until(lambda: _firing(prometheus)["TasadorDown"], 0)
        check("back again, firing", f"{told} after {time.perf_counter() - begun:.0f} s", well=told == 0)


def _workspace(named: Path | None, place: Path) -> Workspace:
    root = place / "workspace"
    if named is not None:
        shutil.copytree(named, root, ignore=shutil.ignore_patterns("profiles", "sources", "monitoring"))
    else:
        command = [TASADOR, "run", str(sample(place, ROWS)), "--workspace", str(root)]
        subprocess.run(command, check=True, stdout=sys.stderr)
    return Workspace(root)


def _look(workspace: Workspace) -> int:
    """Let the monitor write its metrics; gives the number of looks that raised an alert."""
    done = subprocess.run([TASADOR, "monitor", "--workspace", str(workspace.root)], stdout=sys.stderr)
    if done.returncode not in {0, 3}:
        raise SystemExit(f"tasador monitor exited with {done.returncode}")
    text = (workspace.root / "monitoring" / "tasador.prom").read_text(encoding="utf-8")
    return sum(float(value) > 0 for value in re.findall(r"(?m)^tasador_monitor_alerts\{.*\} (.+)$", text))


def _configuration(place: Path, replicas: list[int], textfiles: int) -> Path:
    """Write the shipped file with these addresses, and a look each second."""
    told = yaml.safe_load((SHIPPED / "prometheus.yaml").read_text(encoding="utf-8"))
    told["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    ports = {"tasador": replicas, "monitor": [textfiles]}
    for job in told["scrape_configs"]:
        job.pop("dns_sd_configs", None)
        job["static_configs"] = [{"targets": [f"127.0.0.1:{port}" for port in ports.pop(job["job_name"])]}]
    shutil.copy(SHIPPED / "rules.yaml", place)
    (place / "prometheus.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
    return place / "prometheus.yaml"


def _node_exporter(workspace: Workspace) -> list[str]:
    # NOTE: of Debian's one folder may be named only, or a pattern: `monitoring` and `runs`.
    return [
        _found("prometheus-node-exporter"), "--web.listen-address=127.0.0.1:{port}", "--collector.disable-defaults",
        "--collector.filesystem", "--collector.textfile",
        f"--collector.textfile.directory={workspace.root}/[mr][ou]n*",
    ]  # fmt: skip


def _get(prometheus: Server, path: str) -> Any:
    return json.loads(prometheus.ask(f"/api/v1/{path}"))["data"]


def _series(prometheus: Server, name: str) -> list[Any]:
    found: list[Any] = _get(prometheus, f"query?query={urllib.parse.quote(name)}")["result"]
    return found


def _firing(prometheus: Server) -> Counter[str]:
    alerts = _get(prometheus, "alerts")["alerts"]
    return Counter(one["labels"]["alertname"] for one in alerts if one["state"] == "firing")


def _until(look: Callable[[], Any], wanted: object) -> Any:
    """Look until it is what is wanted, or too late; gives what was seen last."""
    end = time.perf_counter() + MOST_SECONDS
    while (seen := look()) != wanted and time.perf_counter() < end:
        time.sleep(0.5)
    return seen


def _found(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is not installed; on Debian and Ubuntu: apt install {name}")
    return found


def _free() -> int:
    return Server("none", [], "/").port


if __name__ == "__main__":
    sys.exit(main())
