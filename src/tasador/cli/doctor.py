"""tasador doctor"""

from __future__ import annotations

import importlib.util
import os
import platform
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tasador import provenance
from tasador.cli import console, options, setting_words
from tasador.settings import PREFIX, Settings
from tasador.storage.workspace import Workspace

if TYPE_CHECKING:
    from tasador.workflows.doctor import Check

_REQUIREMENT: Final = re.compile(r"""(?P<name>[\w.-]+).*\bextra == ["'](?P<extra>[\w-]+)["']""")
_SHOWN: Final = {"ok": "ok", "note": "note", "wrong": "WRONG"}


Source = Annotated[
    str | None,
    typer.Option("--source", metavar="PATH", help="Say whether one process of this machine will do for this source."),
]


def doctor(source: Source = None, workspace: options.WorkspaceDir = None, json: options.Json = False) -> None:
    """Look over what is installed, set, reachable and current, and say what to do about the rest. Changes nothing.

    Ends with 3 if something is wrong that keeps a command from working; notes are only to know.
    """
    checks = []
    for one in _examined(source, workspace):
        checks.append(one)
        if not json:
            print(f"{_SHOWN[one.state]:<7}{one.name:<18}{one.says}")
            if one.do:
                print(f"{'':<25}{one.do}")
    if json:
        console.print_json([one.to_dict() for one in checks])
    else:
        counts = {state: sum(one.state == state for one in checks) for state in _SHOWN}
        print(f"\n{counts['wrong']} wrong, {counts['note']} to know, {counts['ok']} as they should be")
    if any(one.state == "wrong" for one in checks):
        raise typer.Exit(3)


def _examined(source: str | None, workspace: Path | None) -> Iterator[Check]:
    from tasador.registry.tracking import Tracking
    from tasador.workflows.doctor import Check, examine

    yield Check("python", "ok", f"{platform.python_version()}, tasador {provenance.version()}")
    if importlib.util.find_spec("tasador.ingest.formats._literals") is None:
        says = "it was not compiled: Python literals are read slowly"
        yield Check("fast reader", "note", says, "Install a C compiler, then Tasador again.")
    for extra, names in _extras().items():
        yield _extra(extra, names)
    if source is not None:
        from tasador.workflows.capacity import look_at_source

        yield look_at_source(source)
    found = setting_words.read()
    if isinstance(found, Settings):
        told = [name for name in Settings.model_fields if os.environ.get(f"{PREFIX}{name.upper()}")]
        yield Check("settings", "ok", f"{len(told)} from the environment, the others by default")
        place = Workspace(workspace or found.workspace)
        yield from examine(place, Tracking.of(place, found.tracking_uri, found.tracking_artifacts))
        return
    for problem in found:
        yield Check("settings", "wrong", str(problem))
    # NOTE: the rest is looked at all the same, as far as it does not depend on what is set wrongly.
    set_to = os.environ.get(f"{PREFIX}WORKSPACE")
    place = Workspace(workspace or Path(set_to or Settings.model_fields["workspace"].default))
    yield from examine(place, Tracking.of(place))


def _extras() -> dict[str, list[str]]:
    """Name the packages of each extra."""
    found: dict[str, list[str]] = defaultdict(list)
    for requirement in metadata.requires("tasador") or ():
        if (one := _REQUIREMENT.match(requirement)) is not None:
            found[one["extra"]].append(one["name"])
    return found


def _extra(extra: str, names: list[str]) -> Check:
    from tasador.workflows.doctor import Check

    versions: dict[str, str | None] = {}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = None
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        do = f"If you need it: pip install 'tasador[{extra}]', in a checkout pip install '.[{extra}]'."
        return Check(f"extra {extra}", "note", f"not installed: {', '.join(missing)}", do)
    return Check(f"extra {extra}", "ok", ", ".join(f"{name} {version}" for name, version in versions.items()))
