"""Searches for parameters with Optuna: resumable, reproducible, shared by as many workers as reach the storage.

Each trial is scored fold by fold, such as on half-years before the test period, and given up when it falls behind the
others. The test period itself is never scored here.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
import optuna
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from tasador.errors import TasadorError
from tasador.models.search_space import Range

__all__ = ["Score", "Told", "TrialRow", "Tuned", "Values", "tune"]

#: A value for each parameter that is searched.
Values: TypeAlias = Mapping[str, float]

#: Told how many trials are done, of how many, and the best score so far.
Told: TypeAlias = Callable[[int, int, str], None]

_FINISHED: Final = (TrialState.COMPLETE, TrialState.PRUNED)

#: Trials before any is given up, and before the search goes by what it has seen.
_STARTUP: Final = 8

#: How often a worker says that it lives, and after how long a silent one counts as killed.
_HEARTBEAT_SECONDS: Final = 5
_GRACE_SECONDS: Final = 20

#: How often a worker looks whether others have finished the last trials.
_WAIT_SECONDS: Final = 0.5

#: How long a worker waits while another writes to an SQLite file.
_SQLITE_WAIT_SECONDS: Final = 60.0

#: How long the worker that was first needs to make a new database's tables.
_SETTLE_SECONDS: Final = 2.0


class _SurplusError(Exception):
    """A trial that makes more than were asked for."""


class Score(Protocol):
    """Fits with some parameters and measures on one fold."""

    def __call__(self, parameters: dict[str, float], fold: int, /) -> float:
        """Give the error on fold number `fold`: the less, the better."""


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One trial.

    Attributes:
        number: Its number, from 0.
        state: `complete`, `pruned`, `running` or `fail`.
        error: Mean error over the folds that were scored; None before the first.
        folds: How many those are.
        seconds: How long it took; None while it runs.
        parameters: What was tried.
    """

    number: int
    state: str
    error: float | None
    folds: int
    seconds: float | None
    parameters: dict[str, float]


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a search found.

    Attributes:
        parameters: Those with the least mean error over all folds.
        error: That error.
        trials: All trials, by number.
    """

    parameters: dict[str, float]
    error: float
    trials: tuple[TrialRow, ...]

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return asdict(self)


def tune(
    score: Score,
    *,
    folds: int,
    space: Mapping[str, Range],
    first: Sequence[Values] = (),
    trials: int,
    storage_url: str,
    study_name: str,
    seed: int = 0,
    told: Told = lambda *_: None,
) -> Tuned:
    """Search until the study has as many finished trials as asked for, whoever did them.

    A study of the same name goes on where it was left: a trial whose worker was killed is tried again. Several
    processes, on several machines where the storage is a server, may work on one study at a time; together they
    finish as many trials as asked for, no more. A search by one worker gives the same trials for the same seed,
    stopped in between or not; by several they depend on who was faster, as each goes by what is known when it asks.

    Args:
        score: Measures parameters on a fold.
        folds: Number of folds; put the cheapest first, since bad trials end there.
        space: What to search, by parameter.
        first: Parameters to try before all others, such as the present ones.
        trials: How many trials the study shall have, the given-up ones too.
        storage_url: Where it is kept: `sqlite:///FILE` or another database by its SQLAlchemy address.
        study_name: The study's name; one for each data set and set of folds.
        seed: Of the search.
        told: Told after each trial.

    Raises:
        TasadorError: The storage cannot be opened.
        ValueError: There is nothing to search, or no trial was scored on all folds.
    """
    if trials < 1 or folds < 1 or not space:
        raise ValueError(f"nothing to search: {trials} trials, {folds} folds, {len(space)} parameters")
    # NOTE: it warns of each trial that is given back.
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage = _storage(storage_url)
    try:
        study = _study(storage, study_name, first)

        while (done := _count(study, _FINISHED)) < trials:
            if done + _count(study, (TrialState.RUNNING,)) < trials:
                study.optimize(
                    lambda trial: _run(trial, score, folds, space, seed, trials), n_trials=1, catch=(_SurplusError,)
                )
                told(min(_count(study, _FINISHED), trials), trials, _best(study))
            else:
                _await_others(study)
        return _tuned(study)
    finally:
        storage.engine.dispose()


def _storage(url: str) -> RDBStorage:
    try:
        try:
            return _opened(url)
        except DatabaseError:
            # NOTE: of two workers that make a new database's tables at a time, one fails; then they are there.
            time.sleep(_SETTLE_SECONDS)
            return _opened(url)
    except (SQLAlchemyError, ImportError) as error:
        raise TasadorError(
            "the storage of the search cannot be opened",
            where=_without_password(url),
            got=str(getattr(error, "orig", None) or error).strip().split("\n")[0],
            expected="a database that answers, such as sqlite:///FILE or postgresql+psycopg2://USER@HOST/NAME",
            do="Mend the address; for PostgreSQL install the extra 'postgres'.",
        ) from error


def _opened(url: str) -> RDBStorage:
    # NOTE: SQLite is locked as a whole by each write; a worker waits for the others instead of failing.
    options = {"connect_args": {"timeout": _SQLITE_WAIT_SECONDS}} if url.startswith("sqlite") else {}
    with warnings.catch_warnings():
        # NOTE: heartbeats have been called experimental for years; the bounds on Optuna's version keep them.
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return RDBStorage(
            url,
            engine_kwargs=options,
            heartbeat_interval=_HEARTBEAT_SECONDS,
            grace_period=_GRACE_SECONDS,
            heartbeat_stale_trial_callback=_again,
        )


def _without_password(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except SQLAlchemyError:
        return "the storage's address"


def _again(study: optuna.Study, killed: FrozenTrial) -> None:
    """Try again what a killed worker was trying."""
    study.enqueue_trial(killed.params)


def _study(storage: RDBStorage, name: str, first: Sequence[Values]) -> optuna.Study:
    pruner = optuna.pruners.MedianPruner(n_startup_trials=_STARTUP)
    try:
        study = optuna.create_study(storage=storage, study_name=name, pruner=pruner, direction="minimize")
    except optuna.exceptions.DuplicatedStudyError:
        return optuna.load_study(study_name=name, storage=storage, pruner=pruner)
    for values in first:
        study.enqueue_trial(dict(values))
    return study


def _run(trial: optuna.Trial, score: Score, folds: int, space: Mapping[str, Range], seed: int, trials: int) -> float:
    # NOTE: workers that looked at the same moment begin one trial each; those that were numbered last give theirs back.
    earlier = [one for one in trial.study.get_trials(deepcopy=False) if one.number < trial.number]
    if sum(one.state != TrialState.FAIL for one in earlier) >= trials:
        raise _SurplusError
    # NOTE: drawn by the trial's number, so that a search that goes on tries what it would have tried at one go, and
    # no two workers try the same.
    (drawn,) = np.random.SeedSequence([seed, trial.number]).generate_state(1)
    trial.study.sampler = optuna.samplers.TPESampler(seed=int(drawn), n_startup_trials=_STARTUP)
    parameters = {name: values.suggest(trial, name) for name, values in space.items()}
    errors: list[float] = []
    for fold in range(folds):
        errors.append(float(score(parameters, fold)))
        mean = float(np.mean(errors))
        trial.report(mean, fold)
        if fold + 1 < folds and trial.should_prune():
            raise optuna.TrialPruned
    return mean


def _await_others(study: optuna.Study) -> None:
    """Let others finish the last trials, and look whether one of them was killed."""
    time.sleep(_WAIT_SECONDS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        optuna.storages.fail_stale_trials(study)


def _count(study: optuna.Study, states: tuple[TrialState, ...]) -> int:
    return len(study.get_trials(deepcopy=False, states=states))


def _best(study: optuna.Study) -> str:
    best = _complete(study)
    return f"best {best[0][0]:.4f}" if best else ""


def _complete(study: optuna.Study) -> list[tuple[float, int, dict[str, float]]]:
    """Trials that were scored on all folds, the best first; of equals the earlier, whoever finished first."""
    found = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return sorted(
        ((float(trial.value), trial.number, dict(trial.params)) for trial in found if trial.value is not None),
        key=lambda one: one[:2],
    )


def _tuned(study: optuna.Study) -> Tuned:
    complete = _complete(study)
    if not complete:
        raise ValueError(f"the study {study.study_name!r} has no trial that was scored on all folds")
    error, _, parameters = complete[0]
    return Tuned(parameters, error, tuple(map(_row, study.get_trials(deepcopy=False))))


def _row(trial: FrozenTrial) -> TrialRow:
    steps = trial.intermediate_values
    return TrialRow(
        number=trial.number,
        state=trial.state.name.lower(),
        error=steps[max(steps)] if steps else None,
        folds=len(steps),
        seconds=None if trial.duration is None else trial.duration.total_seconds(),
        parameters=dict(trial.params),
    )
