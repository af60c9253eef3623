"""The files that pages load, from the package: known beforehand, whichever model version answers."""

from __future__ import annotations

import mimetypes
from hashlib import blake2b
from pathlib import Path
from typing import Final

from tasador.web.reply import Reply, Table

__all__ = ["files"]

_PLACE: Final = Path(__file__).parent / "static"

#: The scripts that draw charts lie where the profile has them.
_VEGA: Final = Path(__file__).parents[1] / "profiling" / "static"


def files() -> Table:
    """Read the files."""
    found = {f"/static/{path.relative_to(_PLACE).as_posix()}": path for path in _PLACE.rglob("*.*")}
    found |= {f"/static/vega/{path.name}": path for path in _VEGA.glob("*.js")}
    return {(address, b""): _reply(path) for address, path in found.items()}


def _reply(path: Path) -> Reply:
    body = path.read_bytes()
    media_type, _ = mimetypes.guess_type(path.name)
    return Reply(body, blake2b(body, digest_size=12).hexdigest(), media_type or "application/octet-stream")
