"""Who answers: promotion through the gate, and back."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tasador.errors import BundleError, UnknownValueError, WorkspaceError
from tasador.registry import tenures
from tasador.registry.decision import Check, PromotionDecision
from tasador.registry.gate import decide
from tasador.registry.mirror import mirror
from tasador.registry.tracking import Tracking
from tasador.storage import bundles
from tasador.storage.bundles import Bundle
from tasador.storage.remotes import pointer
from tasador.storage.remotes.objects import Objects
from tasador.storage.workspace import Workspace
from tasador.workflows import evidence
from tasador.workflows.evidence import Opener, open_version
from tasador.workflows.remote import share

__all__ = ["RolledBack", "promote", "rollback", "set_champion"]


@dataclass(frozen=True, slots=True)
class RolledBack:
    """A champion that is one again.

    Attributes:
        version: Who answers now.
        previous: Who answered until now.
        notes: What to know besides.
    """

    version: str
    previous: str
    notes: tuple[str, ...] = ()


def promote(
    workspace: Workspace,
    version: str,
    *,
    again: bool = False,
    opener: Opener = open_version,
    tracking: Tracking | None = None,
    remote: Objects | None = None,
) -> PromotionDecision:
    """Hold a version against the gate and, if it passes, make it the champion.

    Args:
        again: Promote it also if it was rolled back: without that, no schedule undoes what somebody decided.
        opener: Opens a version from its bundle.
        tracking: Where aliases are mirrored; None mirrors none. Where it cannot be reached, the promotion stands and
            the decision's notes say so.
        remote: Where others see who answers; None tells nobody. It is changed first, and where it cannot be, nothing
            changes here either.

    Raises:
        UnknownValueError: There is no such version.
        BundleError: Its bundle is damaged, or a newer Tasador made the champion; the champion stays.
        MovedError: Somebody else promoted in the remote: pull first; the champion stays.
        RemoteError: The remote fails; the champion stays.
        WorkspaceError: Its snapshot is gone or damaged; the champion stays.
    """
    with bundles.one_at_a_time(workspace):
        current = workspace.current().champion
        if current is not None:
            bundles.check_not_newer(workspace, current)
        found = bundles.load(workspace, version)
        undone = None if again else tenures.rolled_back(workspace.history(), current, version)
        if undone is not None:
            return PromotionDecision(version, current, (_not_rolled_back(version, undone),))
        decision = _decide(workspace, found, current, opener)
        if decision.promote and current != version:
            set_champion(workspace, found, "promote", decision.to_dict()["checks"], remote=remote)
            if bundles.challenger(workspace) == version:
                bundles.set_challenger(workspace, None)
    notes = () if tracking is None or not decision.promote else mirror(workspace, tracking)
    return dataclasses.replace(decision, notes=decision.notes + notes)


def rollback(workspace: Workspace, *, tracking: Tracking | None = None, remote: Objects | None = None) -> RolledBack:
    """Make the champion before the current one the champion again; the current one may be damaged.

    Args:
        tracking: As for `promote`.
        remote: As for `promote`.

    Raises:
        WorkspaceError: There was none before.
        BundleError: Its bundle is damaged; the champion stays.
        RemoteError: The remote fails, or somebody else promoted in it; the champion stays.
    """
    with bundles.one_at_a_time(workspace):
        champion = workspace.current().champion
        version = tenures.predecessor(workspace.history(), champion)
        if version is None or champion is None:
            raise WorkspaceError(
                "there was no champion before this one",
                where=workspace.root,
                got=f"the champion {champion}" if champion else "no champion",
                do="`tasador models list` shows the versions, `tasador models promote VERSION` makes one the champion.",
            )
        set_champion(workspace, bundles.load(workspace, version), "rollback", [], remote=remote)
    return RolledBack(version, champion, () if tracking is None else mirror(workspace, tracking))


def _not_rolled_back(version: str, undone: dict[str, Any]) -> Check:
    return Check(
        "not_rolled_back",
        passed=False,
        says=f"it was rolled back on {undone['at']}, and no schedule undoes what somebody decided",
        expected=f"another version; `tasador models promote {version} --again` asks the gate all the same",
    )


def _decide(workspace: Workspace, found: Bundle, current: str | None, opener: Opener) -> PromotionDecision:
    measured = evidence.challenger(workspace, found, opener)
    if current is None or current == found.version:
        notes = (f"{current} is the champion already: nothing is changed.",) if current else ()
        return decide(measured, None, notes=notes)
    try:
        rival = evidence.champion(workspace, current, found, opener)
    except (BundleError, UnknownValueError) as error:
        # NOTE: a champion that cannot be read cannot answer either, so it does not stand in the way of a new one.
        return decide(measured, None, notes=(f"Not compared with the champion, which cannot be read. {error}",))
    return decide(measured, rival)


def set_champion(
    workspace: Workspace,
    chosen: Bundle,
    action: str,
    checks: list[dict[str, Any]],
    *,
    remote: Objects | None = None,
) -> None:
    """Let a version answer, and say so in the history; whoever calls decided that it may.

    Raises:
        RemoteError: The remote fails, or somebody else promoted in it; nothing changes.
    """
    before = pointer.of_workspace(workspace)
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "action": action,
        "version": chosen.version,
        "previous": before.champion,
        "snapshot": chosen.manifest["snapshot"],
        "checks": checks,
    }
    point = None
    if remote is not None:
        challenger = None if before.challenger == chosen.version else before.challenger
        history = (*before.history, entry)
        after = dataclasses.replace(before, champion=chosen.version, challenger=challenger, history=history)
        point = share(workspace, remote, after)
    # NOTE: the history goes first: an entry without its change is seen and mended, a change without one is lost.
    workspace.append_history(entry)
    workspace.change_current(champion=chosen.version)
    if remote is not None and point is not None:
        pointer.accept(workspace, remote, point)
