"""Runs, versions and aliases, mirrored in MLflow for people who compare runs there.

The workspace's own files say which versions there are and which one answers; nothing here is read to serve.
"""

from __future__ import annotations

import hashlib
import math
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tasador.errors import BundleError, UnknownValueError
from tasador.registry.tracking import Tracking, TrackingError, download, entities, failures, open_client, telling
from tasador.storage.sealed import MANIFEST

__all__ = ["MODEL", "RunRecord", "Runs", "flatten"]

#: The registered model whose versions are bundles.
MODEL: Final = "tasador-price"

_EXPERIMENT: Final = "tasador"
_BUNDLE: Final = "bundle"
_SEAL: Final = "manifest_sha256"

#: What MLflow takes at once, and what a name may be written with.
_METRICS_AT_ONCE: Final = 1_000
_PARAMETERS_AT_ONCE: Final = 100
_LONGEST_VALUE: Final = 6_000
_NOT_IN_NAMES: Final = re.compile(r"[^\w\-. /]+", re.ASCII)

#: What MLflow says of a thing that is there already.
_MADE_BY_ANOTHER: Final = "RESOURCE_ALREADY_EXISTS"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A training run, as it is logged.

    Attributes:
        name: The version that it made.
        candidate: What kind of model it is.
        parameters: Hyperparameters and seed.
        metrics: Figures, nested as in `metrics.json`; what is no number is left out.
        tags: Where it comes from: snapshot, fingerprints of data and code, libraries.
        artifacts: Files to keep with it, by name.
    """

    name: str
    candidate: str
    parameters: Mapping[str, Any]
    metrics: Mapping[str, Any]
    tags: Mapping[str, str]
    artifacts: Mapping[str, bytes] = field(default_factory=dict)


class Runs:
    """An open tracking store.

    Raises:
        TrackingError: MLflow is not installed, or the store cannot be reached.
    """

    def __init__(self, tracking: Tracking) -> None:
        self.tracking = tracking
        self._client = open_client(tracking)

    def log(self, record: RunRecord) -> str:
        """Log a run.

        Returns:
            Its id.

        Raises:
            TrackingError: The store cannot be reached or refuses.
        """
        now, made_of = int(time.time() * 1_000), entities()
        metrics = [made_of.Metric(name, value, now, 0) for name, value in flatten(record.metrics).items()]
        parameters = [
            made_of.Param(_name(name), str(value)[:_LONGEST_VALUE]) for name, value in record.parameters.items()
        ]
        with telling(self.tracking):
            tags = {**record.tags, "version": record.name, "candidate": record.candidate}
            run = self._client.create_run(self._experiment(), run_name=record.name, tags=tags).info.run_id
            status = "FAILED"
            try:
                for some in _chunks(metrics, _METRICS_AT_ONCE):
                    self._client.log_batch(run, metrics=some)
                for some in _chunks(parameters, _PARAMETERS_AT_ONCE):
                    self._client.log_batch(run, params=some)
                self._keep(run, record.artifacts)
                status = "FINISHED"
            finally:
                self._client.set_terminated(run, status)
        return str(run)

    def run_of(self, version: str) -> str | None:
        """Find a run of a version that was logged whole; None where there is none.

        Raises:
            TrackingError: The store cannot be reached.
        """
        with telling(self.tracking):
            wanted = f"tags.version = '{version}' and attributes.status = 'FINISHED'"
            found = self._client.search_runs([self._experiment()], wanted, max_results=1)
        return str(found[0].info.run_id) if found else None

    def register(self, version: str, directory: Path, *, run: str | None = None) -> None:
        """Register a bundle as a version, unless it is registered already by this run.

        Where others see the store, the bundle's files are kept with the run, as a path here says nothing to them.

        Args:
            version: The bundle's name.
            directory: Where it is.
            run: The run that made it; None where none is known.

        Raises:
            TrackingError: The store cannot be reached or refuses.
        """
        if any(run is None or found.run_id == run for found in self._registered(version)):
            return
        source = directory.resolve().as_uri()
        if self.tracking.shared:
            run = run or self.log(RunRecord(version, "unknown", {}, {}, {}))
            with telling(self.tracking):
                files = {f"{_BUNDLE}/{path.name}": path.read_bytes() for path in sorted(directory.iterdir())}
                self._keep(run, files)
                source = f"{self._client.get_run(run).info.artifact_uri}/{_BUNDLE}"
        # NOTE: the database says what the files' list of hashes must be: files may lie where others can write.
        tags = {"version": version, _SEAL: hashlib.sha256((directory / MANIFEST).read_bytes()).hexdigest()}
        with telling(self.tracking):
            self._client.create_model_version(MODEL, source, run_id=run, tags=tags)

    def find(self, named: str) -> str:
        """Find a registered version: by its name, the beginning of it, or an alias.

        Raises:
            UnknownValueError: None is called so, or more than one begins so.
            TrackingError: The store cannot be reached.
        """
        if named in (aliases := self.aliases()):
            return aliases[named]
        with telling(self.tracking):
            found = self._client.search_model_versions(f"name = '{MODEL}'")
        known = sorted({one.tags["version"] for one in found if "version" in one.tags})
        alike = [version for version in known if version.startswith(named)]
        if named in known or len(alike) == 1:
            return named if named in known else alike[0]
        if alike:
            raise UnknownValueError(
                "model version", named, alike, what="more than one begins so", do="Give more of the name."
            )
        do = f"Those are in {self.tracking.shown}."
        raise UnknownValueError("model version", named, [*sorted(aliases), *known], do=do)

    def fetch(self, version: str, into: Path) -> Path:
        """Download the files of a registered bundle.

        Args:
            into: An empty directory.

        Returns:
            Where in it they are, named as the version is.

        Raises:
            TrackingError: The store cannot be reached or has not the files.
            BundleError: The list of their hashes is not the one that was registered.
        """
        if Path(version).name != version or version.startswith("."):
            raise TrackingError("a version of the store has no name", where=self.tracking.shown, got=repr(version))
        newest = max(self._registered(version), key=lambda found: int(found.version))
        with telling(self.tracking):
            fetched = download(self.tracking, newest.source, into)
        got = hashlib.sha256((fetched / MANIFEST).read_bytes()).hexdigest()
        if got != newest.tags.get(_SEAL):
            raise BundleError(
                "the files in the store are not those that were registered",
                where=f"{version}/{MANIFEST}",
                got=f"sha256 {got[:12]}…",
                expected=f"{str(newest.tags.get(_SEAL))[:12]}…",
                do="Find out who changed them; the version must be trained again.",
            )
        return fetched.rename(into / version)

    def aliases(self) -> dict[str, str]:
        """Tell which bundle each alias names.

        Raises:
            TrackingError: The store cannot be reached.
        """
        with telling(self.tracking):
            found = {}
            for alias, number in self._model().aliases.items():
                tags = self._client.get_model_version(MODEL, str(number)).tags
                found[alias] = str(tags.get("version", number))
            return found

    def set_aliases(self, wanted: Mapping[str, str | None]) -> None:
        """Let aliases name registered bundles, or none.

        Raises:
            TrackingError: The store cannot be reached, or a bundle is not registered.
        """
        known = self.aliases()
        for alias, version in wanted.items():
            if known.get(alias) == version:
                continue
            if version is None:
                with telling(self.tracking):
                    self._client.delete_registered_model_alias(MODEL, alias)
                continue
            numbers = [int(found.version) for found in self._registered(version)]
            if not numbers:
                raise TrackingError("the version is not registered", where=self.tracking.shown, got=version)
            with telling(self.tracking):
                self._client.set_registered_model_alias(MODEL, alias, str(max(numbers)))

    def _registered(self, version: str) -> list[Any]:
        with telling(self.tracking):
            self._model()
            return list(self._client.search_model_versions(f"name = '{MODEL}' and tags.version = '{version}'"))

    def _model(self) -> Any:
        """Find or make the registered model."""
        found = self._client.search_registered_models(f"name = '{MODEL}'")
        if found:
            return found[0]
        return self._make(
            lambda: self._client.create_registered_model(MODEL), lambda: self._client.get_registered_model(MODEL)
        )

    def _experiment(self) -> str:
        """Find or make the experiment: another one where artefacts go elsewhere, as after a workspace was moved."""
        place = self.tracking.artifacts
        moved = f"{_EXPERIMENT}-{hashlib.sha256((place or '').encode()).hexdigest()[:8]}"
        for name in (_EXPERIMENT, moved):
            found = self._client.get_experiment_by_name(name) or self._new_experiment(name)
            if place is None or found.artifact_location == place:
                return str(found.experiment_id)
        raise TrackingError("the experiments keep their artefacts elsewhere", where=self.tracking.shown, expected=place)

    def _new_experiment(self, name: str) -> Any:
        def find() -> Any:
            return self._client.get_experiment_by_name(name)

        self._make(lambda: self._client.create_experiment(name, artifact_location=self.tracking.artifacts), find)
        return find()

    def _make(self, make: Callable[[], Any], find: Callable[[], Any]) -> Any:
        """Make what is not there; where another process made it at the same moment, find that."""
        try:
            return make()
        except failures() as error:
            if getattr(error, "error_code", None) != _MADE_BY_ANOTHER:
                raise
            return find()

    def _keep(self, run: str, files: Mapping[str, bytes]) -> None:
        if not files:
            return
        with tempfile.TemporaryDirectory() as name:
            for path, data in files.items():
                target = Path(name, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            self._client.log_artifacts(run, name)


def flatten(metrics: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """Turn nested figures into one level, named by their path: `splits/out_of_time/mae_usd`.

    Items of lists are named by their `name`, or by their number. What is no finite number is left out.
    """
    found: dict[str, float] = {}
    for key, value in metrics.items():
        path = f"{prefix}{_name(key)}"
        if isinstance(value, Mapping):
            found |= flatten(value, f"{path}/")
        elif isinstance(value, list):
            items = {
                str(item.get("name", number)) if isinstance(item, Mapping) else str(number): item
                for number, item in enumerate(value)
            }
            found |= flatten(items, f"{path}/")
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            found[path] = float(value)
    return found


def _name(text: object) -> str:
    return _NOT_IN_NAMES.sub("_", str(text))


def _chunks(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for begin in range(0, len(items), size):
        yield items[begin : begin + size]
