"""A search goes on where it was left, counts trials of all workers, and gives up what falls behind."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tasador.errors import TasadorError
from tasador.models import tuning
from tasador.models.search_space import Range
from tasador.models.tuning import Score, Tuned, tune

SPACE = {"rate": Range(0.001, 1.0, log=True), "leaves": Range(2, 64, whole=True)}
ROOT = str(Path(__file__).parents[2])


def error(parameters: dict[str, float], fold: int) -> float:
    return abs(parameters["rate"] - 0.1) + abs(parameters["leaves"] - 16) / 16 + fold / 100


def search(storage_url: str, *, trials: int, score: Score = error, **other: Any) -> Tuned:
    options: dict[str, Any] = {"folds": 3, "space": SPACE, "study_name": "study", **other}
    return tune(score, trials=trials, storage_url=storage_url, **options)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database that searches share, each as a study of its own."""
    return f"sqlite:///{tmp_path_factory.mktemp('tuning') / 'tuning.db'}"


@pytest.fixture
def storage_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'tuning.db'}"


def counts(found: Tuned) -> dict[str, int]:
    states = [trial.state for trial in found.trials]
    return {state: states.count(state) for state in sorted(set(states))}


def test_the_best_has_the_least_mean_error_over_all_folds_and_bad_trials_end_early(database: str) -> None:
    scored: list[tuple[float, int]] = []

    def score(parameters: dict[str, float], fold: int) -> float:
        scored.append((parameters["rate"], fold))
        return error(parameters, fold)

    told: list[tuple[int, int, str]] = []
    first = {"rate": 0.1, "leaves": 15}
    found = search(
        database, trials=16, study_name="best", score=score, first=[first], told=lambda *one: told.append(one)
    )
    complete = [trial for trial in found.trials if trial.state == "complete"]
    pruned = [trial for trial in found.trials if trial.state == "pruned"]
    assert len(complete) + len(pruned) == 16
    assert pruned
    assert all(trial.folds < 3 for trial in pruned)
    assert len(scored) == sum(trial.folds for trial in found.trials) < 48
    assert found.trials[0].parameters == first
    assert found.error == min(trial.error for trial in complete if trial.error is not None) <= 1 / 16 + 0.01
    assert found.error == pytest.approx(sum(error(found.parameters, fold) for fold in range(3)) / 3)
    assert [done for done, _, _ in told] == list(range(1, 17))
    assert told[-1][1:] == (16, f"best {found.error:.4f}")
    for trial in found.trials:
        assert 0.001 <= trial.parameters["rate"] <= 1
        assert trial.parameters["leaves"] in range(2, 65)


def test_one_worker_tries_the_same_for_the_same_seed(database: str) -> None:
    tried = [
        [trial.parameters for trial in search(database, trials=trials, seed=seed, study_name=name).trials]
        for name, trials, seed in (("a", 12, 1), ("b", 12, 1), ("c", 1, 2))
    ]
    assert tried[0] == tried[1]
    assert tried[0][0] != tried[2][0]
    # though it was stopped after the draws at random, and before the search goes by what it has seen
    for trials in (2, 9, 12):
        stopped = search(database, trials=trials, seed=1, study_name="stopped")
    assert [trial.parameters for trial in stopped.trials] == tried[0]


def test_a_finished_search_is_not_done_again_and_a_longer_one_goes_on(database: str) -> None:
    first = search(database, trials=4, study_name="longer")

    def never(parameters: dict[str, float], fold: int) -> float:
        raise AssertionError

    assert search(database, trials=4, study_name="longer", score=never) == first
    longer = search(database, trials=7, study_name="longer")
    assert longer.trials[:4] == first.trials
    assert sum(counts(longer).values()) == 7
    tried = [tuple(trial.parameters.values()) for trial in longer.trials]
    assert len(set(tried)) == 7


SLOW = """
import sys, time
from tests.models.test_tuning import error, search

def score(parameters, fold):
    print("scored", flush=True)
    time.sleep(float(sys.argv[2]))
    return error(parameters, fold)

search(sys.argv[1], trials=int(sys.argv[3]), score=score)
"""


@contextmanager
def another(storage_url: str, seconds: float, trials: int) -> Iterator[subprocess.Popen[str]]:
    """A worker in a process of its own, which has begun to score."""
    command = [sys.executable, "-c", SLOW, storage_url, str(seconds), str(trials)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "scored\n"
        try:
            yield worker
        finally:
            worker.kill()


@pytest.mark.slow
def test_a_killed_search_goes_on_and_tries_again_what_was_killed(
    storage_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with another(storage_url, 0.2, 50) as worker:
        assert worker.stdout is not None
        for _ in range(4):
            worker.stdout.readline()
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    monkeypatch.setattr(tuning, "_GRACE_SECONDS", 1)
    time.sleep(1.5)
    found = search(storage_url, trials=8)
    states = counts(found)
    assert states.pop("fail") == 1
    assert "running" not in states
    assert sum(states.values()) == 8
    (killed,) = [trial for trial in found.trials if trial.state == "fail"]
    assert [trial.parameters for trial in found.trials].count(killed.parameters) == 2


def assert_shared(storage_url: str) -> None:
    """Check that two processes share a study."""
    with another(storage_url, 0.02, 16) as worker:
        found = search(storage_url, trials=16)
        worker.wait(timeout=60)
        assert worker.returncode == 0
    done = search(storage_url, trials=1)
    # NOTE: a trial too many is given back, which the other worker may do after this one has ended.
    finished = [trial for trial in done.trials if trial.state != "fail"]
    assert counts(done).keys() <= {"complete", "pruned", "fail"}
    assert len(finished) == 16
    assert finished == [trial for trial in found.trials if trial in finished]
    assert (done.parameters, done.error) == (found.parameters, found.error)
    assert len({tuple(trial.parameters.values()) for trial in finished}) == 16
    assert [trial.number for trial in done.trials] == list(range(len(done.trials)))


def test_workers_share_a_study(storage_url: str) -> None:
    assert_shared(storage_url)


@pytest.mark.slow
def test_workers_share_a_study_in_postgresql(postgresql: str) -> None:
    assert_shared(postgresql)


@pytest.fixture
def postgresql(tmp_path: Path) -> Iterator[str]:
    """A server of the test's own, where PostgreSQL is installed."""
    initdb = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
    if initdb is None:
        pytest.skip("PostgreSQL is not installed: no initdb under /usr/lib/postgresql")
    pytest.importorskip("psycopg2")
    user = _user()
    as_user: dict[str, Any] = {"user": user, "extra_groups": []} if os.getuid() == 0 else {}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = Path(f"/tmp/tasador-postgresql-{os.getpid()}")  # noqa: S108  (a user who may not enter pytest's folder)
    subprocess.run(
        [initdb, "-D", data, "-A", "trust", "-U", user, "--no-sync"],
        check=True, stdout=subprocess.DEVNULL, cwd="/", **as_user,
    )  # fmt: skip
    server = subprocess.Popen(
        [initdb.with_name("postgres"), "-D", data, "-p", str(port), "-k", data, "-c", "fsync=off", "-h", "127.0.0.1"],
        stderr=subprocess.DEVNULL, cwd="/", **as_user,
    )  # fmt: skip
    try:
        _await(port)
        yield f"postgresql+psycopg2://{user}@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)
        subprocess.run(["rm", "-rf", data], check=True)


def _await(port: int) -> None:
    psycopg2 = pytest.importorskip("psycopg2")
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            psycopg2.connect(host="127.0.0.1", port=port, user=_user(), dbname="postgres").close()
        except psycopg2.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(port)


def _user() -> str:
    # NOTE: the server refuses to run as root.
    return "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name


@pytest.mark.parametrize("other", [{"trials": 0}, {"folds": 0}, {"space": {}}])
def test_nothing_to_search(database: str, other: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="nothing to search"):
        search(database, **{"trials": 1, **other})


def test_an_error_of_the_score_ends_the_search_and_is_seen(database: str) -> None:
    def broken(parameters: dict[str, float], fold: int) -> float:
        raise KeyError("no such parameter")

    with pytest.raises(KeyError, match="no such parameter"):
        search(database, trials=2, study_name="broken", score=broken)
    assert counts(search(database, trials=2, study_name="broken")) == {"complete": 2, "fail": 1}


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg2://u:secret@127.0.0.1:1/x", "sqlite:////nowhere/x.db", "no address"]
)
def test_a_storage_that_cannot_be_opened_is_named_without_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "_SETTLE_SECONDS", 0.0)
    with pytest.raises(TasadorError, match="the storage of the search cannot be opened") as raised:
        search(url, trials=1)
    assert "secret" not in str(raised.value)
