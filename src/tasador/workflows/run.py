"""The whole path: a source to a champion that answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from tasador.errors import BundleError, UnknownValueError
from tasador.ingest.cleaning import MAX_REJECT_SHARE
from tasador.ingest.formats.format import Format
from tasador.models.parameters import Parameters
from tasador.registry import tenures
from tasador.registry.decision import Check, PromotionDecision
from tasador.registry.tracking import Tracking
from tasador.storage import bundles, last_run
from tasador.storage.remotes.objects import Objects
from tasador.storage.webhook import Webhook
from tasador.storage.workspace import Workspace
from tasador.workflows.ingest import Ingested, ingest
from tasador.workflows.monitor import Monitored, monitor
from tasador.workflows.profile import Profiled, profile
from tasador.workflows.progress import Progress, silent
from tasador.workflows.promote import promote
from tasador.workflows.remote import pull, push
from tasador.workflows.run_record import STEPS, Record, Summary
from tasador.workflows.train import Trained, train

__all__ = ["Ran", "run"]


@dataclass(frozen=True, slots=True)
class Ran:
    """What each step made; a step whose result was there already says so.

    Attributes:
        looked: What was seen of the new snapshot with the eyes of the champion until now; None where there was none, or
            no new snapshot.
        unchanged: Whether nothing was done: the source is that of a run before, and its version the champion.
    """

    ingested: Ingested
    profiled: Profiled
    looked: Monitored | None
    trained: Trained
    decision: PromotionDecision
    unchanged: bool


def _nobody(_: Summary) -> None:
    """Tell nobody."""


def run(
    workspace: Workspace,
    source: str,
    *,
    written: Format | None = None,
    observed_on: date | None = None,
    parameters: Parameters | None = None,
    tracking: Tracking | None = None,
    remote: Objects | None = None,
    max_reject_share: float = MAX_REJECT_SHARE,
    force: bool = False,
    wait: bool = False,
    webhook: Webhook | None = None,
    told: Callable[[Summary], None] = _nobody,
    progress: Progress = silent,
) -> Ran:
    """Ingest, profile, look, train, and promote through the gate; steps done before on the same inputs are skipped.

    A run that is killed or fails goes on where it stopped when it is run again. How far it is stands in the workspace:
    see `tasador.storage.last_run`.

    Args:
        source: Path or http(s) address of a catalogue.
        written: Its format; None finds it by the content.
        observed_on: The day on which it saw its entries; None finds it where it can be found.
        parameters: The model's; None takes the defaults.
        tracking: Where the training is logged; None logs nowhere.
        remote: Where what is current is shared with others: pulled first, and pushed at the end; None shares nothing.
        force: Do every step again.
        wait: Wait for another run on the workspace to end, instead of failing.
        webhook: Where how it ended is posted; None posts nothing.
        told: Called with the summary when it has ended, however it ended.

    Raises:
        TasadorError: A step failed, or another run is at work; what the steps before it made stays, and what is current
            is as it was.
    """
    record = Record(workspace, source, ("pull", *STEPS, "push") if remote is not None else STEPS)
    with record.told(webhook, told):
        # NOTE: a workspace that is damaged, or newer than this Tasador, is told before the work, not after it.
        champion = workspace.current().champion
        if champion is not None:
            bundles.check_not_newer(workspace, champion)
        waiting = last_run.alone(workspace, wait=wait, waiting=lambda holder: progress("wait", 0, 0, f"for {holder}"))
        with waiting, record.kept():
            if remote is not None:
                _pull(workspace, record, remote, progress)
            with record.step("ingest") as step:
                ingested = ingest(
                    workspace,
                    [source],
                    written=written,
                    observed_on=observed_on,
                    max_reject_share=max_reject_share,
                    make_current=False,
                    force=force,
                    progress=progress,
                )
                step.made(_done(reused=ingested.reused), **_ids(ingested))
            snapshot = ingested.snapshot
            with record.step("profile", snapshot=snapshot) as step:
                profiled = profile(workspace, snapshot, force=force, progress=progress)
                step.made(_done(reused=profiled.reused), page=str(profiled.page.relative_to(workspace.root)))
            looked = _look(workspace, record, snapshot, progress)
            with record.step("train", snapshot=snapshot) as step:
                trained = train(
                    workspace, snapshot, parameters=parameters, tracking=tracking, force=force, progress=progress
                )
                step.made(_done(reused=trained.reused), version=trained.version)
            record.note(*trained.notes)
            decision, known = _promote(
                workspace, record, trained.version, snapshot, tracking=tracking, remote=remote, force=force
            )
            if remote is not None:
                _push(workspace, record, remote, progress)
        unchanged = known and ingested.reused and profiled.reused and trained.reused
        return Ran(ingested, profiled, looked, trained, decision, unchanged)


def _look(workspace: Workspace, record: Record, snapshot: str, progress: Progress) -> Monitored | None:
    """Look at a new snapshot while who answered until now is the champion: of a later one it is no news."""
    current = workspace.current()
    with record.step("monitor", snapshot=snapshot, champion=current.champion) as step:
        if current.champion is None or snapshot == current.snapshot:
            step.made("skipped")
            return None
        try:
            if snapshot == bundles.manifest(workspace, current.champion)["snapshot"]:
                # NOTE: a run was killed between its promotion and its end.
                step.made("skipped")
                return None
            looked = monitor(workspace, snapshot=snapshot, progress=progress)
        except (BundleError, UnknownValueError) as error:
            # NOTE: a champion that cannot be read does not stand in the way of a new one.
            record.note(f"Nobody looked at the new snapshot beside the champion's. {error}")
            step.made("skipped")
            return None
        alerts = [f"{one.check}: {one.subject}" for one in looked.report.alerts]
        step.made("done", page=str(looked.page.relative_to(workspace.root)), alerts=alerts)
    return looked


def _pull(workspace: Workspace, record: Record, remote: Objects, progress: Progress) -> None:
    with record.step("pull", remote=remote.url) as step:
        pulled = pull(workspace, remote, progress=progress)
        step.made("done" if pulled.names else "reused", names=list(pulled.names))
    record.note(*pulled.notes)


def _push(workspace: Workspace, record: Record, remote: Objects, progress: Progress) -> None:
    with record.step("push", remote=remote.url) as step:
        pushed = push(workspace, remote, progress=progress)
        step.made("done" if pushed.names or pushed.moved else "reused", names=list(pushed.names))


def _promote(
    workspace: Workspace,
    record: Record,
    version: str,
    snapshot: str,
    *,
    tracking: Tracking | None,
    remote: Objects | None,
    force: bool,
) -> tuple[PromotionDecision, bool]:
    """Promote a version or hold it, or find that it was decided before, and make its snapshot the current one."""
    before = workspace.current().champion
    with record.step("promote", version=version, champion=before) as step:
        known = _decided_before(workspace, version, force=force)
        decision = known or promote(workspace, version, tracking=tracking, remote=remote)
        workspace.change_current(snapshot=snapshot)
        record.decided(decision)
        status = _done(reused=known is not None) if decision.promote else "held"
        step.made(status, champion=workspace.current().champion, snapshot=snapshot)
    return decision, known is not None


def _done(*, reused: bool) -> Literal["done", "reused"]:
    return "reused" if reused else "done"


def _ids(found: Ingested) -> dict[str, Any]:
    sources = [{"name": source["name"], "sha256": source["sha256"]} for source in found.sources]
    return {"sources": sources, "snapshot": found.snapshot, "accounting": found.accounting}


def _decided_before(workspace: Workspace, version: str, *, force: bool) -> PromotionDecision | None:
    """Find what need not be asked again: the champion stays champion.

    A version that the gate held is asked again: the time it takes to answer is another one each time.
    """
    if force or workspace.current().champion != version:
        return None
    entry = tenures.promoted(workspace.history(), version)
    if entry is None:
        return None
    checks = tuple(Check(**check) for check in entry["checks"])
    notes = (f"{version} is the champion already, since {entry['at']}: nothing is changed.",)
    return PromotionDecision(version, entry["previous"], checks, notes)
