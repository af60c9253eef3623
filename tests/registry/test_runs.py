from __future__ import annotations

import math
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.errors import TasadorError
from tasador.registry.runs import RunRecord, Runs, flatten
from tasador.registry.tracking import Tracking, TrackingError
from tasador.storage.workspace import Workspace


def record(name: str, **metrics: object) -> RunRecord:
    return RunRecord(
        name,
        "boosting",
        {"learning_rate": 0.1, "seed": 42},
        metrics,
        {"snapshot": "abc", "code": "def"},
        {"model_card.md": b"# card", "plots/gap.html": b"<p>"},
    )


def test_a_run_keeps_what_it_was_told(runs: Runs, tracking: Tracking) -> None:
    run = runs.log(record("kept", accuracy={"splits": [{"name": "out_of_time", "mae_usd": 4.9, "says": "x"}]}))
    found = runs._client.get_run(run)
    assert found.info.status == "FINISHED"
    assert found.data.metrics == {"accuracy/splits/out_of_time/mae_usd": 4.9}
    assert found.data.params == {"learning_rate": "0.1", "seed": "42"}
    assert found.data.tags.items() >= {
        "version": "kept", "candidate": "boosting", "snapshot": "abc", "code": "def"
    }.items()  # fmt: skip
    assert tracking.artifacts is not None
    folder = Path(urllib.parse.urlsplit(tracking.artifacts).path) / run / "artifacts"
    assert (folder / "model_card.md").read_bytes() == b"# card"
    assert (folder / "plots" / "gap.html").exists()


def test_more_figures_than_fit_into_one_request_are_logged(runs: Runs) -> None:
    run = runs.log(record("many", **{f"figure {number}": number for number in range(1_500)}))
    assert len(runs._client.get_run(run).data.metrics) == 1_500


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A directory that is registered: nothing of it is read but the bytes of its manifest."""
    (tmp_path / "manifest.json").write_bytes(b"{}")
    return tmp_path


def test_a_version_is_registered_once_a_run(runs: Runs, bundle: Path) -> None:
    one, two = runs.log(record("twice")), runs.log(record("twice"))
    for run in (one, one, two, None):
        runs.register("twice", bundle, run=run)
    found = runs._registered("twice")
    assert sorted(version.run_id for version in found) == sorted([one, two])
    assert {version.source for version in found} == {bundle.as_uri()}


def test_aliases_name_bundles_and_move(runs: Runs, bundle: Path) -> None:
    for version in ("first", "second"):
        runs.register(version, bundle)
    runs.set_aliases({"champion": "first", "challenger": "second"})
    assert runs.aliases() == {"champion": "first", "challenger": "second"}
    runs.set_aliases({"champion": "second", "challenger": None})
    assert runs.aliases() == {"champion": "second"}
    with pytest.raises(TrackingError, match="not registered"):
        runs.set_aliases({"champion": "unheard"})


def test_artefacts_follow_a_workspace_that_was_moved(runs: Runs, tracking: Tracking, tmp_path: Path) -> None:
    runs.log(record("before"))
    moved = Runs(Tracking(tracking.uri, (tmp_path / "artifacts").as_uri()))
    run = moved.log(record("after"))
    assert (tmp_path / "artifacts" / run / "artifacts" / "model_card.md").exists()
    assert moved._experiment() == moved._experiment() != runs._experiment()


def test_where_runs_are_logged_by_default_and_by_address(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    default = Tracking.of(workspace)
    assert default.uri == f"sqlite:///{tmp_path}/runs/mlflow.db"
    assert default.artifacts == f"file://{tmp_path}/runs/artifacts"
    assert not default.shared
    server = Tracking.of(workspace, "https://runs.example.org")
    assert (server.artifacts, server.shared) == (None, True)
    database = Tracking.of(workspace, "postgresql+psycopg2://u:p@db/runs", "s3://bucket/runs")
    assert (database.artifacts, database.shared) == ("s3://bucket/runs", True)


@pytest.mark.parametrize(
    "uri",
    ["http://127.0.0.1:9", "postgresql+psycopg2://me:hush-hush@127.0.0.1:9/runs", "sqlite:////proc/x/y.db", "nonsense"],
)
def test_a_store_that_cannot_be_reached_is_one_error_without_a_password(uri: str, tmp_path: Path) -> None:
    with pytest.raises(TrackingError) as raised:
        Runs(Tracking.of(Workspace(tmp_path), uri)).log(record("lost"))
    assert isinstance(raised.value, TasadorError)
    assert "the tracking store failed" in str(raised.value)
    assert "hush-hush" not in str(raised.value)


def test_without_the_extra_the_error_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['mlflow'] = None; from pathlib import Path;"
        "from tasador.registry.runs import Runs; from tasador.registry.tracking import Tracking, TrackingError;"
        "from tasador.storage.workspace import Workspace\n"
        "try: Runs(Tracking.of(Workspace(Path(sys.argv[1]))))\n"
        "except TrackingError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert "pip install 'tasador[train]'" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_naming_a_store_does_not_import_its_library() -> None:
    code = (
        "import sys, tasador.registry.mirror, tasador.workflows.promote, tasador.cli.models;"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'mlflow', 'alembic'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


Figures = st.recursive(
    st.one_of(st.floats(), st.integers(-(10**9), 10**9), st.booleans(), st.none(), st.text()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(alphabet="abc_/", min_size=1, max_size=3), inner, max_size=4),
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text(min_size=1, max_size=5), Figures, max_size=5))
def test_what_is_flat_is_finite_and_is_named_by_what_a_store_takes(metrics: dict[str, object]) -> None:
    flat = flatten(metrics)
    assert all(type(value) is float and math.isfinite(value) for value in flat.values())
    assert all(character.isascii() for name in flat for character in name)


def test_items_are_named_by_their_name_or_number() -> None:
    nested = {"a": [{"name": "x ≤ 1", "v": 1}, {"v": 2}, 3], "b": {"c": True, "d": None, "e": float("nan"), "f": 0.5}}
    assert flatten(nested) == {"a/x _ 1/v": 1.0, "a/1/v": 2.0, "a/2": 3.0, "b/f": 0.5}
