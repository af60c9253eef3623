"""Sealed directories: immutable, named by content, each file under a hash that is checked before it is read."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tasador.errors import TasadorError, UnknownValueError, WorkspaceError
from tasador.storage import atomic
from tasador.storage.workspace import encode_json, read_json

__all__ = [
    "MANIFEST",
    "check_not_newer",
    "contents",
    "find",
    "ids",
    "manifest",
    "place",
    "read",
    "read_file",
    "read_report",
    "seal",
    "verify",
]

MANIFEST: Final = "manifest.json"

#: In which format each kind is written. One that changes what is in a directory counts the format of its kind up, so
#: that a version that cannot read it says so.
_FORMATS: Final = {"snapshot": 2, "bundle": 2, "price history": 2}

#: What an older one is made anew by.
_MADE_ANEW: Final = {
    "snapshot": "Ingest its source again.",
    "bundle": "Train again.",
    "price history": "Import its source again.",
}

#: What the manifest of each kind must say besides its files.
_FACTS: Final = {
    "snapshot": ("sources", "made_by", "accounting"),
    "bundle": ("snapshot", "n_rows", "parameters", "made_by"),
    "price history": ("sources", "made_by", "accounting", "parts"),
}


def ids(parent: Path) -> list[str]:
    """List the ids of the sealed directories in one that are named by their content."""
    return sorted(path.parent.name for path in parent.glob(f"[0-9a-f]*/{MANIFEST}"))


def find(kind: str, named: str, known: Sequence[str], *, do: str) -> str:
    """Find the one that is named by its id or the beginning of it.

    Raises:
        UnknownValueError: None is called so, or more than one begins so.
    """
    alike = [one for one in known if one.startswith(named)] if named else []
    if named in known or len(alike) == 1:
        return named if named in known else alike[0]
    if alike:
        raise UnknownValueError(kind, named, alike, what="more than one begins so", do="Give more of it.")
    raise UnknownValueError(kind, named, known, do=do)


def contents(directory: Path) -> dict[str, dict[str, Any]]:
    """Hash the files of a directory: `sha256` and `size_bytes` of each, by its name in the directory, in name order."""
    return {
        str(path.relative_to(directory)): {"sha256": _sha256(path), "size_bytes": path.stat().st_size}
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def seal(
    directory: Path,
    target: Path,
    *,
    kind: str,
    facts: dict[str, Any],
    files: dict[str, dict[str, Any]] | None = None,
) -> None:
    """Write the manifest of a filled directory and publish it at `target`.

    A directory that is whole at `target` already is kept: same name, same content; where the facts differ, such as the
    code that made it, its manifest is replaced. A damaged one is replaced.

    Args:
        directory: A filled scratch directory beside `target`.
        kind: What the directory is, such as `snapshot`.
        facts: What the manifest says besides the files.
        files: The `contents` of the directory, where its writer knows them; None reads them.

    Raises:
        OSError: The disk is full or the place cannot be written; `target` is as it was.
        WorkspaceError: What is at `target` was written by a newer version.
    """
    if files is None:
        files = contents(directory)
    written = {"format": _FORMATS[kind], "kind": kind, "id": target.name, **facts, "files": files}
    (directory / MANIFEST).write_bytes(encode_json(written))
    known = place(directory, target, kind=kind)
    # NOTE: documents beside the same content may be worded otherwise by other code; those that are there stay.
    if known is not None and known != (kept := {**written, "files": known["files"]}):
        atomic.write_bytes(target / MANIFEST, encode_json(kept))


def place(directory: Path, target: Path, *, kind: str) -> dict[str, Any] | None:
    """Publish a sealed directory, unless a whole one is there already; a damaged one is replaced.

    Returns:
        The manifest of the one that was there and stays; None where this one was published.

    Raises:
        OSError: The disk is full or the place cannot be written; `target` is as it was.
        WorkspaceError: What is at `target` was written by a newer version.
    """
    if not target.exists() and _published(directory, target):
        return None
    try:
        return verify(target, kind=kind)
    except WorkspaceError:
        check_not_newer(target, kind=kind)
        with atomic.scratch_directory(target.parent) as aside:
            # NOTE: what is damaged moves out of the way first, and back if the new directory cannot take its place.
            target.rename(aside / target.name)
            try:
                atomic.publish(directory, target)
            except OSError:
                (aside / target.name).rename(target)
                raise
        return None


def _published(directory: Path, target: Path) -> bool:
    """Publish a directory, unless another process published one of the same name at the same moment."""
    try:
        atomic.publish(directory, target)
    except OSError as error:
        if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
            raise
        return False
    return True


def manifest(
    directory: Path, *, kind: str, error: type[TasadorError] = WorkspaceError, do: str = "Make it anew."
) -> dict[str, Any]:
    """Read a sealed directory's manifest.

    Raises:
        WorkspaceError: There is none, it is damaged, or of another kind or format.
    """
    path = directory / MANIFEST
    try:
        found = read_json(path, do=do)
    except WorkspaceError as problem:
        raise error(problem.what, where=path, got=problem.got, expected=problem.expected, do=do) from problem
    _check_format(path, found, kind, error)
    files = found.get("files")
    hashed = isinstance(files, dict) and all(isinstance(facts, dict) and "sha256" in facts for facts in files.values())
    missing = [name for name in (*_FACTS[kind], "id") if name not in found]
    if not hashed or missing or found["id"] != directory.name:
        raise error(
            "the manifest is damaged",
            where=path,
            got=f"no {' and no '.join(missing)}" if missing else "wrong files or a wrong id",
            expected=f"the manifest of {directory.name}",
            do=do,
        )
    return found


def verify(
    directory: Path, *, kind: str, error: type[TasadorError] = WorkspaceError, do: str = "Make it anew."
) -> dict[str, Any]:
    """Check every file of a sealed directory against its hash; nothing is parsed but the manifest.

    Returns:
        The manifest.

    Raises:
        WorkspaceError: A file is missing, altered or too many, or the manifest is not as it should be.
    """
    found = manifest(directory, kind=kind, error=error, do=do)
    _check_names(directory, found, error, do)
    for name, facts in found["files"].items():
        _check_hash(directory / name, _sha256(directory / name), facts, error, do)
    return found


def read(
    directory: Path, *, kind: str, error: type[TasadorError] = WorkspaceError, do: str = "Make it anew."
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Read a sealed directory into memory: what is given back is what was hashed.

    Returns:
        The manifest, and the files by name.

    Raises:
        WorkspaceError: As `verify` does.
    """
    found = manifest(directory, kind=kind, error=error, do=do)
    _check_names(directory, found, error, do)
    return found, {name: read_file(directory / name, facts, error, do) for name, facts in found["files"].items()}


def check_not_newer(directory: Path, *, kind: str, error: type[TasadorError] = WorkspaceError) -> None:
    """Refuse to take the place of what a newer version wrote; what is damaged or gone may be replaced.

    Raises:
        WorkspaceError: A newer version wrote it.
    """
    try:
        written = read_json(directory / MANIFEST, do="")
    except WorkspaceError:
        return
    if isinstance(written.get("format"), int) and written["format"] > _FORMATS[kind]:
        _check_format(directory / MANIFEST, written, kind, error)


def read_file(path: Path, facts: dict[str, Any], error: type[TasadorError], do: str) -> bytes:
    """Read a file of a sealed directory: what is given back is what was hashed.

    Args:
        facts: What the manifest says of it.

    Raises:
        WorkspaceError: It was altered.
    """
    data = path.read_bytes()
    _check_hash(path, hashlib.sha256(data).hexdigest(), facts, error, do)
    return data


def read_report(directory: Path, name: str, found: dict[str, Any], do: str) -> dict[str, Any]:
    """Read a JSON file of a sealed directory: what is given back is what was hashed.

    Args:
        name: The file's name in the directory.
        found: The directory's manifest.

    Raises:
        WorkspaceError: It is missing or was altered.
    """
    path = directory / name
    if name not in found["files"] or not path.exists():
        raise WorkspaceError("a file is missing", where=path, do=do)
    report: dict[str, Any] = json.loads(read_file(path, found["files"][name], WorkspaceError, do))
    return report


def _check_names(directory: Path, found: dict[str, Any], error: type[TasadorError], do: str) -> None:
    there = {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()} - {MANIFEST}
    if there != found["files"].keys():
        wrong = sorted(there ^ found["files"].keys())
        raise error(
            "its files are not those of its manifest",
            where=directory,
            got=f"a difference in {', '.join(wrong)}",
            do=do,
        )


def _check_hash(path: Path, got: str, facts: dict[str, Any], error: type[TasadorError], do: str) -> None:
    if got != facts.get("sha256"):
        raise error(
            "the file was altered",
            where=path,
            got=f"sha256 {got[:12]}…",
            expected=f"{str(facts.get('sha256'))[:12]}…",
            do=do,
        )


def _check_format(path: Path, found: dict[str, Any], kind: str, error: type[TasadorError]) -> None:
    stated = found.get("format")
    if (stated, found.get("kind")) == (_FORMATS[kind], kind):
        return
    newer = isinstance(stated, int) and stated > _FORMATS[kind]
    raise error(
        "written by a newer version" if newer else "written in another format",
        where=path,
        got=f"kind {found.get('kind')!r} in format {stated!r}",
        expected=f"kind {kind!r} in format {_FORMATS[kind]}",
        do="Use the Tasador version that wrote it, or a newer one." if newer else _MADE_ANEW[kind],
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
