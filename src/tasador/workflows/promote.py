"""Who answers: promotion through the gate, and back."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any

from tasador.errors import BundleError, UnknownValueError, WorkspaceError
from tasador.registry import bundle
from tasador.registry.gate import Measured, PromotionDecision, decide
from tasador.storage import bundles
from tasador.storage.workspace import Workspace

__all__ = ["promote", "rollback"]


def promote(workspace: Workspace, version: str) -> PromotionDecision:
    """Hold a version against the gate and, if it passes, make it the champion.

    Raises:
        UnknownValueError: There is no such version.
        BundleError: Its bundle is damaged; the champion stays.
    """
    current = workspace.current()
    challenger = _measured(workspace, version)
    champion = None
    if current.champion is not None and current.champion != version:
        # NOTE: a champion that cannot be read cannot answer either, so it does not stand in the way of a new one.
        with contextlib.suppress(BundleError, UnknownValueError):
            champion = _measured(workspace, current.champion)
    decision = decide(challenger, champion)
    if decision.promote and current.champion != version:
        _set_champion(workspace, challenger, "promote", decision.to_dict()["checks"])
    return decision


def rollback(workspace: Workspace) -> str:
    """Make the champion before the current one the champion again.

    Raises:
        WorkspaceError: There was none before.
        BundleError: Its bundle is damaged; the champion stays.
    """
    champion = workspace.current().champion
    entry = next((entry for entry in reversed(workspace.history()) if entry["version"] == champion), None)
    if entry is None or entry["previous"] is None:
        raise WorkspaceError(
            "there was no champion before this one",
            where=workspace.root,
            got=f"the champion {champion}" if champion else "no champion",
            do="`tasador models list` shows the versions, `tasador models promote VERSION` makes one the champion.",
        )
    version = str(entry["previous"])
    _set_champion(workspace, _measured(workspace, version), "rollback", [])
    return version


def _measured(workspace: Workspace, version: str) -> Measured:
    found = bundles.load(workspace, version)
    return Measured(version, found.manifest["snapshot"], bundle.read_json(found, bundle.METRICS))


def _set_champion(workspace: Workspace, chosen: Measured, action: str, checks: list[dict[str, Any]]) -> None:
    # NOTE: the history goes first: an entry without its change is seen and mended, a change without one is lost.
    workspace.append_history(
        {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "action": action,
            "version": chosen.version,
            "previous": workspace.current().champion,
            "snapshot": chosen.snapshot,
            "checks": checks,
        }
    )
    workspace.change_current(champion=chosen.version)
