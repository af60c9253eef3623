"""The command `tasador`: opens a workspace, calls one workflow, prints. One module a noun."""

from __future__ import annotations

import shlex
import sys
from typing import Final

from tasador.errors import BusyError, TasadorError
from tasador.storage.remotes.objects import RemoteError

__all__ = ["main"]

#: Which extra installs a library that a command may lack.
_EXTRAS: Final = {
    "fastapi": "serve",
    "uvicorn": "serve",
    "lightgbm": "train",
    "mlflow": "train",
    "numpy": "train",
    "optuna": "train",
    "pandas": "spark",
    "py4j": "spark",
    "pyarrow": "spark",
    "pyspark": "spark",
    "scipy": "train",
    "sklearn": "train",
    "sqlalchemy": "train",
}


#: What sysexits.h calls EX_TEMPFAIL: the same may go well later.
_LATER: Final = 75

#: What the command-line library exits with on Ctrl+C, without a word.
_INTERRUPTED: Final = 130


def main() -> None:
    """Run the command; an error is one line on standard error and an exit code.

    Exit codes: 0 done, 1 failed, 2 used wrongly, 3 a check says no, 75 another process is at work.
    """
    from tasador.cli.app import app

    try:
        app()
    except BusyError as error:
        _fail(str(error), code=_LATER)
    except RemoteError as error:
        _fail(f"{error} Then repeat: {shlex.join(['tasador', *sys.argv[1:]])}")
    except TasadorError as error:
        _fail(str(error))
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get((error.name or "").partition(".")[0])
        if extra is None:
            raise
        _fail(
            f"this command needs {error.name}, which is not installed. "
            f"Install the extra {extra!r}: in a checkout, pip install '.[{extra}]'"
        )
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        _fail(f"{place}{error.strerror or error}. What was there before is untouched; mend this and run it again.")
    except SystemExit as stop:
        if stop.code == _INTERRUPTED:
            _fail("stopped. What was there before is untouched; run it again to go on.", code=_INTERRUPTED)
        raise


def _fail(message: str, *, code: int = 1) -> None:
    print(f"tasador: {message}", file=sys.stderr)
    sys.exit(code)
