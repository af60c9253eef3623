"""The whole path: a source to a champion that answers."""

from __future__ import annotations

from dataclasses import dataclass

from tasador.ingest.cleaning import MAX_REJECT_SHARE
from tasador.ingest.formats.format import Format
from tasador.models.parameters import Parameters
from tasador.registry.gate import PromotionDecision
from tasador.registry.tracking import Tracking
from tasador.storage.workspace import Workspace
from tasador.workflows.ingest import Ingested, ingest
from tasador.workflows.profile import Profiled, profile
from tasador.workflows.progress import Progress, silent
from tasador.workflows.promote import promote
from tasador.workflows.train import Trained, train

__all__ = ["Ran", "run"]


@dataclass(frozen=True, slots=True)
class Ran:
    """What each step made; a step whose result was there already says so."""

    ingested: Ingested
    profiled: Profiled
    trained: Trained
    decision: PromotionDecision


def run(
    workspace: Workspace,
    source: str,
    *,
    written: Format | None = None,
    parameters: Parameters | None = None,
    tracking: Tracking | None = None,
    max_reject_share: float = MAX_REJECT_SHARE,
    force: bool = False,
    progress: Progress = silent,
) -> Ran:
    """Ingest, profile, train, and promote through the gate; steps done before on the same inputs are skipped.

    Args:
        source: Path or http(s) address of a catalogue.
        written: Its format; None finds it by the content.
        parameters: The model's; None takes the defaults.
        tracking: Where the training is logged; None logs nowhere.
        force: Do every step again.

    Raises:
        TasadorError: A step failed; what the steps before it made stays, and what is current is as it was.
    """
    workspace.current()  # a damaged workspace is told before the work, not after it
    ingested = ingest(
        workspace,
        [source],
        written=written,
        max_reject_share=max_reject_share,
        make_current=False,
        force=force,
        progress=progress,
    )
    profiled = profile(workspace, ingested.snapshot, force=force, progress=progress)
    trained = train(
        workspace, ingested.snapshot, parameters=parameters, tracking=tracking, force=force, progress=progress
    )
    decision = promote(workspace, trained.version, tracking=tracking)
    workspace.change_current(snapshot=ingested.snapshot)
    return Ran(ingested, profiled, trained, decision)
