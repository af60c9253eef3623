"""LightGBM's C library, without its Python package, whose import brings NumPy, SciPy, scikit-learn and pandas."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tasador.errors import TasadorError

__all__ = ["call", "call_at_once", "library"]

_INSTALL: Final = "Install it: pip install 'tasador[serve]'"
_NAMES: Final = {"win32": "lib_lightgbm.dll", "cygwin": "lib_lightgbm.dll", "darwin": "lib_lightgbm.dylib"}

#: Where the package keeps it, by platform and version.
_FOLDERS: Final = ("lib", "bin", ".")

_POINTER: Final = ctypes.c_void_p
_INT: Final = ctypes.c_int32
_TEXT: Final = ctypes.c_char_p

#: The functions that are called, with their arguments, as `LightGBM/c_api.h` declares them; each returns 0 or fails.
_FUNCTIONS: Final = {
    "LGBM_BoosterLoadModelFromString": (_TEXT, _POINTER, _POINTER),
    "LGBM_BoosterFree": (_POINTER,),
    "LGBM_BoosterPredictForMat": (
        *(_POINTER, _POINTER, _INT, _INT, _INT, _INT, _INT, _INT, _INT, _TEXT, _POINTER, _POINTER),
    ),
    "LGBM_BoosterPredictForMatSingleRowFastInit": (_POINTER, _INT, _INT, _INT, _INT, _INT, _TEXT, _POINTER),
    "LGBM_BoosterPredictForMatSingleRowFast": (_POINTER, _POINTER, _POINTER, _POINTER),
    "LGBM_FastConfigFree": (_POINTER,),
    "LGBM_NetworkInit": (_TEXT, _INT, _INT, _INT),
    "LGBM_NetworkFree": (),
}


@cache
def library(kind: type[ctypes.CDLL] = ctypes.CDLL) -> ctypes.CDLL:
    """Load the library, once in a process.

    Args:
        kind: `CDLL` lets other threads of Python run while a function does, `PyDLL` does not.

    Raises:
        TasadorError: LightGBM is not installed, or its library does not load here.
    """
    path = _path()
    try:
        found = kind(str(path))
    except OSError as error:
        raise TasadorError(
            "LightGBM's library does not load",
            where=path,
            got=error,
            do="It needs the OpenMP runtime (libgomp1 on Debian, libomp on macOS): install that.",
        ) from error
    for name, arguments in _FUNCTIONS.items():
        function = getattr(found, name)
        function.argtypes = arguments
        function.restype = ctypes.c_int
    found.LGBM_GetLastError.restype = ctypes.c_char_p
    return found


def call(name: str, *arguments: object) -> None:
    """Call a function of the library.

    Raises:
        TasadorError: It failed; the error says why in LightGBM's words.
    """
    _call(library(), name, arguments)


def call_at_once(name: str, *arguments: object) -> None:
    """Call a function of the library that takes microseconds, without letting other threads of Python run.

    To let go of the interpreter and have it again can take a hundred times as long, where other threads wait for it.
    NOTE: no lock that the function may wait for must be held by a thread that waits for the interpreter. LightGBM holds
    none when it returns, and calls nothing of Python.

    Raises:
        TasadorError: As `call` does.
    """
    _call(library(ctypes.PyDLL), name, arguments)


def _call(found: ctypes.CDLL, name: str, arguments: tuple[object, ...]) -> None:
    if getattr(found, name)(*arguments) != 0:
        said: bytes = found.LGBM_GetLastError()
        raise TasadorError("LightGBM refused", where=name, got=said.decode(errors="replace"))


def _path() -> Path:
    spec = find_spec("lightgbm")
    if spec is None or not spec.submodule_search_locations:
        raise TasadorError("LightGBM is not installed", expected="the package lightgbm", do=_INSTALL)
    name = _NAMES.get(sys.platform, "lib_lightgbm.so")
    places = [Path(root, folder, name) for root in spec.submodule_search_locations for folder in _FOLDERS]
    for place in places:
        if place.is_file():
            return place
    raise TasadorError(
        "LightGBM is installed without its library",
        got=f"no {name} in {', '.join(str(place.parent) for place in places)}",
        do=_INSTALL,
    )
