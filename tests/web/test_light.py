from __future__ import annotations

import json
import subprocess
import sys

from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran

HEAVY = (
    "sklearn", "lightgbm", "optuna", "polars", "pandas", "numpy", "scipy", "dataframely", "altair", "mlflow", "typer",
)  # fmt: skip


def test_serving_a_bundle_imports_no_heavy_library(ran: tuple[Workspace, Ran]) -> None:
    code = (
        "import json, sys; from pathlib import Path; from tasador.storage.workspace import Workspace;"
        "from tasador.web.app import create_app; create_app(Workspace(Path(sys.argv[1])));"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(ran[0].root)], capture_output=True, text=True, check=True)
    assert not set(HEAVY) & set(json.loads(done.stdout))


def test_scoring_a_game_imports_no_heavy_library(ran: tuple[Workspace, Ran]) -> None:
    code = (
        "import json, sys; from datetime import date; from pathlib import Path;"
        "from tasador.appraisal.appraiser import Appraiser; from tasador.features.game import Game;"
        "from tasador.storage import bundles; from tasador.storage.workspace import Workspace;"
        "found = bundles.load(Workspace(Path(sys.argv[1])), sys.argv[2]);"
        "appraiser = Appraiser(found.files, version='v', snapshot='s');"
        "price, = appraiser.estimates([Game('A Game', date(2017, 1, 1))]);"
        "print(json.dumps([price, sorted({name.partition('.')[0] for name in sys.modules})]))"
    )
    command = [sys.executable, "-c", code, str(ran[0].root), ran[1].trained.version]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    price, modules = json.loads(done.stdout)
    assert price > 0
    assert not set(HEAVY) & set(modules)


def test_importing_tasador_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import tasador; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {name.partition(".")[0] for name in done.stdout.split()} <= {
        "tasador",
        "importlib",
        "typing",
        "__future__",
    } | set(sys.stdlib_module_names)
    assert "tasador.workflows" not in done.stdout
